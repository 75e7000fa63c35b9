import { expect, test } from 'vitest';
import { editDistance, nearest } from '../../../src/lib/text/nearest.js';

test('the nearest names are returned first, and distant ones are not returned', () => {
  expect(nearest('read-fil', ['write-file', 'read-file', 'http', 'shell'])).toEqual(['read-file']);
  expect(nearest('zzz', ['write-file', 'http'])).toEqual([]);
});

test('a transposition of neighbouring letters is one edit', () =>
  expect(editDistance('htpp', 'http')).toBe(1));
