import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import type { LlmCaller } from '../../src/llm/client/client.js';
import { defineNode } from '../../src/nodes/definition/define-node.js';
import { createRegistry } from '../../src/nodes/registry.js';
import { workflow } from '../../src/nodes/nested/workflow-node.js';
import { createProfile } from '../../src/profile/run/profile.js';
import { readSnapshots } from '../../src/profile/store/snapshot.js';
import { formatProblem } from '../../src/workflow/format/problem.js';
import { loadWorkflow } from '../../src/workflow/library/load-workflow.js';
import { validateWorkflow } from '../../src/workflow/check/validate.js';
import { testPrices } from '../support/prices.js';
import { runWorkflow } from '../support/run-workflow.js';
import { memorySink } from '../support/tracing.js';

const parent = fileURLToPath(new URL('workflows/parent.json', import.meta.url));

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'pflow-nested-'));
  vi.stubEnv('PFLOW_HOME', join(root, 'home'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true });
});

type Json = Record<string, unknown>;

function write(name: string, workflow: Json): string {
  const path = join(root, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify(workflow));
  return path;
}

const sub = (params: Json, more: Json = {}) => ({ id: 'sub', type: 'workflow', params, ...more });
const say = (message: string) => ({ id: 'say', type: 'echo', params: { message } });
const child = {
  inputs: { text: { type: 'string', description: 'What to say' }, count: { type: 'int', default: 1 } },
  outputs: { said: { source: '${say.echo}' } },
  nodes: [{ id: 'say', type: 'echo', params: { message: '${text}', count: '${count}' } }],
};

const problems = (path: string) =>
  validateWorkflow(loadWorkflow(path).source, createRegistry()).problems.map((each) =>
    formatProblem(each).replaceAll(`${root}/`, ''),
  );

test('nested workflows run from a file next to the outer one and inline, with mapped outputs', async () => {
  const { outputs, store, error } = await runWorkflow(parent);
  expect(error).toBeUndefined();
  expect(outputs['last']).toBe(`${Array.from({ length: 11 }, () => 'TWO').join(' ')}!`);
  expect(outputs['all']).toMatchObject([
    { said: 'one', item: 'one' },
    { said: Array.from({ length: 11 }, () => 'two').join(' '), item: 'two' },
  ]);
  expect(store['inline']).toEqual({ shout: outputs['last'], count: 1 });
});

test('a nested workflow is a span with its own store below the node that runs it', async () => {
  write('child.json', child);
  const sink = memorySink();
  const path = write('a.json', { nodes: [sub({ workflow_ref: 'child.json', inputs: { text: 'hi' } })] });
  await runWorkflow(path, { sink });
  const started = sink.of('span.started');
  const nested = started.find(({ kind }) => kind === 'workflow')!;
  expect(nested).toMatchObject({ name: 'child' });
  const exec = started.find(({ span }) => span === nested.parent)!;
  expect(exec).toMatchObject({ kind: 'phase', name: 'exec' });
  expect(started.find(({ name }) => name === 'say')).toMatchObject({ parent: nested.span, nodeType: 'echo' });
  expect(sink.of('workflow.planned')).toMatchObject([
    {
      span: nested.span,
      name: 'child',
      origin: 'file',
      isolated: true,
      nodes: [{ id: 'say', type: 'echo' }],
    },
  ]);
  const changes = sink.of('store.changed').map(({ store, set }) => [store, Object.keys(set)]);
  expect(changes).toEqual([
    [nested.span, ['/text', '/count']],
    [nested.span, ['/say/echo', '/say/metadata']],
    [undefined, ['/sub/said']],
  ]);
});

test('the profile shows a nested store separately from the enclosing one', async () => {
  write('child.json', { nodes: [say('hello')], outputs: { said: { source: '${say.echo}' } } });
  const sink = memorySink();
  const path = write('a.json', {
    inputs: { secret: { default: 'mine' } },
    nodes: [sub({ workflow_ref: 'child.json' })],
  });
  await runWorkflow(path, { sink });
  const profile = createProfile({ prices: testPrices });
  for (const event of sink.events) profile.apply(event);
  const { span } = sink.of('span.started').find(({ name }) => name === 'say')!;
  const { before, after } = readSnapshots(profile.state, span)!;
  expect(Object.keys(before)).toEqual([]);
  expect(Object.keys(after)).toEqual(['say']);
});

