/** The full values that a default capture keeps in addition to previews, and its limits. */

import { expect, test } from 'vitest';
import {
  createMemoryBlobs,
  fullValueDeep,
  listBlobReferences,
  type BlobStore,
} from '../../../src/trace/blobs/blob-store.js';
import { createCapture, type CaptureLevel } from '../../../src/trace/capture/capture.js';
import type { Captured } from '../../../src/trace/event/captured.js';
import { createRedactor, noRedactor } from '../../../src/trace/redact/redact.js';

const KEPT = 262_144;

/** A capture of this level, with its blob store and the list of stored values. */
function keeping(level: CaptureLevel = 'preview', redactor = noRedactor) {
  const blobs = createMemoryBlobs();
  const stored: Captured[] = [];
  const storeBlob = (value: Captured) => {
    stored.push(value);
    return blobs.storeBlob(value);
  };
  return { capture: createCapture({ level, redactor, storeBlob }), blobs, stored };
}

const isKept = (value: Captured, blobs: BlobStore) =>
  [...listBlobReferences(value)].every((hash) => blobs.has(hash));

test('a value of up to 256 kB is kept in full, and its event contains a preview', () => {
  const { capture, blobs } = keeping();
  const values: readonly unknown[] = [
    'a long answer. '.repeat(1500),
    'x'.repeat(KEPT),
    Array.from({ length: 5000 }, (_, i) => ({ row: i })),
    Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`key ${i}`, i])),
    [
      { role: 'user', content: 'p'.repeat(60_000) },
      { role: 'assistant', content: 'q'.repeat(90_000) },
    ],
    Array.from({ length: 20 }).reduce<unknown>((inner) => ({ inner }), 'deep down'),
  ];
  for (const value of values) {
    const captured = capture(value);
    expect(JSON.stringify(captured).length).toBeLessThan(20_000);
    expect(captured).not.toEqual(value);
    expect(fullValueDeep(captured, blobs)).toEqual(value);
  }
});

test('a value beyond 256 kB stays truncated, with the same hash as without a blob store', () => {
  const { capture, blobs, stored } = keeping();
  const plain = createCapture({ level: 'preview', redactor: noRedactor });
  const values = [
    'x'.repeat(KEPT + 1),
    Array.from({ length: 100_000 }, (_, i) => i),
    Array.from({ length: 1000 }, (_, i) => ({ row: i, text: 'y'.repeat(1000) })),
    new Map(Array.from({ length: 80_000 }, (_, i) => [i, i])),
  ];
  for (const value of values) {
    expect(capture(value)).toEqual(plain(value));
    expect(isKept(capture(value), blobs)).toBe(false);
  }
  expect(stored).toEqual([]);
});

test('--capture full keeps what a default capture truncates, and --capture none keeps nothing', () => {
  const full = keeping('full');
  const value = ['x'.repeat(KEPT + 1), Array.from({ length: 100_000 }, (_, i) => i)];
  expect(fullValueDeep(full.capture(value), full.blobs)).toEqual(value);
  const none = keeping('none');
  none.capture(value, 'result', () => {});
  expect(none.stored).toEqual([]);
});

test('the stored size of one value is bounded, however many parts it has', () => {
  const { capture, blobs, stored } = keeping();
  const parts = Array.from({ length: 180 }, (_, i) => String(i).repeat(100_000).slice(0, 200_000));
  const captured = capture(parts);
  const sum = stored.reduce<number>((total, each) => total + JSON.stringify(each).length, 0);
  expect(sum).toBeGreaterThan(3_000_000);
  expect(sum).toBeLessThan(16 * KEPT + 1000);
  expect(isKept(captured, blobs)).toBe(false);
  // The bound applies to each value.
  expect(isKept(capture('z'.repeat(100_000)), blobs)).toBe(true);
});

test('every object in a value is visited, whether the value is kept or not', () => {
  const { capture } = keeping();
  for (const length of [300, 20_000]) {
    const rows = Array.from({ length }, (_, i) => ({ row: i, text: 'some text in it' }));
    const seen = new Set<object>();
    capture(rows, undefined, (object) => seen.add(object));
    expect(rows.every((row) => seen.has(row))).toBe(true);
  }
});

test('a kept value contains no secret', () => {
  const { capture, stored } = keeping('preview', createRedactor({ env: {} }));
  const key = 'sk-ant-api03-Zx81kdPq02mmA7yTgL3s9fVbN4wQe6Rj';
  capture({
    long: `${'word '.repeat(4000)} ${key}`,
    list: Array.from({ length: 300 }, () => ({ password: 'hunter22x' })),
  });
  expect(stored.length).toBeGreaterThan(1);
  expect(JSON.stringify(stored)).not.toMatch(/Zx81kdPq|hunter22x/);
});
