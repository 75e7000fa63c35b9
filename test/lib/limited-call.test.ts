import { expect, test } from 'vitest';
import { runWithinLimit } from '../../src/lib/limited-call.js';

test('a regular expression that backtracks without end is interrupted, and the next call runs', () => {
  expect(() => runWithinLimit('The pattern', () => /^(a+)+$/.test(`${'a'.repeat(60)}!`), 20)).toThrow(
    'The pattern took longer than 20ms.',
  );
  expect(runWithinLimit('The pattern', () => [1, 2])).toEqual([1, 2]);
});

test('an error of the function is thrown as it is', () => {
  const error = new TypeError('x');
  expect(() =>
    runWithinLimit('It', () => {
      throw error;
    }),
  ).toThrow(error);
});

test('a call inside another one ends at its own limit only', () => {
  const outer = runWithinLimit('Outer', () => {
    expect(() => runWithinLimit('Inner', () => /^(a+)+$/.test(`${'a'.repeat(60)}!`), 20)).toThrow('Inner');
    return runWithinLimit('Inner', () => 'inner');
  });
  expect(outer).toBe('inner');
});
