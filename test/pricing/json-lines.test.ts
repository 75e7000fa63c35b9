import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonPlaces } from '../../src/pricing/json-lines.js';

test('keys and elements are found on their lines', () => {
  const { lineOf, error } = jsonPlaces('{\n  "a": [1,\n    {"b": "x\\n}"}\n  ],\n\n  "c": null\n}\n');
  expect(error).toBeUndefined();
  expect([lineOf(['a']), lineOf(['a', 0]), lineOf(['a', 1]), lineOf(['a', 1, 'b']), lineOf(['c'])]).toEqual([
    2, 2, 3, 3, 6,
  ]);
  expect(lineOf(['nothing'])).toBeUndefined();
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
      expect(jsonPlaces(text).error === undefined).toBe(isJson(text));
    }),
    { numRuns: 3000 },
  );
});
