import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isSameCaptured, type Captured } from '../../../src/trace/event/captured.js';

const json = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Captured>;

test('captured values are equal exactly if their JSON is equal', () => {
  // Zero has no sign in JSON; a capture marks negative zero.
  const plain = json.map((value) => JSON.parse(JSON.stringify(value)) as Captured);
  fc.assert(
    fc.property(plain, plain, (a, b) => {
      expect(isSameCaptured(a, b)).toBe(JSON.stringify(a) === JSON.stringify(b));
      expect(isSameCaptured(a, JSON.parse(JSON.stringify(a)) as Captured)).toBe(true);
    }),
  );
});

test('the order of keys, lists and objects with indexes as keys, and null and missing keys are distinguished', () => {
  expect(isSameCaptured({ a: 1, b: 2 }, { b: 2, a: 1 })).toBe(false);
  expect(isSameCaptured(['x'], { 0: 'x' })).toBe(false);
  expect(isSameCaptured(null, {})).toBe(false);
  expect(isSameCaptured(undefined, null)).toBe(false);
});
