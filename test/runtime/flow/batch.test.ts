import { expect, test } from 'vitest';
import { PflowError } from '../../../src/lib/error.js';
import { Batch, type BatchConfig } from '../../../src/runtime/flow/batch.js';
import type { RunContext } from '../../../src/runtime/contract/runnable.js';
import { createStore, METRICS_KEY } from '../../../src/runtime/store/store.js';
import { NamespacedWrapper } from '../../../src/runtime/wrappers/namespaced-wrapper.js';
import { TracingWrapper } from '../../../src/runtime/wrappers/tracing-wrapper.js';
import { memorySink, nodeOf, testContext, tracedStore } from '../../support/tracing.js';

/** A batch over `items` whose node writes `work(item)` to `result`. */
function batchOf(
  items: unknown,
  work: (item: number, context: RunContext) => unknown,
  plan: Partial<BatchConfig> = {},
) {
  const node = nodeOf<number, unknown>('each', {
    prep: (shared) => shared['item'] as number,
    exec: (item, context) => work(item, context),
    post: (shared, _item, result) => void (shared['result'] = result),
  });
  const batch = new Batch('each', {
    items: () => items,
    as: 'item',
    maxConcurrent: 1,
    maxAttempts: 1,
    retryWaitMs: 0,
    failFast: true,
    item: (place) =>
      new TracingWrapper(new NamespacedWrapper(node), { nodeType: 'test', kind: 'item', ...place }),
    ...plan,
  });
  return new TracingWrapper(batch, { nodeType: 'test' });
}

test('results are in input order, whatever the order in which items finish', async () => {
  const shared = createStore();
  const turns = new Map<number, () => void>();
  const wait = (item: number) =>
    new Promise((resolve) => {
      turns.set(item, () => resolve(item * 10));
      // The last one to arrive releases them in reverse order.
      if (turns.size === 3) for (const key of [3, 2, 1]) turns.get(key)!();
    });
  await batchOf([1, 2, 3], wait, { maxConcurrent: 3 }).run(shared, testContext());
  expect(shared['each']).toMatchObject({
    results: [
      { result: 10, item: 1 },
      { result: 20, item: 2 },
      { result: 30, item: 3 },
    ],
    count: 3,
    success_count: 3,
    error_count: 0,
    errors: null,
    batch_metadata: { parallel: true, max_concurrent: 3, execution_mode: 'parallel' },
  });
});

test('at most max_concurrent items run concurrently', async () => {
  let running = 0;
  let most = 0;
  const work = async () => {
    most = Math.max(most, ++running);
    await new Promise(setImmediate);
    running--;
  };
  await batchOf(
    Array.from({ length: 20 }, (_, index) => index),
    work,
    { maxConcurrent: 4 },
  ).run(createStore(), testContext());
  expect(most).toBe(4);
});

const failing = (item: number) => {
  if (item === 2) throw new Error('two is bad');
  return item;
};

test('error handling "continue" keeps the successful results and lists the errors', async () => {
  const shared = createStore();
  await batchOf([1, 2, 3], failing, { failFast: false }).run(shared, testContext());
  expect(shared['each']).toMatchObject({
    results: [{ result: 1, item: 1 }, null, { result: 3, item: 3 }],
    count: 3,
    success_count: 2,
    error_count: 1,
    errors: [{ index: 1, item: 2, error: 'two is bad' }],
  });
});

test('a continuing batch whose items all failed has failed, and its outputs are written', async () => {
  const shared = createStore();
  const one = batchOf([2], failing, { failFast: false }).run(shared, testContext());
  await expect(one).rejects.toMatchObject({
    code: 'node_failed',
    message: 'The only item failed: two is bad',
  });
  expect(shared['each']).toMatchObject({ count: 1, success_count: 0, error_count: 1 });
  expect(await batchOf([], failing, { failFast: false }).run(shared, testContext())).toBe('default');
});

test('fail_fast ends the batch with the first error and starts no further item', async () => {
  const begun: number[] = [];
  const work = (item: number) => {
    begun.push(item);
    return failing(item);
  };
  await expect(batchOf([1, 2, 3, 4], work).run(createStore(), testContext())).rejects.toThrow('two is bad');
  expect(begun).toEqual([1, 2]);
});

