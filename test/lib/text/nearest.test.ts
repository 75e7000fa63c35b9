import { expect, test } from 'vitest';
import { editDistance, nearest } from '../../../src/lib/text/nearest.js';

test('the nearest names come first, and far ones not at all', () => {
  expect(nearest('read-fil', ['write-file', 'read-file', 'http', 'shell'])).toEqual(['read-file']);
  expect(nearest('zzz', ['write-file', 'http'])).toEqual([]);
});

test('a swap of neighbours is one edit', () => expect(editDistance('htpp', 'http')).toBe(1));
