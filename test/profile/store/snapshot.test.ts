import fc from 'fast-check';
import { expect, test } from 'vitest';
import { reduceEvents } from '../../../src/profile/run/profile.js';
import { type Captured } from '../../../src/trace/event/captured.js';
import { formatPointer, parsePointer } from '../../../src/lib/data/json-pointer.js';
import { indexStores, readSnapshots, readStoreAt, findWriter } from '../../../src/profile/store/snapshot.js';
import type { RunState } from '../../../src/profile/run/run-state.js';
import { testPrices } from '../../support/prices.js';
import { buildTrace, readFixture, type TraceBuilder } from '../../support/trace-builder.js';

const end = { seq: Number.POSITIVE_INFINITY };

test('the snapshots of a node are the store before and after it', () => {
  const state = reduceEvents(readFixture('looped'), { prices: testPrices });
  const second = [...state.spans.values()].find((span) => span.name === 'draft' && span.visit === 2)!;
  expect(readSnapshots(state, second.id)).toEqual({
    before: { draft: { response: 'Draft 1', rounds: 1 }, review: { verdict: 'again' } },
    after: { draft: { response: 'Draft 2', rounds: 2 }, review: { verdict: 'again' } },
  });
});

test('the snapshot of a running span is the current store', () => {
  const state = runOf((t) =>
    t.stage('workflow', () => void t.within(t.open('node', 'a'), () => t.set({ '/a/x': 1 }))),
  );
  expect(readSnapshots(state, 2)).toEqual({ before: {}, after: { a: { x: 1 } } });
  expect(readSnapshots(state, 99)).toBeUndefined();
});

test("an item has a store of its own on top of its parent's", () => {
  const state = reduceEvents(readFixture('parallel-batch'), { prices: testPrices });
  const items = [...state.spans.values()].filter((span) => span.kind === 'item');
  const { before, after } = readSnapshots(state, items[3]!.id)!;
  expect(before).toHaveProperty('topics.69', 'topic 69');
  expect(before).not.toHaveProperty('item');
  expect(after).toMatchObject({ item: 'topic 3', describe: { response: 'text 3' } });
  expect(readStoreAt(state, end)).not.toHaveProperty('describe');
});

test('a nested workflow shadows only the keys that it writes itself', () => {
  const state = reduceEvents(readFixture('nested-workflow'), { prices: testPrices });
  const inner = [...state.spans.values()].find((span) => span.kind === 'workflow')!;
  const ask = [...state.spans.values()].filter((span) => span.name === 'ask');
  expect(readStoreAt(state, { ...end, store: inner.id })).toEqual({
    url: 'https://example.com/inner',
    depth: 1,
    fetch: { body: '<p>hi</p>' },
    ask: { response: 'hi' },
    enrich: { response: 'hi' },
  });
  expect(readStoreAt(state, end)).toEqual({
    url: 'https://example.com',
    depth: 1,
    enrich: { response: 'hi' },
    ask: { response: 'bye' },
  });
  expect(findWriter(state, '/ask/response', { ...end, store: inner.id })!.span).toBe(ask[0]!.id);
  expect(findWriter(state, '/ask/response', end)!.span).toBe(ask[1]!.id);
  expect(findWriter(state, '/depth', { ...end, store: inner.id })!.span).toBe(1);
});

test('the store of a root span is isolated from the run’s store', () => {
  const state = runOf((t) => {
    t.stage('planner', (store) => void t.set({ '/request': 'sum up' }, { store }));
    t.stage('workflow', () => void t.set({ '/path': 'a.txt' }));
  });
  expect(readSnapshots(state, 1)!.after).toEqual({ request: 'sum up' });
  expect(readStoreAt(state, { ...end, store: 1 })).toEqual({ request: 'sum up' });
  expect(readStoreAt(state, end)).toEqual({ path: 'a.txt' });
});

test('the writer of a key is the last one at that moment', () => {
  const state = reduceEvents(readFixture('looped'), { prices: testPrices });
  const drafts = [...state.spans.values()].filter((span) => span.name === 'draft').map((span) => span.id);
  const writes = state.changes.filter((change) => drafts.includes(change.span)).map((change) => change.seq);
  expect(writes.map((seq) => findWriter(state, '/draft/response', { seq })!.span)).toEqual(drafts);
  expect(findWriter(state, '/draft', end)!.span).toBe(drafts[2]);
  expect(findWriter(state, '/draft/response/0/deep', end)!.span).toBe(drafts[2]);
  expect(findWriter(state, '/draft/resp', end)).toBeUndefined();
  expect(findWriter(state, '/draft/response', { seq: 0 })).toBeUndefined();
});

