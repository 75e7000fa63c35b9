import fc from 'fast-check';
import { expect, test } from 'vitest';
import { locateJson } from '../../../src/lib/data/json-locations.js';

test('the lines of keys and elements are located', () => {
  const { findLine, error } = locateJson('{\n  "a": [1,\n    {"b": "x\\n}"}\n  ],\n\n  "c": null\n}\n');
  expect(error).toBeUndefined();
  expect([
    findLine(['a']),
    findLine(['a', 0]),
    findLine(['a', 1]),
    findLine(['a', 1, 'b']),
    findLine(['c']),
  ]).toEqual([2, 2, 3, 3, 6]);
  expect(findLine(['nothing'])).toBeUndefined();
});

test('it agrees with JSON.parse on what is JSON', () => {
  const isJson = (text: string): boolean => {
    try {
      JSON.parse(text);
      return true;
    } catch {
      return false;
    }
  };
  const pieces = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"a"',
    '"\\',
    '1',
    '-0.5e3',
    '01',
    'true',
    'nul',
    ' ',
    '\n',
  );
  const texts = fc.oneof(
    fc.json(),
    fc.array(pieces, { maxLength: 9 }).map((all) => all.join('')),
    fc.string(),
  );
  fc.assert(
    fc.property(texts, (text) => {
      expect(locateJson(text).error === undefined).toBe(isJson(text));
    }),
    { numRuns: 3000 },
  );
});
