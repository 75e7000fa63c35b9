import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Flow } from '../../src/runtime/flow/flow.js';
import type { Runnable, Shared } from '../../src/runtime/contract/runnable.js';
import { isNamespace, METRICS_KEY, unwrapNamespace } from '../../src/runtime/store/store.js';
import { NamespacedWrapper } from '../../src/runtime/wrappers/namespaced-wrapper.js';
import { TracingWrapper } from '../../src/runtime/wrappers/tracing-wrapper.js';
import { createCapture } from '../../src/trace/capture/capture.js';
import type { Captured } from '../../src/trace/event/captured.js';
import { noRedactor } from '../../src/trace/redact/redact.js';
import { memorySink, nodeOf, testContext, tracedStore, type MemorySink } from '../support/tracing.js';

type Snapshot = Record<string, Captured>;
const clone = createCapture({ level: 'full', redactor: noRedactor });

/** What a deep clone of the store would hold now, by JSON Pointer. */
function deepClone(shared: Shared): Snapshot {
  const snapshot: Snapshot = {};
  for (const [key, value] of Object.entries(shared)) {
    if (key === METRICS_KEY) continue;
    if (!isNamespace(value)) snapshot[`/${escaped(key)}`] = clone(value);
    else
      for (const [output, held] of Object.entries(value))
        snapshot[`/${key}/${escaped(output)}`] = clone(held);
  }
  return snapshot;
}

const escaped = (key: string) => key.replaceAll('~', '~0').replaceAll('/', '~1');

/** The fold of what the trace says, up to the end of a span. */
function foldUpTo(sink: MemorySink, seq: number): Snapshot {
  const snapshot: Snapshot = {};
  for (const { seq: at, set, deleted } of sink.of('store.changed')) {
    if (at > seq) break;
    for (const pointer of deleted ?? []) delete snapshot[pointer];
    Object.assign(snapshot, set);
  }
  return snapshot;
}

/** Runs the nodes in a line and compares, after each, the trace with a deep clone that was taken at that moment. */
async function expectExactSnapshots(
  programs: ((shared: Shared) => void)[],
  options: { namespaced: boolean; seed?: Record<string, unknown> },
): Promise<void> {
  const sink = memorySink();
  const shared = tracedStore(sink, structuredClone(options.seed ?? {}));
  const clones: Snapshot[] = [];
  const nodes = new Map<string, Runnable>();
  for (const [index, program] of programs.entries()) {
    const node = nodeOf(`n${index}`, { post: (view) => program(view) });
    const traced = new TracingWrapper(options.namespaced ? new NamespacedWrapper(node) : node, {
      nodeType: 'test',
    });
    nodes.set(node.id, {
      id: node.id,
      async run(store, context) {
        const action = await traced.run(store, context);
        clones.push(deepClone(shared));
        return action;
      },
    });
  }
  const edges = programs
    .slice(1)
    .map((_, index) => ({ from: `n${index}`, to: `n${index + 1}`, action: 'default' }));
  await new Flow('test', { start: 'n0', nodes, edges }).run(shared, testContext());
  const ends = sink
    .of('span.started')
    .filter(({ kind }) => kind === 'node')
    .map(({ span }) => sink.of('span.finished').find((end) => end.span === span)!.seq);
  for (const [index, seq] of ends.entries()) expect(foldUpTo(sink, seq)).toEqual(clones[index]);
}

/** Mostly values that can be mutated. */
const value = fc.oneof(
  fc.constant({ list: [1, { deep: 2 }], more: {} }),
  fc.constant([[1], { x: [] }]),
  fc.jsonValue({ maxDepth: 3 }),
);

