import { expect, test } from 'vitest';
import { NumberList } from '../../../src/lib/data/number-list.js';

test('a list returns every number by index, and undefined for an index out of range', () => {
  const list = new NumberList();
  const numbers = Array.from({ length: 40_000 }, (_, index) => index * 1.5);
  expect(numbers.map((number) => list.push(number)).at(-1)).toBe(40_000);
  expect(numbers.map((_, index) => list.at(index))).toEqual(numbers);
  expect(list).toHaveLength(40_000);
  expect([-1, 40_000, 40_001, 1e9].map((index) => list.at(index))).toEqual(Array(4).fill(undefined));
});
