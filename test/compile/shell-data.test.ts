import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { defineNode } from '../../src/nodes/definition/define-node.js';
import { builtinTypes, createRegistry } from '../../src/nodes/registry.js';
import { validateWorkflow } from '../../src/workflow/check/validate.js';
import { commandNotes } from '../../src/workflow/taint/command-notes.js';
import { runWorkflow } from '../support/run-workflow.js';

type Node = Readonly<{ type: string; params?: object; batch?: object; raw?: boolean }>;

/** A node type that outputs its parameter, with effects that determine the origin of the data. */
const gives = (type: string, effects: readonly ('model' | 'reads' | 'sends')[]) =>
  defineNode({
    type,
    description: 'Gives its text.',
    params: z.object({ text: z.unknown().describe('Any value') }),
    outputs: z.object({ said: z.unknown().describe('The value') }),
    effects,
    exec: ({ params }) => ({ said: params.text }),
  });
const types = createRegistry([
  ...builtinTypes,
  gives('says', ['model']),
  gives('own', []),
  gives('mcp-x-get', ['reads']),
  gives('net', ['sends']),
]);

/** A folder in which hostile values create the file `ran` if they are executed. */
function place() {
  const folder = mkdtempSync(join(tmpdir(), 'pflow-data-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return { folder, ran: () => existsSync(join(folder, 'ran')), evil: `x; touch ${join(folder, 'ran')} #` };
}

/** Runs a chain of nodes; returns the output of the last one and the error, if any. */
async function outcome(nodes: Readonly<Record<string, Node>>, more: object = {}, inputs = {}) {
  const ids = Object.keys(nodes);
  const workflow = {
    nodes: Object.entries(nodes).map(([id, node]) => ({ id, ...node })),
    edges: ids.slice(1).map((id, i) => ({ from: ids[i]!, to: id })),
    ...more,
  };
  const { store, error } = await runWorkflow(workflow, { types, inputs });
  return {
    error: error === undefined ? '' : String((error as Error).cause ?? error),
    out: store[ids.at(-1)!],
  };
}

const sh = (command: string, more: object = {}): Node => ({ type: 'shell', params: { command, ...more } });
const code = (inputs: object): Node => ({
  type: 'code',
  params: { code: 'Object.values(v)[0]', inputs: { v: inputs } },
});

const says = (text: string): Node => ({ type: 'says', params: { text } });

test.each<[string, string, (evil: string) => Record<string, Node>]>([
  ['a model', 'said', (text) => ({ a: says(text) })],
  ['the network', 'said', (text) => ({ a: { type: 'net', params: { text } } })],
  ['an MCP server', 'said', (text) => ({ a: { type: 'mcp-x-get', params: { text } } })],
  ['a model through code', 'result', (text) => ({ m: says(text), a: code({ x: '${m.said}' }) })],
  [
    'a model through a custom node and echo',
    'echo',
    (text) => ({
      m: says(text),
      c: { type: 'own', params: { text: ['${m.said}'] } },
      a: { type: 'echo', params: { message: '${c.said[0]}' } },
    }),
  ],
  [
    'a model through an inline workflow',
    'echo',
    (text) => ({
      m: says(text),
      a: {
        type: 'workflow',
        params: {
          inputs: { x: '${m.said}' },
          workflow_ir: {
            inputs: { x: { type: 'string' } },
            nodes: [{ id: 'e', type: 'echo', params: { message: '${x}' } }],
            outputs: { echo: { source: '${e.echo}' } },
          },
        },
      },
    }),
  ],
  [
    'a model inside an inline workflow',
    'said',
    (text) => ({
      a: {
        type: 'workflow',
        params: {
          workflow_ir: {
            nodes: [{ id: 'e', ...says(text) }],
            outputs: { said: { source: '${e.said}' } },
          },
        },
      },
    }),
  ],
])('data from %s is quoted as one argument of the command', async (_origin, output, sources) => {
  const { evil, ran } = place();
  const data = `\${a.${output}}`;
  const command = `printf '%s|' ${data} "${data}" '${data}'`;
  const { out, error } = await outcome({ ...sources(evil), s: sh(command) });
  expect(error).toBe('');
  expect(out).toMatchObject({ stdout: `${evil}|${evil}|${evil}|` });
  expect(ran()).toBe(false);
});

test('data from a file and from a command is quoted, for each item of a batch', async () => {
  const { evil, ran, folder } = place();
  const file = join(folder, 'list.json');
  writeFileSync(file, JSON.stringify(['plain', evil]));
  const { out, error } = await outcome({
    f: { type: 'read-file', params: { file_path: file } },
    c: sh('cat', { stdin: '${f.content}' }),
    s: { ...sh("printf '[%s]' ${it}"), batch: { items: '${c.stdout}', as: 'it' } },
  });
  expect(error).toBe('');
  expect(out).toMatchObject({ results: [{ stdout: '[plain]' }, { stdout: `[${evil}]` }] });
  expect(ran()).toBe(false);
});

test('an input of a nested workflow is quoted there if it depends on data', async () => {
  const { evil, ran } = place();
  const inner = {
    inputs: { x: { type: 'string' } },
    nodes: [{ id: 's', ...sh("printf '[%s]' ${x}") }],
    outputs: { said: { source: '${s.stdout}' } },
  };
  const nested = (x: string): Node => ({ type: 'workflow', params: { workflow_ir: inner, inputs: { x } } });
  const nodes = { m: { type: 'says', params: { text: evil } }, a: nested('${m.said}') };
  expect(await outcome(nodes)).toMatchObject({ error: '', out: { said: `[${evil}]` } });
  expect(ran()).toBe(false);
  // The same workflow with a constant is compiled separately.
  const both = { ...nodes, b: nested('1 2') };
  expect(await outcome(both)).toMatchObject({ error: '', out: { said: '[1][2]' } });
});

test('inputs, constants and code that do not depend on data are inserted unchanged', async () => {
  const nodes = {
    c: { type: 'code', params: { code: '"3 4"' } },
    e: { type: 'echo', params: { message: '${words}' } },
    s: sh('printf \'[%s]\' ${words} ${e.echo} ${c.result} ${none ?? "5 6"}'),
  };
  const inputs = { words: { type: 'string' }, none: { type: 'string', required: false } };
  expect(await outcome(nodes, { inputs }, { words: '1 2' })).toMatchObject({
    error: '',
    out: { stdout: '[1][2][1][2][3][4][5][6]' },
  });
});

test('piped standard input counts as data', async () => {
  const { evil, ran } = place();
  const inputs = { text: { type: 'string', stdin: true } };
  const { out } = await outcome({ s: sh("printf '%s' ${text}") }, { inputs }, { text: evil });
  expect(out).toMatchObject({ stdout: evil });
  expect(ran()).toBe(false);
});

test('where data cannot be quoted the node fails with an alternative', async () => {
  const { evil, ran } = place();
  const m = { type: 'says', params: { text: evil } };
  for (const [command, inside] of [
    ['echo $(echo ${m.said})', '$( )'],
    ['cat <<E\n${m.said}\nE', 'a here-document'],
    ["sh -c 'echo ${m.said}'", 'the code for `sh -c`'],
    ['${m.said}', 'the place of the whole command'],
  ]) {
    const { error } = await outcome({ m, s: sh(command!) });
    expect(error).toContain(`The command of node 's' has \${m.said}, data from a model, in ${inside}.`);
  }
  const env = { DATA: '${m.said}' };
  expect(await outcome({ m, s: sh('printf "%s" "$(echo "$DATA")"', { env }) })).toMatchObject({
    out: { stdout: evil },
  });
  expect(ran()).toBe(false);
});

test('raw mode inserts data unquoted as code', async () => {
  const { folder, ran } = place();
  const m = { type: 'says', params: { text: `touch ${join(folder, 'ran')}` } };
  expect(await outcome({ m, s: sh('${m.said}', { raw: true }) })).toMatchObject({ error: '' });
  expect(ran()).toBe(true);
});

test('raw on the node itself is the same, is noted by validation, and has no effect on another type', async () => {
  const { folder, ran } = place();
  const m = { type: 'says', params: { text: `touch ${join(folder, 'ran')}` } };
  const nodes = { m, s: { ...sh('${m.said}'), raw: true } };
  expect(await outcome(nodes)).toMatchObject({ error: '' });
  expect(ran()).toBe(true);
  const source = {
    nodes: Object.entries(nodes).map(([id, node]) => ({ id, ...node })),
    edges: [{ from: 'm', to: 's' }],
  };
  const { workflow } = validateWorkflow(source, types);
  expect(commandNotes(workflow!, types).map(({ message }) => message)).toEqual([
    'inserts ${m.said}, data from a model, unquoted (raw: true): it runs as code.',
  ]);
  const wrong = { nodes: [{ id: 'm', ...m, raw: true }] };
  expect(validateWorkflow(wrong, types).warnings).toEqual([
    { path: 'nodes[0].raw', message: "has no effect on 'says': it is for the command of a shell node." },
  ]);
});

test('data stays tainted without namespaces and through loops', async () => {
  const { evil, ran } = place();
  const flat = { m: { type: 'says', params: { text: evil } }, s: sh("printf '%s' ${said}") };
  expect((await outcome(flat, { enable_namespacing: false })).error).toBe('');
  const nodes = [
    { id: 'first', type: 'echo', params: { message: '${m.said ?? "none"}' } },
    { id: 'm', type: 'says', params: { text: evil } },
    { id: 's', ...sh("printf '%s' ${first.echo}") },
    { id: 'turn', type: 'test', params: { action: 'retry' } },
  ];
  const edges = [
    { from: 'first', to: 'm' },
    { from: 'm', to: 's' },
    { from: 's', to: 'turn' },
    { from: 'turn', to: 'first', action: 'retry' },
  ];
  const { store, error } = await runWorkflow({ nodes, edges }, { types });
  expect(error).toBeUndefined();
  expect(store['s']).toMatchObject({ stdout: evil });
  expect(ran()).toBe(false);
});

test('a shell variable that looks like a template is kept in a permissive workflow', async () => {
  const nodes = { a: sh('V=1; echo "${V} $${V}"') };
  expect(await outcome(nodes, { template_resolution_mode: 'permissive' })).toMatchObject({
    out: { stdout: '1 1' },
  });
});