/** One thing a node may do. `from` picks among what there is; nothing to pick is nothing done. */
const step = fc.oneof(
  fc.record({
    do: fc.constant('write' as const),
    key: fc.constantFrom('a', 'b', 'c', '__proto__', 'x/y~z'),
    value,
  }),
  fc.record({ do: fc.constant('delete' as const), key: fc.constantFrom('a', 'b', 'c', '__proto__') }),
  fc.record({ do: fc.constant('alias' as const), from: fc.nat(), to: fc.constantFrom('a', 'b', 'c') }),
  fc.record({
    do: fc.constant('mutate' as const),
    from: fc.nat(),
    into: fc.nat(),
    value: fc.jsonValue({ maxDepth: 1 }),
  }),
  fc.record({ do: fc.constant('detach and mutate' as const), from: fc.nat(), into: fc.nat() }),
  fc.record({
    do: fc.constant('mutate a namespace' as const),
    from: fc.nat(),
    key: fc.constantFrom('a', 'b', 'z'),
    value: fc.jsonValue({ maxDepth: 1 }),
  }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

function perform(shared: Shared, todo: Step): void {
  const pick = <T>(from: T[], at: number): T | undefined => from[at % Math.max(1, from.length)];
  // Reads one key only, chosen by its name: what else holds the object must be found without being read.
  const objectAt = (at: number): object | undefined => {
    const key = pick(
      Object.keys(shared).filter((name) => name !== METRICS_KEY),
      at,
    );
    const value = key === undefined ? undefined : shared[key];
    const held = isNamespace(value) ? pick(Object.values(value), at) : value;
    return typeof held === 'object' && held !== null ? held : undefined;
  };
  switch (todo.do) {
    case 'write':
      shared[todo.key] = structuredClone(todo.value);
      break;
    case 'delete':
      delete shared[todo.key];
      break;
    case 'alias': {
      const object = objectAt(todo.from);
      if (object) shared[todo.to] = object;
      break;
    }
    case 'mutate': {
      const target = inner(objectAt(todo.from), todo.into);
      if (Array.isArray(target)) target.push(structuredClone(todo.value));
      else if (target)
        Object.defineProperty(target, 'mutated', {
          value: structuredClone(todo.value),
          enumerable: true,
          configurable: true,
          writable: true,
        });
      break;
    }
    case 'detach and mutate': {
      const holder = objectAt(todo.from);
      const held = inner(holder, todo.into);
      if (!holder || !held || held === holder) break;
      for (const key of Object.keys(holder))
        if ((holder as Record<string, unknown>)[key] === held)
          (holder as Record<string, unknown>)[key] = structuredClone(held);
      (held as Record<string, unknown>)['detached'] = true;
      break;
    }
    case 'mutate a namespace': {
      const namespace = pick(
        Object.keys(shared).filter((key) => /^n\d+$/.test(key)),
        todo.from,
      );
      const whole =
        namespace === undefined
          ? undefined
          : (unwrapNamespace(shared[namespace]) as Record<string, unknown> | undefined);
      if (whole && typeof whole === 'object' && !Array.isArray(whole))
        whole[todo.key] = structuredClone(todo.value);
      break;
    }
  }
}

/** An object inside (or the object itself), reached through plain property reads. */
function inner(object: object | undefined, at: number): object | undefined {
  if (!object) return undefined;
  const nested = Object.values(object).filter(
    (value): value is object => typeof value === 'object' && value !== null,
  );
  return at % 2 === 0 || nested.length === 0 ? object : nested[at % nested.length];
}

const programs = fc.array(fc.array(step, { maxLength: 8 }), { minLength: 2, maxLength: 8 });
const seed = fc.record({ input: value, other: value });

test.each([true, false])(
  'the snapshot reduced from the trace equals a deep clone taken at the same time (namespaced: %s)',
  async (namespaced) => {
    await fc.assert(
      fc.asyncProperty(programs, seed, (steps, initial) =>
        expectExactSnapshots(
          steps.map((todo) => (shared: Shared) => todo.forEach((each) => perform(shared, each))),
          { namespaced, seed: initial as Record<string, unknown> },
        ),
      ),
      { numRuns: 400 },
    );
  },
);

test('an object mutated through one key changes every key that references it', async () => {
  await expectExactSnapshots(
    [
      (shared) => {
        const list = [1];
        (shared['input'] as { list: number[] }).list = list;
        shared['b'] = list;
      },
      (shared) => {
        (shared['input'] as { list: number[] }).list.push(2);
      },
      (shared) => {
        // Taken out of the one and put back as a copy: the one looks the same, the other holder sees the change.
        const input = shared['input'] as { list: number[] };
        const held = input.list;
        input.list = [...held];
        held.push(3);
      },
    ],
    { namespaced: true, seed: { input: {} } },
  );
});

test('a later mutation never alters an earlier snapshot', async () => {
  const sink = memorySink();
  const shared = tracedStore(sink);
  const write = nodeOf('write', { post: (view) => void (view['list'] = [1]) });
  const grow = nodeOf('grow', { post: (view) => void (view['write'] as { list: number[] }).list.push(2) });
  for (const node of [write, grow])
    await new TracingWrapper(new NamespacedWrapper(node), { nodeType: 'test' }).run(shared, testContext());
  expect(sink.of('store.changed').map(({ set }) => set)).toEqual([
    { '/write/list': [1] },
    { '/write/list': [1, 2] },
  ]);
});

test('a node that only reads text records no change, whatever the size of the store', async () => {
  const sink = memorySink();
  const seed = Object.fromEntries(
    Array.from({ length: 1000 }, (_, index) => [`key${index}`, `value ${index}`]),
  );
  const shared = tracedStore(sink, seed);
  const read = new TracingWrapper(
    new NamespacedWrapper(
      nodeOf('read', { prep: (view) => Object.keys(view).map((key) => view[key]).length }),
    ),
    { nodeType: 'test' },
  );
  await read.run(shared, testContext());
  await read.run(shared, testContext({ visit: 2 }));
  expect(sink.of('store.changed')).toHaveLength(1);
});

test('the sink itself is never captured', async () => {
  const sink = memorySink();
  const shared = tracedStore(sink, { input: 1 });
  const nosy = nodeOf('nosy', { post: (view) => void (view['totals'] = typeof view[METRICS_KEY]) });
  await new TracingWrapper(new NamespacedWrapper(nosy), { nodeType: 'test' }).run(shared, testContext());
  expect(foldUpTo(sink, Infinity)).toEqual({ '/input': 1, '/nosy/totals': 'object' });
});