test('a deleted key has no value and no writer, and deleting its last key deletes a namespace', () => {
  const state = runOf((t) =>
    t.stage('workflow', () => {
      t.set({ '/a/x': 1, '/a/y': 2, '/b': 3 });
      t.set({}, { deleted: ['/a/x', '/b', '/never/was'] });
      t.set({}, { deleted: ['/a/y'] });
    }),
  );
  const [first, second, third] = state.changes.map((change) => readStoreAt(state, { seq: change.seq }));
  expect([first, second, third]).toEqual([{ a: { x: 1, y: 2 }, b: 3 }, { a: { y: 2 } }, {}]);
  expect(findWriter(state, '/b', end)).toBeUndefined();
});

test("deleting a key of a layer reveals the parent's value", () => {
  const state = runOf((t) =>
    t.stage('workflow', () => {
      t.set({ '/k': 'outer' });
      t.spanOf(
        'item',
        '0',
        { index: 0, of: 1 },
        (store) => void t.set({ '/k': 'inner' }, { store }).set({}, { store, deleted: ['/k'] }),
      );
    }),
  );
  expect(readStoreAt(state, { ...end, store: 2 })).toEqual({ k: 'outer' });
  expect(findWriter(state, '/k', { ...end, store: 2 })!.span).toBe(1);
});

test('special property names of JavaScript are ordinary keys', () => {
  const state = reduceEvents(readFixture('hostile-values'), { prices: testPrices });
  const store = readStoreAt(state, end);
  expect(Object.getPrototypeOf(store)).toBeNull();
  expect(Object.keys(store)).toEqual(['__proto__', 'constructor', 'a/b']);
  expect(store['__proto__']).toMatchObject({ polluted: true, marked: { $: 'secret', by: 'key' } });
  expect(Object.keys((store['a/b'] as Record<string, Captured>)['c~d'] as object)).toEqual([
    '__proto__',
    'toString',
  ]);
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});

test('later writes do not change an earlier snapshot', () => {
  const state = runOf((t) => t.stage('workflow', () => void t.set({ '/a': { x: 1 } }).set({ '/a/y': 2 })));
  const [first, second] = state.changes.map((change) => readStoreAt(state, { seq: change.seq }));
  expect([first, second]).toEqual([{ a: { x: 1 } }, { a: { x: 1, y: 2 } }]);
});

test('JSON pointers are encoded and decoded without loss', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (path) => {
      expect(parsePointer(formatPointer(path))).toEqual(path);
    }),
  );
});

test('any sequence of writes and deletes results in the same store as for a plain object', () => {
  const key = fc.constantFrom('a', 'b', '__proto__', 'x/y', '~', '');
  const write = fc.record({ namespace: key, key, value: fc.option(fc.jsonValue(), { nil: undefined }) });
  fc.assert(
    fc.property(fc.array(write, { maxLength: 30 }), (writes) => {
      const state = runOf((t) =>
        t.stage('workflow', () => {
          for (const { namespace, key, value } of writes) {
            const pointer = formatPointer([namespace, key]);
            if (value === undefined) t.set({}, { deleted: [pointer] });
            else t.set({ [pointer]: value as Captured });
          }
        }),
      );
      const model = new Map<string, Map<string, unknown>>();
      for (const [i, { namespace, key, value }] of writes.entries()) {
        const inner = model.get(namespace) ?? new Map<string, unknown>();
        if (value === undefined) inner.delete(key);
        else inner.set(key, value);
        if (inner.size > 0) model.set(namespace, inner);
        else model.delete(namespace);
        const snapshot = readStoreAt(state, { seq: state.changes[i]!.seq });
        expect(
          new Map(
            Object.entries(snapshot).map(([name, fields]) => [
              name,
              new Map(Object.entries(fields as object)),
            ]),
          ),
        ).toEqual(model);
      }
    }),
  );
});

test('the indexed stores of any run equal a replay of its changes at every moment', () => {
  fc.assert(
    fc.property(changesOfLayers, (changes) => {
      const state = layered(changes);
      for (const at of momentsOf(state)) {
        const folded = foldAt(state, at);
        expect(ordered(readStoreAt(state, at))).toEqual(ordered(plain(folded)));
        for (const pointer of pointers) {
          expect([pointer, findWriter(state, pointer, at)]).toEqual([
            pointer,
            writerIn(state, folded, pointer),
          ]);
        }
      }
    }),
    { numRuns: 300 },
  );
});

test('snapshots read during a run equal those read later', () => {
  fc.assert(
    fc.property(changesOfLayers, (drafts) => {
      const changes = drafts.map((change, seq) => ({ ...change, seq }));
      const live = layered([]);
      const early = changes.map((change) => {
        (live.changes as Change[]).push(change);
        return ordered(readStoreAt(live, { seq: change.seq, store: change.store }));
      });
      expect(changes.map(({ seq, store }) => ordered(readStoreAt(live, { seq, store })))).toEqual(early);
    }),
  );
});

