import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { eventsOf, workspace, type Ended } from '../support/cli.js';

const prose =
  'The quick brown fox jumps over the dog. The dog sleeps. Foxes are quick and brown. Dogs sleep a lot.';

/** The error message of a command, without progress and the path of the trace. */
function complaint({ stderr }: Ended): string {
  return stderr
    .split('\n')
    .filter((line) => line !== '' && !/^(no model|model|trace): |^\s*[✓✗■] /.test(line))
    .join('\n');
}

test('a missing input file fails the run with its name, and the trace is saved', async () => {
  const { pflow, trace } = workspace();
  const ended = await pflow(['summarize nosuch.md']);
  expect([ended.code, ended.stdout]).toEqual([1, '']);
  expect(complaint(ended)).toContain(
    "pflow: Node 'read' failed: Cannot read 'nosuch.md': there is no such file.",
  );
  expect(eventsOf(trace(), 'run.finished')).toMatchObject([{ status: 'failed', node: 'read' }]);
});

test('a missing workflow file is a usage error', async () => {
  const { pflow } = workspace();
  const ended = await pflow(['nosuch.json']);
  expect([ended.code, ended.stdout]).toEqual([2, '']);
  expect(complaint(ended)).toMatchInlineSnapshot(`"pflow: There is no file 'nosuch.json'."`);
});

test('a directory given as a workflow is a usage error', async () => {
  const { pflow, folder } = workspace();
  mkdirSync(join(folder, 'dir.json'));
  const ended = await pflow(['dir.json']);
  expect(ended.code).toBe(2);
  expect(complaint(ended)).toMatchInlineSnapshot(`"pflow: 'dir.json' is a directory, not a workflow file."`);
});

test('a workflow that is not valid JSON is reported with line and column', async () => {
  const { pflow, write } = workspace();
  write('bad.json', '{\n  "nodes": [,]\n}');
  const ended = await pflow(['bad.json']);
  expect(ended.code).toBe(2);
  expect(complaint(ended)).toMatchInlineSnapshot(
    `"pflow: 'bad.json' is not JSON: line 2, column 13: expected a value or ']', found ','."`,
  );
});

test('all problems of a workflow are reported at once, with their paths and suggestions', async () => {
  const { pflow, write, traces } = workspace();
  write('wf.json', {
    nodes: [
      { id: 'read', type: 'raed-file', params: { file_path: 'a.txt' } },
      { id: 'say', type: 'echo', params: { message: '${nobody.content}' } },
    ],
    edges: [{ from: 'read', to: 'say' }],
  });
  const ended = await pflow(['wf.json']);
  expect([ended.code, ended.stdout]).toEqual([2, '']);
  expect(complaint(ended)).toMatchInlineSnapshot(`
    "pflow: 'wf.json' is not a valid workflow: 2 problems.
      line 1, nodes[0].type: there is no node type 'raed-file'. Did you mean 'read-file'?
      line 1, nodes[1].params.message: \${nobody.content} leads nowhere: there is no input and no node 'nobody'. Declare it as an input, or write $\${nobody.content} for the text itself."
  `);
  expect(traces()).toEqual([]);
});

test('a request of only whitespace is a usage error', async () => {
  const { pflow } = workspace();
  const ended = await pflow(['   ']);
  expect(ended.code).toBe(2);
  expect(complaint(ended)).toMatchInlineSnapshot(`
    "pflow: The request is empty.
      For example: pflow "summarize README.md""
  `);
});

test('an empty invocation prints the help on stderr', async () => {
  const { pflow } = workspace();
  const { code, stdout, stderr } = await pflow([]);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain('Usage: pflow [options]');
});

test('a request of 1 MB is refused like any other request that cannot be planned', async () => {
  const { pflow, trace } = workspace();
  const ended = await pflow(Array.from({ length: 10 }, () => 'lorem '.repeat(17_500)));
  expect([ended.code, ended.stdout]).toEqual([4, '']);
  expect(complaint(ended).length).toBeLessThan(3000);
  expect(eventsOf(trace(), 'run.finished')).toMatchObject([{ status: 'failed' }]);
});

test('a request that needs a model is refused with how to connect one', async () => {
  const { pflow, write } = workspace();
  write('notes.md', prose);
  const ended = await pflow(['translate notes.md to French']);
  expect(ended.code).toBe(4);
  expect(complaint(ended)).toMatchInlineSnapshot(`
    "pflow: "translate notes.md to French" needs a language model, and none is connected.
      Connect a model: set ANTHROPIC_API_KEY, OPENAI_API_KEY or GEMINI_API_KEY, or start a local server such as Ollama (\`ollama serve\`)."
  `);
});