test('fail_fast aborts the items that are still running', async () => {
  const stopped: number[] = [];
  const reasons: string[] = [];
  const work = (item: number, { signal }: RunContext) => {
    if (item === 2) throw new Error('two is bad');
    return new Promise((_resolve, reject) =>
      signal.addEventListener('abort', () => {
        stopped.push(item);
        reasons.push((signal.reason as Error).message);
        reject(signal.reason as Error);
      }),
    );
  };
  await expect(
    batchOf([1, 2, 3], work, { maxConcurrent: 3 }).run(createStore(), testContext()),
  ).rejects.toThrow('two is bad');
  expect(stopped).toEqual([1, 3]);
  expect(reasons.every((reason) => reason.startsWith('Item 2 of node'))).toBe(true);
});

test('an item is retried up to its maximum number of attempts', async () => {
  const sink = memorySink();
  let tries = 0;
  const work = () => {
    if (++tries < 3) throw new Error('not yet');
    return 'ok';
  };
  await batchOf([1], work, { maxAttempts: 3 }).run(tracedStore(sink), testContext());
  expect(
    sink
      .of('span.started')
      .filter(({ kind }) => kind === 'item')
      .map(({ index, of, attempt }) => [index, of, attempt]),
  ).toEqual([
    [0, 1, undefined],
    [0, 1, 2],
    [0, 1, 3],
  ]);
});

test.each(['budget_exceeded', 'cancelled'] as const)(
  'an item that fails with %s is not retried and ends the batch, even with error handling "continue"',
  async (code) => {
    const begun: number[] = [];
    const work = (item: number) => {
      begun.push(item);
      throw new PflowError(code, 'The run ends here.');
    };
    await expect(
      batchOf([1, 2, 3], work, { maxAttempts: 5, failFast: false }).run(createStore(), testContext()),
    ).rejects.toMatchObject({ code });
    expect(begun).toEqual([1]);
  },
);

test('an item that fails during cancellation is not retried', async () => {
  const controller = new AbortController();
  let tries = 0;
  const work = () => {
    tries++;
    controller.abort(new PflowError('cancelled', 'The run was cancelled.'));
    throw new Error('after');
  };
  const sink = memorySink();
  await expect(
    batchOf([1], work, { maxAttempts: 5 }).run(tracedStore(sink), testContext({ signal: controller.signal })),
  ).rejects.toThrow();
  expect(tries).toBe(1);
  expect(sink.of('span.started').filter(({ kind }) => kind === 'item')).toHaveLength(1);
});

test("each item has its own store, whose changes are separate from the run's", async () => {
  const sink = memorySink();
  await batchOf([5, 6], (item) => item + 1, { maxConcurrent: 2 }).run(
    tracedStore(sink, { input: 1 }),
    testContext(),
  );
  const items = sink.of('span.started').filter(({ kind }) => kind === 'item');
  for (const { span, index } of items) {
    const changes = sink.of('store.changed').filter(({ store }) => store === span);
    expect(changes.map(({ set }) => set)).toEqual([
      { '/item': 5 + index!, '/__index__': index },
      { '/each/result': 6 + index! },
    ]);
  }
  const ownChanges = sink.of('store.changed').filter(({ store }) => store === undefined);
  expect(ownChanges.map(({ set }) => Object.keys(set))).toEqual([
    ['/input'],
    [
      '/each/results',
      '/each/count',
      '/each/success_count',
      '/each/error_count',
      '/each/errors',
      '/each/batch_metadata',
    ],
  ]);
});

test("an item that mutates an object of the run's store changes the run's store", async () => {
  const sink = memorySink();
  const node = nodeOf('each', {
    post: (shared) => void (shared['log'] as number[]).push(shared['item'] as number),
  });
  const batch = new Batch('each', {
    items: () => [1, 2],
    as: 'item',
    maxConcurrent: 1,
    maxAttempts: 1,
    retryWaitMs: 0,
    failFast: true,
    item: (place) =>
      new TracingWrapper(new NamespacedWrapper(node), { nodeType: 'test', kind: 'item', ...place }),
  });
  await new TracingWrapper(batch, { nodeType: 'test' }).run(tracedStore(sink, { log: [] }), testContext());
  expect(
    sink
      .of('store.changed')
      .flatMap(({ store, set }) => (store === undefined && '/log' in set ? [set['/log']] : [])),
  ).toEqual([[], [1], [1, 2]]);
});