test('later changes do not affect an earlier state or a diverging run', () => {
  fc.assert(
    fc.property(changesOfLayers, fc.nat(), fc.boolean(), (changes, cut, forks) => {
      const whole = layered(changes);
      for (const at of momentsOf(whole)) readStoreAt(whole, at);
      const start = changes.slice(0, cut % (changes.length + 1));
      const other = layered(forks ? [...start, ...start.map((change) => ({ ...change }))] : start);
      for (const at of momentsOf(other)) {
        expect(ordered(readStoreAt(other, at))).toEqual(ordered(plain(foldAt(other, at))));
      }
      for (const at of momentsOf(whole)) {
        expect(ordered(readStoreAt(whole, at))).toEqual(ordered(plain(foldAt(whole, at))));
      }
    }),
  );
});

test('stepping through 20,000 nodes reads each change once and rebuilds only changed parts', () => {
  const nodes = 20_000;
  const { state, ids, reads } = countedRun(nodes);
  expect(readSnapshots(state, ids[99]!)!.after['last']).toBe(99);
  expect(reads()).toBe(100);

  const middle = readSnapshots(state, ids[9_999]!)!;
  expect([middle.before['last'], middle.after['last']]).toEqual([9_998, 9_999]);
  expect(reads()).toBe(10_000);

  const previous = readSnapshots(state, ids[9_998]!)!;
  expect(previous.after).toBe(middle.before);
  const rebuilt = Object.keys(middle.after).filter((key) => middle.after[key] !== previous.before[key]);
  expect(rebuilt).toEqual(['last', 'n9998', 'n9999']);

  for (let i = nodes - 1; i >= nodes - 50; i--) {
    const { before, after } = readSnapshots(state, ids[i]!)!;
    expect([before['last'], after['last']]).toEqual([i - 1, i]);
    expect(findWriter(state, '/last', { seq: state.changes[i]!.seq })!.span).toBe(ids[i]);
  }
  expect(findWriter(state, '/n7/out', end)!.span).toBe(ids[7]);
  expect(reads()).toBe(nodes);
});

test('changes indexed on arrival are not read again when a snapshot is opened', () => {
  const { state, ids, reads } = countedRun(500);
  const whole = [...state.changes];
  (state.changes as Change[]).length = 0;
  for (const change of whole) {
    (state.changes as Change[]).push(change);
    indexStores(state);
  }
  expect(reads()).toBe(500);
  expect(ids.map((id) => readSnapshots(state, id)!.after['last'])).toEqual(ids.map((_, i) => i));
  expect(reads()).toBe(500);
});

/** A run of nodes that each write into their namespace and over what the last one left, and how often a change was read. */
function countedRun(nodes: number): { state: RunState; ids: number[]; reads: () => number } {
  const state = runOf((t) =>
    t.stage('workflow', () => {
      for (let i = 0; i < nodes; i++) {
        t.node(`n${i}`, {}, () => t.set({ [`/n${i}/out`]: i, '/last': i }));
      }
    }),
  );
  let reads = 0;
  for (const change of state.changes) {
    const { set } = change;
    Object.defineProperty(change, 'set', { get: () => (reads++, set) });
  }
  const ids = [...state.spans.values()].filter(({ kind }) => kind === 'node').map(({ id }) => id);
  return { state, ids, reads: () => reads };
}

type Change = RunState['changes'][number];

const keys = ['a', 'b', '0', '__proto__'] as const;
const pointers = [
  '',
  ...keys.flatMap((key) => [`/${key}`, ...keys.map((inner) => `/${key}/${inner}`)]),
  '/a/b/0',
];

/** Few keys and small values, so that the changes meet: whole values over namespaces, parts of them, and the other way round. */
const anyChange = fc.record({
  /** 1 stands alone; 3 lies over 2, and both over the run's own. */
  store: fc.constantFrom(undefined, undefined, 1, 2, 3),
  set: fc.dictionary(
    fc.constantFrom(...pointers.slice(1)),
    fc.oneof(
      fc.integer({ min: 0, max: 9 }),
      fc.dictionary(fc.constantFrom(...keys), fc.integer({ min: 0, max: 9 }), { maxKeys: 3 }),
      fc.constant([1, 2]),
      fc.constant({ $: 'bigint' as const, value: '1' }),
    ),
    { maxKeys: 3 },
  ),
  deleted: fc.uniqueArray(fc.constantFrom(...pointers.slice(1)), { maxLength: 3 }),
  /** Mostly in order, as written; some traces are not. */
  gap: fc.constantFrom(1, 1, 1, 1, 2, 0, -2),
});