test('a planned workflow with effects is not run without confirmation, and its effects are listed', async () => {
  const { pflow, write, folder } = workspace();
  write('notes.md', prose);
  const ended = await pflow(['summarize notes.md and save it to out.txt']);
  expect([ended.code, ended.stdout]).toEqual([2, '']);
  expect(complaint(ended)).toMatchInlineSnapshot(`
    "  summarize notes.md → read-file, llm
      save it to out.txt → write-file
    pflow: The planned workflow has these effects:
      write: writes "out.txt"
      Nothing was run. Add --yes to run it; \`pflow plan\` prints the workflow."
  `);
  expect(await pflow(['-p', '--yes', 'summarize notes.md and save it to out.txt'])).toMatchObject({
    code: 0,
  });
  expect(existsSync(join(folder, 'out.txt'))).toBe(true);
});

test('an unknown option is a usage error that suggests the nearest one', async () => {
  const { pflow } = workspace();
  const ended = await pflow(['--modle', 'x', 'summarize a.md']);
  expect(ended.code).toBe(2);
  expect(complaint(ended)).toMatchInlineSnapshot(`
    "pflow: Unknown option '--modle'.
      Did you mean --model?"
  `);
});

test('an option of another command is rejected at any position', async () => {
  const { pflow } = workspace();
  const ended = await pflow(['--yes', 'trace', 'list']);
  expect(ended.code).toBe(2);
  expect(complaint(ended)).toMatchInlineSnapshot(`"pflow: 'pflow trace list' has no option --yes."`);
});

test('all invalid inputs are named together', async () => {
  const { pflow, write } = workspace();
  write('wf.json', {
    inputs: { count: { type: 'integer' }, name: { type: 'string' } },
    nodes: [{ id: 'say', type: 'echo', params: { message: '${name} ${count}' } }],
  });
  const ended = await pflow(['wf.json', 'count=many', 'colour=red']);
  expect(ended.code).toBe(2);
  expect(complaint(ended)).toMatchInlineSnapshot(`
    "pflow: The workflow has no input 'colour'. Its inputs are: count, name. Input 'count' must be a whole number, not 'many'. Input 'name' is missing.
      Give inputs as: count=… name=…"
  `);
});

test('a trace folder that cannot be created causes a warning and does not fail the run', async () => {
  const { pflow, write } = workspace();
  write('notes.md', prose);
  const { code, stdout, stderr } = await pflow(['count words in notes.md', '--trace-dir', 'notes.md/traces']);
  expect([code, stdout]).toEqual([0, '20\n']);
  expect(stderr).toContain('pflow: warning: The trace is not saved: ');
  expect(stderr).not.toContain('trace: ');
});

test('a corrupt price override causes a warning with its line and does not fail the run', async () => {
  const { pflow, write, env } = workspace();
  mkdirSync(env['PFLOW_HOME']!, { recursive: true });
  writeFileSync(join(env['PFLOW_HOME']!, 'pricing.json'), '{\n "models": {,}\n}');
  write('notes.md', prose);
  const { code, stdout, stderr } = await pflow(['-p', 'count words in notes.md']);
  expect([code, stdout]).toEqual([0, '20\n']);
  expect(stderr).toMatch(/^pflow: warning: .*pricing\.json:2.*\n$/);
});

test('a trace of a newer version is rejected with what to do', async () => {
  const { pflow, write } = workspace();
  write(
    'new.jsonl',
    `${JSON.stringify({ seq: 0, at: 0, type: 'run.started', format: 'pflow-trace', version: 99, pflow: '9.0.0' })}\n`,
  );
  for (const args of [
    ['trace', 'show', 'new.jsonl'],
    ['tui', '--trace', 'new.jsonl'],
  ]) {
    const ended = await pflow(args);
    expect([ended.code, ended.stdout]).toEqual([2, '']);
    expect(complaint(ended)).toMatch(/^pflow: new\.jsonl was written by a newer pflow: .*\n {2}Update pflow/);
  }
});

test('a file that is not a trace is rejected', async () => {
  const { pflow, write } = workspace();
  write('notes.md', prose);
  const ended = await pflow(['tui', '--trace', 'notes.md']);
  expect([ended.code, ended.stdout]).toEqual([2, '']);
  expect(complaint(ended)).toMatch(/^pflow: notes\.md is not a trace that pflow reads: it looks like text /);
});
