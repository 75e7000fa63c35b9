import { expect, test } from 'vitest';
import { runWithinLimit } from '../../src/lib/limited-call.js';

test('a regular expression that backtracks endlessly is interrupted, and the next call runs', () => {
  expect(() => runWithinLimit('The pattern', () => /^(a+)+$/.test(`${'a'.repeat(60)}!`), 20)).toThrow(
    'The pattern took longer than 20ms.',
  );
  expect(runWithinLimit('The pattern', () => [1, 2])).toEqual([1, 2]);
});

test('an error of the function is rethrown unchanged', () => {
  const error = new TypeError('x');
  expect(() =>
    runWithinLimit('It', () => {
      throw error;
    }),
  ).toThrow(error);
});

test('a nested call is interrupted at its own limit only', () => {
  const outer = runWithinLimit('Outer', () => {
    expect(() => runWithinLimit('Inner', () => /^(a+)+$/.test(`${'a'.repeat(60)}!`), 20)).toThrow('Inner');
    return runWithinLimit('Inner', () => 'inner');
  });
  expect(outer).toBe('inner');
});
