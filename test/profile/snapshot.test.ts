import fc from 'fast-check';
import { expect, test } from 'vitest';
import { profileOf } from '../../src/profile/profile.js';
import {
  pointerOf,
  segmentsOf,
  snapshotsOf,
  storeAt,
  writtenBy,
  type Captured,
} from '../../src/profile/snapshot.js';
import type { RunState } from '../../src/profile/state.js';
import { testPrices } from '../support/prices.js';
import { buildTrace, readFixture, type TraceBuilder } from '../support/trace-builder.js';

const end = { seq: Number.POSITIVE_INFINITY };

test('a node sees the store before it and after it', () => {
  const state = profileOf(readFixture('looped'), { prices: testPrices });
  const second = [...state.spans.values()].find((span) => span.name === 'draft' && span.visit === 2)!;
  expect(snapshotsOf(state, second.id)).toEqual({
    before: { draft: { response: 'Draft 1', rounds: 1 }, review: { verdict: 'again' } },
    after: { draft: { response: 'Draft 2', rounds: 2 }, review: { verdict: 'again' } },
  });
});

test('a span that runs still is followed to the present', () => {
  const state = runOf((t) =>
    t.stage('workflow', () => void t.within(t.open('node', 'a'), () => t.set({ '/a/x': 1 }))),
  );
  expect(snapshotsOf(state, 2)).toEqual({ before: {}, after: { a: { x: 1 } } });
  expect(snapshotsOf(state, 99)).toBeUndefined();
});

test('an item has a store of its own over that of its parent', () => {
  const state = profileOf(readFixture('parallel-batch'), { prices: testPrices });
  const items = [...state.spans.values()].filter((span) => span.kind === 'item');
  const { before, after } = snapshotsOf(state, items[3]!.id)!;
  expect(before).toHaveProperty('topics.69', 'topic 69');
  expect(before).not.toHaveProperty('item');
  expect(after).toMatchObject({ item: 'topic 3', describe: { response: 'text 3' } });
  expect(storeAt(state, end)).not.toHaveProperty('describe');
});

test('a nested workflow hides the keys of the run that it writes itself, and no others', () => {
  const state = profileOf(readFixture('nested-workflow'), { prices: testPrices });
  const inner = [...state.spans.values()].find((span) => span.kind === 'workflow')!;
  const ask = [...state.spans.values()].filter((span) => span.name === 'ask');
  expect(storeAt(state, { ...end, store: inner.id })).toEqual({
    url: 'https://example.com/inner',
    depth: 1,
    fetch: { body: '<p>hi</p>' },
    ask: { response: 'hi' },
    enrich: { response: 'hi' },
  });
  expect(storeAt(state, end)).toEqual({
    url: 'https://example.com',
    depth: 1,
    enrich: { response: 'hi' },
    ask: { response: 'bye' },
  });
  expect(writtenBy(state, '/ask/response', { ...end, store: inner.id })!.span).toBe(ask[0]!.id);
  expect(writtenBy(state, '/ask/response', end)!.span).toBe(ask[1]!.id);
  expect(writtenBy(state, '/depth', { ...end, store: inner.id })!.span).toBe(1);
});

test('the store of an outermost span stands alone, whatever the run writes besides', () => {
  const state = runOf((t) => {
    t.stage('planner', (store) => void t.set({ '/request': 'sum up' }, { store }));
    t.stage('workflow', () => void t.set({ '/path': 'a.txt' }));
  });
  expect(snapshotsOf(state, 1)!.after).toEqual({ request: 'sum up' });
  expect(storeAt(state, { ...end, store: 1 })).toEqual({ request: 'sum up' });
  expect(storeAt(state, end)).toEqual({ path: 'a.txt' });
});

test('the writer of a key is the last one at that moment', () => {
  const state = profileOf(readFixture('looped'), { prices: testPrices });
  const drafts = [...state.spans.values()].filter((span) => span.name === 'draft').map((span) => span.id);
  const writes = state.changes.filter((change) => drafts.includes(change.span)).map((change) => change.seq);
  expect(writes.map((seq) => writtenBy(state, '/draft/response', { seq })!.span)).toEqual(drafts);
  expect(writtenBy(state, '/draft', end)!.span).toBe(drafts[2]);
  expect(writtenBy(state, '/draft/response/0/deep', end)!.span).toBe(drafts[2]);
  expect(writtenBy(state, '/draft/resp', end)).toBeUndefined();
  expect(writtenBy(state, '/draft/response', { seq: 0 })).toBeUndefined();
});

test('a deleted key is gone and has no writer, and a namespace goes with its last key', () => {
  const state = runOf((t) =>
    t.stage('workflow', () => {
      t.set({ '/a/x': 1, '/a/y': 2, '/b': 3 });
      t.set({}, { deleted: ['/a/x', '/b', '/never/was'] });
      t.set({}, { deleted: ['/a/y'] });
    }),
  );
  const [first, second, third] = state.changes.map((change) => storeAt(state, { seq: change.seq }));
  expect([first, second, third]).toEqual([{ a: { x: 1, y: 2 }, b: 3 }, { a: { y: 2 } }, {}]);
  expect(writtenBy(state, '/b', end)).toBeUndefined();
});

test('a deleted key of a layer shows the parent again', () => {
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
  expect(storeAt(state, { ...end, store: 2 })).toEqual({ k: 'outer' });
  expect(writtenBy(state, '/k', { ...end, store: 2 })!.span).toBe(1);
});

test('keys that JavaScript is touchy about are keys like any other', () => {
  const state = profileOf(readFixture('hostile-values'), { prices: testPrices });
  const store = storeAt(state, end);
  expect(Object.getPrototypeOf(store)).toBeNull();
  expect(Object.keys(store)).toEqual(['__proto__', 'constructor', 'a/b']);
  expect(store['__proto__']).toMatchObject({ polluted: true, marked: { $: 'secret', by: 'key' } });
  expect(Object.keys((store['a/b'] as Record<string, Captured>)['c~d'] as object)).toEqual([
    '__proto__',
    'toString',
  ]);
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});

test('an earlier snapshot is not altered by what is written later', () => {
  const state = runOf((t) => t.stage('workflow', () => void t.set({ '/a': { x: 1 } }).set({ '/a/y': 2 })));
  const [first, second] = state.changes.map((change) => storeAt(state, { seq: change.seq }));
  expect([first, second]).toEqual([{ a: { x: 1 } }, { a: { x: 1, y: 2 } }]);
});

test('pointers come back as they were, whatever is in them', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (path) => {
      expect(segmentsOf(pointerOf(path))).toEqual(path);
    }),
  );
});

test('any sequence of writes and deletes gives what a plain object would hold', () => {
  const key = fc.constantFrom('a', 'b', '__proto__', 'x/y', '~', '');
  const write = fc.record({ namespace: key, key, value: fc.option(fc.jsonValue(), { nil: undefined }) });
  fc.assert(
    fc.property(fc.array(write, { maxLength: 30 }), (writes) => {
      const state = runOf((t) =>
        t.stage('workflow', () => {
          for (const { namespace, key, value } of writes) {
            const pointer = pointerOf([namespace, key]);
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
        const snapshot = storeAt(state, { seq: state.changes[i]!.seq });
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

function runOf(script: (t: TraceBuilder) => void): RunState {
  return profileOf(buildTrace(script), { prices: testPrices });
}
