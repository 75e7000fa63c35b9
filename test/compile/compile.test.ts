import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compileWorkflow } from '../../src/compile/compile.js';
import { createRegistry } from '../../src/nodes/registry.js';
import { createStore } from '../../src/runtime/store/store.js';
import { loadWorkflow } from '../../src/workflow/library/load-workflow.js';
import { runWorkflow, validWorkflow } from '../support/run-workflow.js';
import { memorySink, testContext } from '../support/tracing.js';

const folder = fileURLToPath(new URL('workflows', import.meta.url));
const file = (name: string) => join(folder, `${name}.json`);

test('a workflow starts at start_node, loops, and follows the error edge', async () => {
  const sink = memorySink();
  const { outputs, error } = await runWorkflow(file('branch'), { sink });
  expect(error).toBeUndefined();
  expect(outputs).toEqual({
    why: 'The command ended with exit code 3: bad',
    said: 'rescued: The command ended with exit code 3: bad',
  });
  const nodes = sink.of('span.started').filter(({ kind }) => kind === 'node');
  expect(nodes.map(({ name, visit = 1 }) => `${name} ${visit}`)).toEqual([
    'again 1',
    'again 2',
    'again 3',
    'fragile 1',
    'rescue 1',
  ]);
});

test('the visit limit of a loop can be configured', async () => {
  const { error } = await runWorkflow(file('branch'), { maxVisits: 2 });
  expect((error as Error).message).toBe("Node 'again' was entered more than 2 times: the loop does not end.");
});

test('a run can start at another node with a given store', async () => {
  const store = createStore({ times: 0, fragile: { error: 'from before' } });
  const { outputs } = await runWorkflow(file('branch'), { start: 'rescue', store });
  expect(outputs['said']).toBe('rescued: from before');
});

test('a batch iterates over JSON printed by a command, and templates access the index and nested fields', async () => {
  const { outputs, store, error } = await runWorkflow(file('batch'));
  expect(error).toBeUndefined();
  expect(outputs['first']).toBe('0 Ann a');
  expect((outputs['labels'] as { echo: string }[]).map(({ echo }) => echo)).toEqual(['Ann: 0', 'Bob: 1']);
  expect(Object.keys(store)).not.toContain('__index__');
});

test('without namespaces and in permissive mode, nodes use the root of the store', async () => {
  const { outputs, store, error } = await runWorkflow(file('flat'));
  expect(error).toBeUndefined();
  expect(outputs).toEqual({
    echo: 'hello you ${nobody}: 2',
    count: 2,
    why: "Cannot read '/nowhere/at/all': there is no such file.",
  });
  expect(Object.keys(store).toSorted()).toEqual([
    'batch_metadata',
    'count',
    'echo',
    'error',
    'error_count',
    'errors',
    'metadata',
    'name',
    'results',
    'success_count',
  ]);
});

test('an action "error" without an edge fails with the error that the node reported, with or without namespaces', async () => {
  const nodes = [{ id: 'sh', type: 'shell', params: { command: 'exit 4' } }];
  for (const enable_namespacing of [true, false]) {
    const { error } = await runWorkflow({ nodes, enable_namespacing });
    expect((error as Error).message).toBe('The command ended with exit code 4.');
  }
});

test('an unresolved template is an error in strict mode, which lists the available names', async () => {
  const { error } = await runWorkflow({
    nodes: [
      { id: 'who', type: 'echo', params: { data: { name: 'x' } } },
      { id: 'greet', type: 'echo', params: { message: 'hello ${who.data.first}' } },
    ],
    edges: [{ from: 'who', to: 'greet' }],
  });
  expect((error as Error).message).toBe(
    "${who.data.first} has no value. There is no 'first'. There are: name.",
  );
});

test('an absent optional input is null, and empty within text', async () => {
  const { outputs } = await runWorkflow({
    inputs: { who: { required: false } },
    nodes: [{ id: 'greet', type: 'echo', params: { message: 'hello ${who}!', data: { who: '${who}' } } }],
    outputs: { text: { source: '${greet.echo}' }, data: { source: '${greet.data}' } },
  });
  expect(outputs).toEqual({ text: 'hello !', data: { who: null } });
});

test('a workflow of 5,000 nodes runs', async () => {
  const ids = Array.from({ length: 5000 }, (_, i) => `n${i}`);
  const nodes = ids.map((id, i) => ({
    id,
    type: 'echo',
    params: { message: i === 0 ? 'begin' : `\${n${i - 1}.metadata.count}` },
  }));
  const edges = ids.slice(1).map((id, i) => ({ from: ids[i]!, to: id }));
  const { store, error } = await runWorkflow({ nodes, edges }, { sink: memorySink('preview') });
  expect(error).toBeUndefined();
  expect(store['n4999']).toMatchObject({ echo: '1' });
});

test('an unknown node type is an error before anything is compiled', () => {
  const { source } = loadWorkflow(file('child'));
  const workflow = validWorkflow(source);
  const types = createRegistry([]);
  expect(() => compileWorkflow(workflow, types)).toThrow("Node 'say' has the unknown type 'echo'.");
});

test('inherited property names are treated as data in parameters, paths and JSON', async () => {
  const inputs = JSON.parse('{"data": {"__proto__": {"polluted": 1}, "constructor": {"a": 2}}}') as Record<
    string,
    unknown
  >;
  const { store, error } = await runWorkflow(
    {
      inputs: { data: {} },
      nodes: [
        {
          id: 'deep',
          type: 'echo',
          params: { data: '${data}', message: '${data.__proto__.polluted} ${data.constructor.a}' },
        },
      ],
    },
    { inputs, sink: memorySink() },
  );
  expect(error).toBeUndefined();
  expect(store['deep']).toMatchObject({ echo: '1 2' });
  expect(({} as { polluted?: number }).polluted).toBeUndefined();
  const miss = await runWorkflow(
    {
      inputs: { data: {} },
      nodes: [{ id: 'x', type: 'echo', params: { message: '${data.__proto__.polluted}' } }],
    },
    { inputs: { data: {} } },
  );
  expect((miss.error as Error).message).toContain("There is no '__proto__'");
});

test('a parameter named __proto__ is an own parameter', async () => {
  const params = JSON.parse('{"__proto__": {"message": "inherited"}}') as Record<string, unknown>;
  const workflow = { ...validWorkflow({ nodes: [{ id: 'x', type: 'echo' }] }) };
  const shared = createStore();
  const compiled = compileWorkflow(
    { ...workflow, nodes: [{ ...workflow.nodes[0]!, params }] },
    createRegistry(),
  );
  await compiled.run(shared, testContext());
  expect(shared['x']).toMatchObject({ echo: 'Hello, World!' });
});