test('model calls in a nested workflow belong to the node that makes them', async () => {
  write('child.json', { nodes: [{ id: 'ask', type: 'llm', params: { prompt: 'Why?' } }] });
  const llm: LlmCaller = {
    generate: (_request, options) => {
      const response = {
        text: 'because',
        model: 'm',
        usage: null,
        usageOrigin: 'none' as const,
      };
      const client = { provider: 'p', model: 'm', free: true, request: () => Promise.resolve(response) };
      options?.onAttempt?.({ attempt: 1, client, request: _request }).responded(response);
      return Promise.resolve(response);
    },
  };
  const sink = memorySink();
  const path = write('a.json', {
    nodes: [
      sub(
        { workflow_ref: 'child.json', output_mapping: { 'ask.llm_usage': 'llm_usage' } },
        { batch: { items: [1, 2] } },
      ),
    ],
  });
  await runWorkflow(path, { sink, context: { llm } });
  const started = sink.of('span.started');
  const calls = started.filter(({ kind }) => kind === 'llm');
  const nodeAround = (id: number | undefined): string | undefined => {
    const span = started.find((each) => each.span === id);
    return span && (span.kind === 'node' ? span.name : nodeAround(span.parent));
  };
  expect(calls.map(({ parent }) => nodeAround(parent))).toEqual(['ask', 'ask']);
});

test('a log line of a nested node is written once', async () => {
  write('child.json', { nodes: [{ id: 'warn', type: 'shell', params: { command: 'echo careful >&2' } }] });
  const sink = memorySink();
  const logged: string[] = [];
  const path = write('a.json', { nodes: [sub({ workflow_ref: 'child.json' })] });
  await runWorkflow(path, { sink, context: { log: (text) => logged.push(text) } });
  expect(sink.of('log.written').map(({ text }) => text)).toEqual(['careful\n']);
  expect(logged).toEqual(['careful\n']);
});

test('a failure in a nested workflow names the workflow and its node, and follows the error edge', async () => {
  write('child.json', { nodes: [{ id: 'read', type: 'read-file', params: { file_path: '/no/such' } }] });
  write('middle.json', { nodes: [sub({ workflow_ref: 'child.json' })] });
  const path = write('a.json', {
    outputs: { why: { source: '${say.echo}' } },
    nodes: [sub({ workflow_ref: 'middle.json' }), say('${sub.error}')],
    edges: [{ from: 'sub', to: 'say', action: 'error' }],
  });
  expect((await runWorkflow(path)).outputs).toEqual({
    why: "Node 'sub' of workflow 'middle' failed: Node 'read' of workflow 'child' failed: Cannot read '/no/such': there is no such file.",
  });
});

test('cancelling the run cancels the nested workflow', async () => {
  write('child.json', { nodes: [{ id: 'wait', type: 'shell', params: { command: 'sleep 60' } }] });
  const path = write('a.json', { nodes: [sub({ workflow_ref: 'child.json' })] });
  const stop = new AbortController();
  const sink = memorySink();
  const running = runWorkflow(path, { sink, context: { signal: stop.signal } });
  await expect.poll(() => sink.of('span.started').some(({ name }) => name === 'wait')).toBe(true);
  stop.abort();
  expect((await running).error).toMatchObject({ code: 'cancelled' });
  expect(sink.of('span.finished').map(({ status }) => status)).toContain('cancelled');
  expect(sink.of('span.finished')).toHaveLength(sink.of('span.started').length);
});

test('a saved workflow runs by name', async () => {
  write('home/workflows/greet.json', { ...child, name: 'greet' });
  const { store } = await runWorkflow({
    nodes: [sub({ workflow_name: 'greet', param_mapping: { text: 'hi' } })],
  });
  expect(store['sub']).toEqual({ said: 'hi' });
});

