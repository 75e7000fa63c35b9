import { expect, test } from 'vitest';
import { PflowError } from '../../../src/lib/error.js';
import { Batch } from '../../../src/runtime/flow/batch.js';
import { RunControl, type Spent } from '../../../src/runtime/control/run-control.js';
import { Flow } from '../../../src/runtime/flow/flow.js';
import { createStore } from '../../../src/runtime/store/store.js';
import { nodeOf, testContext } from '../../support/tracing.js';

/** A chain of nodes that record their execution, under a control whose changes are recorded too. */
function controlled(
  options: {
    spent?: () => Spent;
    limits?: ConstructorParameters<typeof RunControl>[0] extends infer O
      ? O extends { limits?: infer L }
        ? L
        : never
      : never;
  } = {},
) {
  const seen: string[] = [];
  const control = new RunControl({
    ...options,
    onChange: (change, { reason = '', cause = reason }) => void seen.push(`${change} ${cause}`.trim()),
  });
  const ids = ['a', 'b', 'c'];
  const nodes = new Map(ids.map((id) => [id, nodeOf(id, { exec: () => void seen.push(id) })]));
  const flow = new Flow('line', {
    start: 'a',
    nodes,
    edges: [
      { from: 'a', to: 'b', action: 'default' },
      { from: 'b', to: 'c', action: 'default' },
    ],
  });
  const run = (signal = new AbortController().signal) =>
    flow.run(createStore(), testContext({ control, signal }));
  return { control, seen, run };
}

const settled = () => new Promise((resolve) => void setImmediate(resolve));

test('a paused run stops before the next node, steps and resumes', async () => {
  const { control, seen, run } = controlled();
  control.pause();
  const done = run();
  await settled();
  expect(seen).toEqual(['paused', 'wait-started pause']);
  control.step();
  await settled();
  expect(seen.slice(2)).toEqual(['wait-finished pause', 'a', 'wait-started pause']);
  control.resume();
  await done;
  expect(seen.slice(5)).toEqual(['resumed', 'wait-finished pause', 'b', 'c']);
});

test('a breakpoint pauses the run before its node', async () => {
  const { control, seen, run } = controlled();
  control.toggleBreakpoint('b');
  const done = run();
  await settled();
  expect(seen).toEqual(['a', 'breakpoint b', 'wait-started pause']);
  control.toggleBreakpoint('b');
  control.resume();
  await done;
  expect(seen.slice(3)).toEqual(['resumed', 'wait-finished pause', 'b', 'c']);
});

test('a paused run can be cancelled', async () => {
  const { control, run } = controlled();
  control.pause();
  const cancel = new AbortController();
  const done = run(cancel.signal);
  cancel.abort(new PflowError('cancelled', 'The run was cancelled.'));
  await expect(done).rejects.toMatchObject({ code: 'cancelled' });
});

test('a run is warned once at 80 % of its limit and starts no node beyond the limit', async () => {
  let usd = 0;
  const { seen, run } = controlled({
    limits: { maxCostUsd: 1 },
    spent: () => ({ usd: (usd += 0.45), tokens: 0, ms: 0 }),
  });
  await expect(run()).rejects.toMatchObject({
    code: 'budget_exceeded',
    message: 'The run reached its cost limit: $1.35 of $1.00.',
  });
  expect(seen).toEqual([
    'a',
    'budget-warned cost: $0.9000 of $1.00',
    'b',
    'budget-exceeded cost: $1.35 of $1.00',
  ]);
});

/** A batch of four items under a control, each of which waits until it is released. */
function controlledBatch(maxConcurrent: number) {
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const control = new RunControl();
  const batch = new Batch('each', {
    items: () => ['a', 'b', 'c', 'd'],
    as: 'item',
    maxConcurrent,
    maxAttempts: 1,
    retryWaitMs: 0,
    failFast: true,
    item: ({ index }) =>
      nodeOf('each', {
        exec: () => {
          begun.push(index);
          return new Promise<void>((resolve) => ends.push(resolve));
        },
      }),
  });
  const flow = new Flow('batch', { start: 'each', nodes: new Map([['each', batch]]), edges: [] });
  const letGo = async () => {
    for (const end of ends.splice(0)) end();
    await settled();
  };
  const run = (signal = new AbortController().signal) =>
    flow.run(createStore(), testContext({ control, signal }));
  return { control, begun, letGo, run };
}

test('a pause holds the batch items that have not started, and a step starts one of them', async () => {
  const { control, begun, letGo, run } = controlledBatch(2);
  const done = run();
  await settled();
  control.pause();
  await letGo();
  expect(begun).toEqual([0, 1]);
  control.step();
  await letGo();
  expect(begun).toHaveLength(3);
  control.resume();
  await letGo();
  await letGo();
  expect(await done).toBe('default');
  expect(begun.toSorted()).toEqual([0, 1, 2, 3]);
});

test('one step before a batch starts all of its items', async () => {
  const { control, begun, letGo, run } = controlledBatch(4);
  control.pause();
  const done = run();
  await settled();
  expect(begun).toEqual([]);
  control.step();
  await settled();
  expect(begun).toEqual([0, 1, 2, 3]);
  await letGo();
  expect(await done).toBe('default');
  expect(control.paused).toBe(true);
});

test('a held batch can be cancelled', async () => {
  const { control, begun, letGo, run } = controlledBatch(1);
  const stop = new AbortController();
  const done = run(stop.signal);
  await settled();
  control.pause();
  await letGo();
  stop.abort();
  await expect(done).rejects.toMatchObject({ code: 'cancelled' });
  expect(begun).toEqual([0]);
});
