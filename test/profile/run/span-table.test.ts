import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSpan } from '../../../src/profile/run/span-state.js';
import { SpanTable } from '../../../src/profile/run/span-table.js';
import type { Span } from '../../../src/profile/run/run-state.js';

function spanCalled(id: number, name: string): Span {
  return createSpan({ seq: 0, at: 0, type: 'span.started', span: id, kind: 'phase', name }, undefined);
}

/** Ids as pflow assigns them, and any that a foreign trace may contain. */
const id = fc.oneof(
  { weight: 5, arbitrary: fc.constant('next' as const) },
  fc.integer({ min: 1, max: 40 }),
  fc.constantFrom(-1, 0, 0.5, 2 ** 40),
);
const step = fc.record({
  table: fc.nat({ max: 3 }),
  id,
  isCopy: fc.boolean(),
});

test('span tables and their copies behave like maps and their copies', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const pairs: [SpanTable, Map<number, Span>][] = [[new SpanTable(), new Map()]];
      for (const [index, { table, id, isCopy }] of steps.entries()) {
        const [spans, model] = pairs[table % pairs.length]!;
        const span = spanCalled(id === 'next' ? model.size + 1 : id, `step ${index}`);
        spans.put(span);
        model.set(span.id, span);
        if (isCopy && pairs.length < 4) pairs.push([spans.copy(), new Map(model)]);
      }
      for (const [spans, model] of pairs) {
        expect([...spans]).toEqual([...model]);
        expect([...spans.keys()]).toEqual([...model.keys()]);
        expect(spans.size).toBe(model.size);
        for (const wanted of [...model.keys(), 41, -2, Number.NaN]) {
          expect(spans.get(wanted)).toBe(model.get(wanted));
          expect(spans.has(wanted)).toBe(model.has(wanted));
        }
      }
    }),
  );
});

test('iterating over a table is not affected by changes to a copy', () => {
  const spans = new SpanTable();
  for (let id = 1; id <= 1025; id++) spans.put(spanCalled(id, 'as it was'));
  const copy = spans.copy();
  for (const id of [1, 512, 513, 1025, 1026]) copy.put(spanCalled(id, 'changed'));
  const changedIn = (table: SpanTable) =>
    [...table.values()].filter(({ name }) => name === 'changed').map((span) => span.id);
  expect(changedIn(copy)).toEqual([1, 512, 513, 1025, 1026]);
  expect(changedIn(spans)).toEqual([]);
  expect([...spans.keys()]).toEqual(Array.from({ length: 1025 }, (_, index) => index + 1));
});