test.each([
  ['mapped', ['look', 'text']],
  ['isolated', ['look', 'text']],
  ['scoped', ['extra', 'look', 'text']],
  ['shared', ['child_extra', 'look', 'other', 'sub', 'text']],
])('storage mode %s exposes exactly its keys to the nested workflow', async (storage_mode, expected) => {
  const seen: string[][] = [];
  const types = createRegistry([
    workflow,
    defineNode({
      type: 'look',
      description: 'Notes what is in the store.',
      params: z.object({}),
      outputs: z.object({}),
      prep: ({ shared }) => void seen.push(Object.keys(shared).toSorted()),
      exec: () => ({}),
    }),
  ]);
  const inner = { inputs: { text: {} }, nodes: [{ id: 'look', type: 'look' }] };
  await runWorkflow(
    {
      inputs: { child_extra: { default: 1 }, other: { default: 2 } },
      nodes: [sub({ workflow_ir: inner, inputs: { text: 'x' }, storage_mode })],
    },
    { types },
  );
  expect(seen).toEqual([expected]);
});

test('a shell variable that looks like a template is kept in a permissive workflow', async () => {
  write('child.json', child);
  const workflow = {
    inputs: { which: {}, text: { default: 'hi' } },
    nodes: [sub({ workflow: '${which}', inputs: { text: '${text}' } })],
  };
  const run = async (which: string) => runWorkflow(workflow, { inputs: { which } });
  expect((await run(join(root, 'child.json'))).store['sub']).toEqual({ said: 'hi' });
  const failure = async (which: string) =>
    String(((await run(which)).error as Error).message).replaceAll(root, '');
  expect(await failure(join(root, 'gone.json'))).toBe("There is no file '/gone.json'.");
  write('bad.json', { nodes: [{ id: 'x', type: 'ecco' }] });
  expect(await failure(join(root, 'bad.json'))).toMatch(
    /^Workflow 'bad' is not valid: nodes\[0\]\.type: there is no node type 'ecco'\./,
  );
});

test('workflows that contain each other are rejected with the cycle, by validation and at run time', async () => {
  write('a.json', { nodes: [sub({ workflow_ref: 'b.json' })] });
  write('b.json', { nodes: [sub({ workflow_ref: 'sub/../a.json' })] });
  expect(problems(join(root, 'a.json')).join()).toMatch(
    /contains itself: .*b\.json → .*a\.json → .*b\.json\.$/,
  );
  const self = { inputs: { me: {} }, nodes: [sub({ workflow_ref: '${me}', inputs: { me: '${me}' } })] };
  const path = write('self.json', self);
  const { error } = await runWorkflow(path, { inputs: { me: path } });
  expect((error as Error).message).toMatch(
    /failed: The workflow contains itself: .*self\.json → .*self\.json\.$/,
  );
});

test('the nesting depth of workflows is limited', async () => {
  for (let i = 0; i < 12; i++) write(`w${i}.json`, { nodes: [sub({ workflow_ref: `w${i + 1}.json` })] });
  write('w12.json', { nodes: [say('deep')] });
  expect(problems(join(root, 'w0.json')).join()).toContain('Workflows are nested more than 10 deep: ');
  expect(problems(join(root, 'w2.json'))).toEqual([]);
  const shallow = write('a.json', { nodes: [sub({ workflow_ref: 'w11.json', max_depth: 1 })] });
  expect(problems(shallow)).toEqual([]);
});

