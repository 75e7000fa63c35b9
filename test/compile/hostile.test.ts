import { expect, test } from 'vitest';
import { z } from 'zod';
import { defineNode, type NodeDefinition } from '../../src/nodes/definition/define-node.js';
import { builtinTypes, createRegistry } from '../../src/nodes/registry.js';
import type { Shared } from '../../src/runtime/contract/runnable.js';
import { runWorkflow, type WorkflowRunOptions } from '../support/run-workflow.js';
import { memorySink, type MemorySink } from '../support/tracing.js';

type Definition = NodeDefinition<z.ZodObject, z.ZodObject, unknown>;

/** Runs a node with the test's definition, and another after it. */
async function runNode(node: Partial<Definition>, options: WorkflowRunOptions = {}) {
  const type = defineNode({
    type: 'own',
    description: 'A node of somebody’s own.',
    params: z.looseObject({}),
    outputs: z.looseObject({}),
    exec: () => ({ out: 1 }),
    ...node,
  } as Definition);
  const sink = memorySink('preview');
  const workflow = {
    nodes: [
      { id: 'own', type: 'own' },
      { id: 'after', type: 'echo' },
    ],
    edges: [{ from: 'own', to: 'after' }],
  };
  const types = createRegistry([...builtinTypes, type]);
  return { ...(await runWorkflow(workflow, { types, sink, ...options })), sink };
}

const isWhole = (sink: MemorySink) => {
  const open = new Set<number>();
  for (const event of sink.events) {
    if (event.type === 'span.started') open.add(event.span);
    if (event.type === 'span.finished') open.delete(event.span);
  }
  return open.size === 0;
};

test('a node that never returns is abandoned when the run ends', async () => {
  const stop = new AbortController();
  const running = runNode(
    { exec: () => (stop.abort(), new Promise(() => {})) },
    { context: { signal: stop.signal } },
  );
  const { error, sink, store } = await running;
  expect(error).toMatchObject({ code: 'cancelled' });
  expect(isWhole(sink)).toBe(true);
  expect(Object.keys(store)).not.toContain('after');
});

test('a node that fails after the run was cancelled has no effect', async () => {
  const stop = new AbortController();
  let fail: (error: Error) => void = () => {};
  const { error } = await runNode(
    { exec: () => (stop.abort(), new Promise((_resolve, reject) => (fail = reject))) },
    { context: { signal: stop.signal } },
  );
  expect(error).toMatchObject({ code: 'cancelled' });
  fail(new Error('too late'));
  // An unhandled rejection would fail this file.
  await new Promise(setImmediate);
});

test('a node that writes after it has finished changes no earlier snapshot', async () => {
  let kept: Shared = {};
  const { sink, store, error } = await runNode({
    prep: ({ shared }) => void (kept = shared),
    exec: () => ({ list: [1] }),
    post: ({ shared }) =>
      void queueMicrotask(() => {
        (shared['list'] as number[]).push(2);
        shared['late'] = true;
      }),
  });
  expect(error).toBeUndefined();
  kept['later still'] = true;
  expect(store['own']).toMatchObject({ list: [1, 2], late: true });
  const [first] = sink.of('store.changed').filter(({ set }) => '/own/list' in set);
  expect([[1], [1, 2]]).toContainEqual(first!.set['/own/list']);
  expect(JSON.stringify(sink.events)).not.toContain('later still');
  expect(isWhole(sink)).toBe(true);
});

test.each([
  ['text', 'just text', 'just text'],
  ['undefined', undefined, 'undefined'],
  ['an object', { code: 500 }, '{"code":500}'],
  ['a cyclic object', selfish(), 'an unprintable value was thrown'],
])('a node that throws %s fails with the best available message', async (_name, thrown, message) => {
  const { error, sink } = await runNode({
    exec: () => {
      throw thrown;
    },
  });
  expect(error).toMatchObject({ node: 'own', message });
  expect(isWhole(sink)).toBe(true);
});

test('a node may return values that JSON cannot represent', async () => {
  const { error, sink } = await runNode({
    exec: () => ({
      self: selfish(),
      fn: () => 1,
      big: 10n,
      map: new Map([[selfish(), 1]]),
      sym: Symbol('s'),
    }),
  });
  expect(error).toBeUndefined();
  expect(() => JSON.stringify(sink.events)).not.toThrow();
});

test('a node that returns nothing has no outputs', async () => {
  const { error } = await runNode({ exec: () => undefined as never });
  expect(error).toBeUndefined();
  const { error: wrong } = await runNode({ exec: () => [1] as never });
  expect((wrong as Error).message).toBe(
    "Node type 'own' must return its outputs by name from exec, not a list.",
  );
});

test('a node whose action is not text fails with a message', async () => {
  const { error } = await runNode({ post: () => 42 as never });
  expect((error as Error).message).toBe(
    "Node 'own' must return an action name (text) from post, not number.",
  );
});

test('large output is truncated in the trace, and a command with too much output is killed', async () => {
  const sink = memorySink('preview');
  const run = (bytes: number) =>
    runWorkflow(
      {
        nodes: [{ id: 'sh', type: 'shell', params: { command: `head -c ${bytes} /dev/zero | tr '\\0' x` } }],
      },
      { sink },
    );
  expect((await run(5_000_000)).error).toBeUndefined();
  expect(JSON.stringify(sink.events).length).toBeLessThan(100_000);
  expect(((await run(50_000_000)).error as Error).message).toContain('printed more than');
});

test('code that calls process.exit does not exit the process', async () => {
  const { error } = await runWorkflow({
    nodes: [{ id: 'code', type: 'code', params: { code: 'process.exit(1)' } }],
  });
  expect((error as Error).message).toContain('process is not defined');
});

function selfish(): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  value['self'] = value;
  return value;
}
