/** Invocations that are not requests, and the errors that they print. */
import { expect, test } from 'vitest';
import { runCli } from '../../src/cli/cli.js';
import { suggest } from '../../src/cli/target/suggest.js';
import { commandNames } from '../../src/cli/target/command-names.js';
import { createProgram } from '../../src/cli/program/program.js';
import { PflowError } from '../../src/lib/error.js';
import { workspace } from '../support/cli.js';

const leave = (): never => {
  throw new Error('left');
};

test('the list of command names equals that of the program', () => {
  const program = createProgram({ leave, ended: () => {}, argv: [] });
  expect(program.commands.map((each) => each.name()).toSorted()).toEqual([...commandNames].toSorted());
});

test.each([
  [['guide'], 'pflow help'],
  [['find', 'slack'], 'pflow workflow list'],
  [['mcp', 'list'], 'mcp-servers.json'],
  [['settings', 'show'], 'pflow help settings'],
  [['report'], 'pflow trace export'],
  [['resume'], 'pflow rerun latest'],
  [['probe', 'shell', 'command=ls'], 'pflow registry describe'],
  [['--validate-only', 'x.json'], 'pflow workflow validate'],
  [['x.json', '--no-cache'], 'every node runs'],
  [['-o', 'key', 'x.json'], 'stdout: true'],
  [['trcae', 'list'], 'Did you mean `pflow trace`? If it is a request, quote it: pflow "trcae list"'],
  [['registry', 'run', 'shell'], 'A workflow of one node'],
  [['gibberish'], 'neither a command nor a saved workflow'],
  [['wrkflow'], 'Did you mean `pflow workflow`?'],
])('%j is not treated as a request, and the error points to %s', async (args, hint) => {
  const { pflow, traces } = workspace();
  const { code, stdout, stderr } = await pflow(args);
  expect({ code, stdout, traces: traces() }).toEqual({ code: 2, stdout: '', traces: [] });
  expect(stderr).toContain(hint);
});

test.each([
  ['README.md', "'README.md' is a file.", 'pflow "summarize README.md"'],
  ['src', "'src' is a folder.", 'pflow "list the files in src"'],
  ['./src', "'./src' is a folder.", 'pflow "list the files in ./src"'],
  ['https://example.com', "'https://example.com' is an address.", 'pflow "summarize https://example.com"'],
  ['no/such.md', "There is no file 'no/such.md'.", 'A workflow file ends in .json or .pflow.md.'],
])('%s alone is no request: the error asks what to do with it', async (word, message, hint) => {
  await expect(runCli([word], leave)).rejects.toMatchObject({
    code: 'usage',
    message,
    hint: expect.stringContaining(hint),
  });
});

test('a sentence that begins with a command name is treated as a request', async () => {
  const { pflow } = workspace();
  const found = await pflow(['plan', 'find', 'TODO', 'in', 'src']);
  expect(found.stderr).not.toContain('published pflow');
  const quoted = await pflow(['settings show']);
  expect(quoted.code).toBe(4);
});

test('suggestions are close matches and never destructive commands', () => {
  expect(suggest('--no-cache', ['--no-trace'])).toBeUndefined();
  expect(suggest('prun', ['prune'])).toBeUndefined();
  expect(suggest('delet', ['delete', 'select'])).toBeUndefined();
  expect(suggest('valdate', ['validate', 'delete'])).toBe('validate');
});

test.each([
  [
    ['collect', 'all', 'links', 'in', 'x.html'],
    'If it is a request, quote it: pflow "collect all links in x.html"',
  ],
  [['trace', 'the', 'calls', 'in', 'x.py'], 'pflow "trace the calls in x.py"'],
  [['trace', 'diff', 'a.md', 'with', 'b.md'], 'pflow "trace diff a.md with b.md"'],
  [['help', 'me', 'summarize', 'a.md'], 'pflow "help me summarize a.md"'],
  [['rerun', 'the', 'tests'], 'pflow "rerun the tests"'],
])('the error about the operands of %j prints them as a request: %s', async (args, hint) => {
  await expect(runCli(args, leave)).rejects.toMatchObject({ hint: expect.stringContaining(hint) });
});

test.each([
  [['workflow', 'delet', 'x']],
  [['trace', 'show', 'nothing']],
  [['doctor', 'x']],
  [['help', 'delete']],
])('the error of %j neither quotes it as a request nor suggests what deletes', async (args) => {
  const error = await runCli(args, leave).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(PflowError);
  expect((error as PflowError).hint).not.toMatch(/quote it|Did you mean/);
});

test('a program that cannot be started without `--` may have been a request', async () => {
  const { code, stderr } = await workspace().pflow(['profile', 'the', 'code', 'in', 'x.py']);
  expect(code).toBe(127);
  expect(stderr).toContain('If it is a request, quote it: pflow "profile the code in x.py"');
});

test('`version` and --version print the same', async () => {
  const { pflow } = workspace();
  expect((await pflow(['version'])).stdout).toBe((await pflow(['--version'])).stdout);
});