test.each([
  [undefined, 'but got nothing.'],
  ['a,b', 'but got text: "a,b".'],
  [{ a: 1 }, 'but got an object.'],
  [null, 'but got null.'],
])('a batch over %j fails with the required type', async (items, said) => {
  await expect(batchOf(items, () => {}).run(createStore(), testContext())).rejects.toThrow(
    `The batch of node 'each' needs a list of items, ${said}`,
  );
});

test('a batch over an empty list has no results', async () => {
  const shared = createStore();
  await batchOf([], () => {}).run(shared, testContext());
  expect(shared['each']).toMatchObject({ results: [], count: 0, errors: null });
  expect(Object.keys(shared)).not.toContain(METRICS_KEY);
});

test('an item with the action "error" has failed and keeps its outputs', async () => {
  const shared = createStore();
  const node = nodeOf<number, number>('each', {
    prep: (store) => store['item'] as number,
    exec: (item) => item,
    post: (store, item) => {
      store['exit_code'] = item;
      if (item === 2) store['error'] = 'exit code 2';
      return item === 0 ? 'default' : 'error';
    },
  });
  await batchOf([0, 1, 2], () => {}, {
    failFast: false,
    item: () => new NamespacedWrapper(node),
  }).run(shared, testContext());
  expect(shared['each']).toMatchObject({
    results: [
      { exit_code: 0, item: 0 },
      { exit_code: 1, item: 1, error: 'Node \'each\' returned the action "error".' },
      { exit_code: 2, item: 2, error: 'exit code 2' },
    ],
    success_count: 1,
    error_count: 2,
  });
});

test('a batch with more items than the limit is rejected before the first one runs', async () => {
  let begun = 0;
  const many = Array.from({ length: 100_000 }, (_, i) => i);
  await expect(batchOf(many, () => begun++).run(createStore(), testContext())).rejects.toThrow(
    "The batch of node 'each' has 100,000 items (limit 10,000).",
  );
  expect(begun).toBe(0);
});

test('a batch with the maximum number of items runs, sequentially and concurrently', async () => {
  const many = Array.from({ length: 10_000 }, (_, i) => i);
  for (const maxConcurrent of [1, 10_000]) {
    const shared = createStore();
    await batchOf(many, (item) => item, { maxConcurrent }).run(shared, testContext());
    expect(shared['each']).toMatchObject({ success_count: 10_000 });
  }
});

/** Ways to fail, each with its message. */
const failures: readonly (readonly [(signal: AbortSignal) => unknown, string])[] = [
  [() => Promise.reject(new Error('an error')), 'an error'],
  [
    () => {
      throw new RangeError('thrown at once');
    },
    'thrown at once',
  ],
  [() => Promise.reject('a text' as unknown as Error), 'a text'],
  [() => Promise.reject(undefined as unknown as Error), 'undefined'],
  [() => Promise.reject(null as unknown as Error), 'null'],
  [() => Promise.reject({ code: 7 } as unknown as Error), '{"code":7}'],
  [() => Promise.reject(7n as unknown as Error), 'an unprintable value was thrown'],
  [() => Promise.reject(Symbol('s') as unknown as Error), 'Symbol(s)'],
  [() => Promise.reject(new TypeError('')), 'TypeError'],
  [() => new Promise((_resolve, reject) => setImmediate(() => reject(new Error('late')))), 'late'],
];

test('a thousand concurrent items may each fail differently', async () => {
  const sink = memorySink('preview');
  const shared = tracedStore(sink);
  const items = Array.from({ length: 1000 }, (_, i) => i);
  const run = batchOf(items, (item, { signal }) => failures[item % failures.length]![0](signal), {
    maxConcurrent: 1000,
    failFast: false,
  }).run(shared, testContext());
  await expect(run).rejects.toThrow('All 1,000 items failed: an error');
  const { errors, error_count: count } = shared['each'] as {
    errors: { error: string }[];
    error_count: number;
  };
  expect(count).toBe(1000);
  expect(errors.map(({ error }) => error)).toEqual(items.map((item) => failures[item % failures.length]![1]));
  expect(sink.of('span.finished')).toHaveLength(sink.of('span.started').length);
  const failed = sink.of('span.finished').filter(({ status }) => status === 'failed');
  expect(failed.length).toBeGreaterThanOrEqual(1000);
});
