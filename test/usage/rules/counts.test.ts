import { expect, test } from 'vitest';
import { addCounts, addSafely, maxCount, parseCount } from '../../../src/usage/fields/count.js';

const MAX = Number.MAX_SAFE_INTEGER;

test.for<[value: unknown, count: number | undefined | null]>([
  [0, 0],
  [7, 7],
  [2.5, 2.5],
  [MAX, MAX],
  [MAX + 1, null],
  [-1, null],
  [NaN, null],
  [Infinity, null],
  [undefined, undefined],
  [null, undefined],
  ['12', 12],
  [' 12 ', 12],
  ['1.5', 1.5],
  ['1.25', 1.25],
  ['1e3', 1000],
  ['1e12', 1e12],
  ['2E2', 200],
  ['1e-2', 0.01],
  ['5e+1', 50],
  ['', null],
  ['12 tokens', null],
  ['x12', null],
  ['-3', null],
  ['0x10', null],
  ['1e', null],
  ['1.', null],
  ['a1', null],
  ['1a', null],
  [12n, 12],
  [-1n, null],
  [2n ** 60n, null],
  [true, null],
  [{}, null],
  [[5], null],
])('parsing %o as a count gives %o', ([value, count]) => {
  expect(parseCount(value)).toBe(count);
});

test('counts add up; what was not reported adds nothing, and what is not a count is returned', () => {
  expect(addCounts()).toBeUndefined();
  expect(addCounts(undefined, null)).toBeUndefined();
  expect(addCounts(1, undefined, '2', 3n)).toBe(6);
  expect(addCounts(0)).toBe(0);
  expect(addCounts(1, 'many', 2)).toBe('many');
  expect(addCounts(MAX, 5)).toBe(MAX);
  expect(addSafely(MAX, MAX)).toBe(MAX);
  expect(addSafely(2, 3)).toBe(5);
});

test.for<[a: unknown, b: unknown, larger: unknown]>([
  [3, 5, 5],
  [5, 3, 5],
  [4, 4, 4],
  ['5', 3, 5],
  [3, undefined, 3],
  [undefined, 3, 3],
  [3, 'many', 3],
  ['many', 3, 3],
  ['many', undefined, 'many'],
  [undefined, 'many', 'many'],
  ['few', 'many', 'few'],
  ['many', 'few', 'few'],
  [undefined, undefined, undefined],
])('the larger of the counts %o and %o is %o', ([a, b, larger]) => {
  expect(maxCount(a, b)).toBe(larger);
});
