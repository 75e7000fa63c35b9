/** What the manual says about differences from published pflow is true. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { run } from '../../src/index.js';
import { repositoryFile } from '../support/manual-pages.js';

const page = readFileSync(repositoryFile('src/help/differences.md'), 'utf8');

type Node = Readonly<{ type: string; params?: object } & Record<string, unknown>>;

/** Runs a chain of nodes without a model and returns the output of the last one, or the error. */
async function outcome(nodes: Readonly<Record<string, Node>>, more: object = {}): Promise<unknown> {
  const ids = Object.keys(nodes);
  const last = ids.at(-1)!;
  const workflow = {
    nodes: Object.entries(nodes).map(([id, node]) => ({ id, ...node })),
    edges: ids.slice(1).map((id, i) => ({ from: ids[i]!, to: id })),
    outputs: { all: { source: `\${${last}}` } },
    ...more,
  };
  try {
    const { status, outputs, error } = await run(workflow, { model: 'offline' });
    return status === 'ok' ? outputs['all'] : String(error);
  } catch (error) {
    return String(error);
  }
}

const sh = (command: string, more: object = {}): Node => ({ type: 'shell', params: { command, ...more } });
const echo = (message: unknown): Node => ({ type: 'echo', params: { message } });

test.each<[row: string, what: string, () => Promise<unknown>, unknown]>([
  [
    'booleans, lists in text',
    'are written as in JSON',
    () => outcome({ a: echo('f=${f} l=${l}') }, { inputs: { f: { default: true }, l: { default: [1, 2] } } }),
    expect.objectContaining({ echo: 'f=true l=[1,2]' }),
  ],
  [
    'unreachable node',
    'is an error',
    () => outcome({ a: echo('x'), b: echo('y') }, { edges: [] }),
    expect.stringContaining('would never run'),
  ],
  [
    '`shell`, exit code 1 next to the word `grep`',
    'is a success of grep only',
    async () => [
      await outcome({ a: sh('echo a | grep b') }),
      await outcome({ a: sh('echo a | grep a; exit 1') }),
    ],
    [expect.objectContaining({ exit_code: 1 }), expect.stringContaining('exit code 1')],
  ],
  [
    '`shell`, `${x.stdout}` with spaces or `*` in a command',
    'is one argument',
    () => outcome({ x: sh("echo 'a  *'"), b: sh('echo ${x.stdout}') }),
    expect.objectContaining({ stdout: 'a  *' }),
  ],
  [
    '`shell`, `${x.stdout}` with spaces or `*` in a command',
    'is several with raw',
    () => outcome({ x: sh("echo 'a  b'"), b: sh('echo ${x.stdout}', { raw: true }) }),
    expect.objectContaining({ stdout: 'a b' }),
  ],
  [
    '`shell`, such a value in `$( )`, backticks, a here-document, `sh -c`',
    'is an error',
    () => outcome({ x: sh("echo 'a b'"), b: sh('echo $(echo ${x.stdout})') }),
    expect.stringContaining('cannot be quoted there'),
  ],
  [
    '`shell`, a command that is a value of another node',
    'is an error if it has spaces',
    () => outcome({ x: sh("echo 'echo hi'"), b: sh('${x.stdout}') }),
    expect.stringContaining('in the place of the whole command'),
  ],
  [
    '`shell`, line breaks at the end of stderr',
    'are removed',
    () => outcome({ a: sh("printf 'a\\n\\n' >&2") }),
    expect.objectContaining({ stderr: 'a' }),
  ],
  [
    '`code` without `language`',
    'is JavaScript',
    () => outcome({ a: { type: 'code', params: { code: '[1, 2].map((n) => n * 2)' } } }),
    expect.objectContaining({ result: [2, 4] }),
  ],
  [
    'output with `source: node.key`',
    'is an error',
    () => outcome({ a: echo('x') }, { outputs: { all: { source: 'a.echo' } } }),
    expect.stringContaining('must be a template'),
  ],
  [
    'optional input without a default',
    'is null',
    () => outcome({ a: echo('<${v}>') }, { inputs: { v: { type: 'string', required: false } } }),
    expect.objectContaining({ echo: '<>' }),
  ],
  [
    '`parallel: "true"` as text',
    'is an error',
    () => outcome({ a: { ...echo('${item}'), batch: { items: ['p'], parallel: 'true' } } }),
    expect.stringContaining('must be true or false'),
  ],
  [
    'batch, all items failed',
    'fails the node',
    () => outcome({ a: { ...sh('exit 1'), batch: { items: ['p', 'q'], error_handling: 'continue' } } }),
    expect.stringContaining('All 2 items failed'),
  ],
  [
    'unknown parameter of a node',
    'does not fail the run',
    () => outcome({ a: { type: 'echo', params: { message: 'x', zzz: 1 } } }),
    expect.objectContaining({ echo: 'x' }),
  ],
  [
    '`loop`, `retry` on a node',
    'are fields of a node',
    () => outcome({ a: { ...echo('x'), loop: { max: 2 }, retry: { max: 2 } } }),
    expect.objectContaining({ echo: 'x' }),
  ],
  [
    '`claude-code`, `agent`, GitHub nodes',
    'do not exist',
    () => outcome({ a: { type: 'claude-code', params: {} } }),
    expect.stringContaining("no node type 'claude-code'"),
  ],
  [
    'output on a branch not taken',
    'fails the run',
    () =>
      outcome(
        { a: { type: 'test' } },
        {
          nodes: [
            { id: 'a', type: 'test' },
            { id: 'b', ...echo('x') },
            { id: 'c', ...echo('y') },
          ],
          edges: [
            { from: 'a', to: 'b' },
            { from: 'a', to: 'c', action: 'error' },
          ],
          outputs: { all: { source: '${c.echo}' } },
        },
      ),
    expect.stringContaining('${c.echo} has no value'),
  ],
])('%s: %s', async (row, _what, run, expected) => {
  expect(page).toContain(`| ${row} |`);
  expect(await run()).toEqual(expected);
});