const changesOfLayers = fc.array(anyChange, { maxLength: 25 }).map((drafts) => {
  let seq = 10;
  return drafts.map(({ gap, ...change }, i): Change => {
    seq += gap;
    return { seq, at: i, type: 'store.changed', span: i, ...change };
  });
});

/** A run with the spans 1, and 2 with 3 inside it. */
function layered(changes: readonly Change[]): RunState {
  const state = runOf((t) => {
    t.stage('planner', () => {});
    t.spanOf('stage', 'workflow', { span: 4 }, () =>
      t.spanOf('item', '0', { span: 2, index: 0, of: 1 }, () => t.spanOf('workflow', 'inner', { span: 3 })),
    );
  });
  return { ...state, changes: [...changes] };
}

function momentsOf({ changes }: RunState): { seq: number; store: number | undefined }[] {
  const seqs = [0, ...changes.map(({ seq }) => seq), Number.POSITIVE_INFINITY];
  return seqs.flatMap((seq) => [undefined, 1, 2, 3].map((store) => ({ seq, store })));
}

/** What is in a store by the plain fold: a value, or a folder of such, and the change that set it or a part of it last. */
type Folded = { value: Captured | Map<string, Folded>; by: number };

/** The oracle: all changes to each layer, from the beginning. The store's own layer comes first. */
function foldAt({ changes }: RunState, at: { seq: number; store?: number | undefined }): Folded[] {
  const beyond = changes.findIndex(({ seq }) => seq > at.seq);
  const past = changes.slice(0, beyond < 0 ? changes.length : beyond);
  return layersOf(changes, at.store).map((store) => {
    const root: Folded = { value: new Map(), by: -1 };
    for (const [by, change] of past.entries()) {
      if (change.store !== store) continue;
      for (const pointer of change.deleted ?? []) deleteIn(root, parsePointer(pointer));
      for (const [pointer, value] of Object.entries(change.set))
        setIn(root, parsePointer(pointer), value, by);
    }
    return root;
  });
}

function layersOf(changes: readonly Change[], store: number | undefined): (number | undefined)[] {
  if (store === undefined || store === 1) return [store];
  if (store === 3 && changes.some((change) => change.store === 2)) return [3, 2, undefined];
  return [store, undefined];
}

function setIn(at: Folded, [key, ...rest]: string[], value: Captured, by: number): void {
  const before = at.by;
  at.by = by;
  if (key === undefined) {
    at.value = value;
    return;
  }
  if (!(at.value instanceof Map)) at.value = partsOf(at.value, before);
  const inner = at.value.get(key) ?? { value: null, by };
  at.value.set(key, inner);
  setIn(inner, rest, value, by);
}

function deleteIn({ value: folder }: Folded, [key, ...rest]: string[]): void {
  const inner = folder instanceof Map ? folder.get(key!) : undefined;
  if (!(folder instanceof Map) || !inner) return;
  if (rest.length > 0) deleteIn(inner, rest);
  if (rest.length === 0 || (inner.value instanceof Map && inner.value.size === 0)) folder.delete(key!);
}

function partsOf(value: Captured, by: number): Map<string, Folded> {
  const isPlain = typeof value === 'object' && value !== null && !Array.isArray(value) && !('$' in value);
  return new Map(Object.entries(isPlain ? value : {}).map(([key, part]) => [key, { value: part, by }]));
}

function plain(layers: readonly Folded[]): Captured {
  const merged = Object.create(null) as Record<string, Captured>;
  for (const { value: folder } of layers.toReversed()) {
    for (const [key, entry] of folder as Map<string, Folded>) {
      merged[key] = entry.value instanceof Map ? plain([entry]) : entry.value;
    }
  }
  return merged;
}

/** Who last wrote what is there, in the first layer that has it. */
function writerIn(
  { changes }: RunState,
  layers: readonly Folded[],
  pointer: string,
): { span: number; seq: number } | undefined {
  const path = parsePointer(pointer);
  const [key] = path;
  let at = layers.find(({ value, by }) =>
    key === undefined ? by >= 0 : (value as Map<string, Folded>).has(key),
  );
  for (const segment of path) if (at?.value instanceof Map) at = at.value.get(segment);
  return at && { span: changes[at.by]!.span, seq: changes[at.by]!.seq };
}

/** Objects as lists of entries: the order of keys counts, and `__proto__` is one. */
function ordered(value: Captured): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(ordered);
  return Object.entries(value).map(([key, part]) => [key, ordered(part)]);
}

function runOf(script: (t: TraceBuilder) => void): RunState {
  return reduceEvents(buildTrace(script), { prices: testPrices });
}