test.each<[string, Json, string[]]>([
  [
    'no reference',
    {},
    [
      'nodes[0].params: needs the workflow to run: workflow (a path or a saved name) or workflow_ir (inline).',
    ],
  ],
  [
    'several references',
    { workflow: 'a', workflow_ref: './b.json' },
    ['nodes[0].params: names several workflows: workflow, workflow_ref. Give one of them.'],
  ],
  [
    'a missing file',
    { workflow_ref: 'chld.json', inputs: {} },
    ["nodes[0].params.workflow_ref: There is no file 'chld.json'. Did you mean 'child.json' or 'bad.json'?"],
  ],
  [
    'an unknown saved workflow',
    { workflow_name: 'summarise-file' },
    [
      "nodes[0].params.workflow_name: There is no saved workflow 'summarise-file'. Did you mean 'summarize-file', 'summarize-folder' or 'summarize-url'?",
    ],
  ],
  [
    'a missing input together with an unknown one',
    { workflow_ref: 'child.json', inputs: { txt: 'hi' } },
    [
      "nodes[0].params.inputs.txt: workflow 'child' has no input 'txt'. Its inputs are: text, count. Did you mean 'text'?",
      "nodes[0].params.inputs.text: is missing: workflow 'child' needs this input (What to say).",
    ],
  ],
  [
    'an input of the wrong type',
    { workflow_ref: 'child.json', param_mapping: { text: 'hi', count: 'many' } },
    ["nodes[0].params.param_mapping.count: must be a whole number, not 'many'."],
  ],
  [
    'an unknown output',
    { workflow_ref: 'child.json', inputs: { text: 'hi' }, output_mapping: { sad: 'x' } },
    [
      "nodes[0].params.output_mapping.sad: workflow 'child' does not output 'sad'. It outputs: said. Did you mean 'said'?",
    ],
  ],
  [
    'an invalid workflow file',
    { workflow_ref: 'bad.json' },
    [
      "nodes[0].params.workflow_ref: in workflow 'bad', line 1, nodes[0].params.message: ${who} leads nowhere: there is no input and no node 'who'. Declare it as an input, or write $${who} for the text itself.",
    ],
  ],
  [
    'an invalid inline workflow',
    { workflow_ir: { nodes: [{ id: 'x', type: 'eco' }] } },
    ["nodes[0].params.workflow_ir.nodes[0].type: there is no node type 'eco'. Did you mean 'echo'?"],
  ],
])('%s of a nested workflow is reported before anything runs', (_name, params, expected) => {
  write('child.json', child);
  write('bad.json', { nodes: [say('${who}')] });
  expect(problems(write('a.json', { nodes: [sub(params)] }))).toEqual(expected);
});

test('templates are validated against the outputs of a nested workflow', () => {
  write('child.json', child);
  const ask = (source: string, params: Json = {}) =>
    problems(
      write('a.json', {
        nodes: [sub({ workflow_ref: 'child.json', inputs: { text: 'x' }, ...params })],
        outputs: { out: { source } },
      }),
    );
  expect(ask('${sub.said}')).toEqual([]);
  expect(ask('${sub.error}')).toEqual([]);
  expect(ask('${sub.sad}')).toEqual([
    "outputs.out.source: node 'sub' does not output 'sad'. It outputs: said. Did you mean ${sub.said}?",
  ]);
  expect(ask('${sub.mine}', { output_mapping: { said: 'mine' } })).toEqual([]);
});

test('nodes of a workflow in shared storage mode can be referenced after it, but not before', async () => {
  const path = write('parent.json', {
    nodes: [
      sub({ workflow_ref: write('child.json', child), inputs: { text: 'hi' }, storage_mode: 'shared' }),
      { id: 'after', type: 'echo', params: { message: '${say.echo} and ${text}' } },
    ],
    edges: [{ from: 'sub', to: 'after' }],
    outputs: { said: { source: '${after.echo}' } },
  });
  expect((await runWorkflow(path)).outputs).toEqual({ said: 'hi and hi' });
  const early = write('early.json', {
    nodes: [
      { id: 'before', type: 'echo', params: { message: '${say.echo}' } },
      sub({ workflow_ref: join(root, 'child.json'), inputs: { text: 'hi' }, storage_mode: 'shared' }),
    ],
    edges: [{ from: 'before', to: 'sub' }],
  });
  expect(problems(early)).toEqual([
    "nodes[0].params.message: node 'sub' cannot have run before 'before': no path of edges leads from 'sub' to 'before'.",
  ]);
  const apart = write('apart.json', {
    nodes: [sub({ workflow_ref: join(root, 'child.json'), inputs: { text: 'hi' } }), say('${other.echo}')],
    edges: [{ from: 'sub', to: 'say' }],
  });
  expect(problems(apart).join()).toContain("there is no input and no node 'other'");
});
