import { expect, test } from 'vitest';
import { createMemoryBlobs } from '../../../src/trace/blobs/blob-store.js';
import { formatMissing, measureMissing } from '../../../src/trace/blobs/missing-parts.js';
import { createCapture } from '../../../src/trace/capture/capture.js';
import { createRedactor } from '../../../src/trace/redact/redact.js';

const redactor = createRedactor({ env: {} });
const preview = createCapture({ level: 'preview', redactor });

test('the missing parts of a value are measured at any depth', () => {
  const value = {
    list: Array.from({ length: 300 }, (_, i) => i),
    text: ['x'.repeat(10_000)],
    record: Object.fromEntries(Array.from({ length: 201 }, (_, i) => [`k${i}`, i])),
    map: new Map(Array.from({ length: 250 }, (_, i) => [i, i])),
    set: new Set(Array.from({ length: 260 }, (_, i) => i)),
    note: 'the password = "hunter22xyz" and more',
    password: 'hunter22xyz',
  };
  expect(measureMissing(preview(value))).toEqual({
    characters: 10_000 - 6144 - 1024,
    entries: 130 + 51 + 50 + 60,
    masked: 2,
  });
});

test('a value that was kept in full has no missing parts', () => {
  const blobs = createMemoryBlobs();
  const capture = createCapture({ level: 'preview', redactor, storeBlob: blobs.storeBlob });
  const value = { list: Array.from({ length: 300 }, () => 'y'.repeat(300)), text: 'x'.repeat(100_000) };
  expect(formatMissing(measureMissing(capture(value), blobs))).toBeUndefined();
  expect(formatMissing(measureMissing(capture(value)))).toBe(
    '92,832 characters and 130 entries are not in the trace (--capture full keeps it)',
  );
});

test('the notice names masked secrets in addition to truncated parts', () => {
  expect(formatMissing({ characters: 0, entries: 0, masked: 1 })).toBe('1 secret is masked');
  expect(formatMissing({ characters: 0, entries: 1, masked: 2 })).toBe(
    '1 entry is not in the trace (--capture full keeps it), 2 secrets are masked',
  );
});

test('a value that was not captured counts with its size', () => {
  const none = createCapture({ level: 'none', redactor });
  expect(measureMissing([none('four'), none([1, 2, 3])])).toEqual({ characters: 4, entries: 3, masked: 0 });
});

test('values with shared references are measured in bounded time', () => {
  const blobs = createMemoryBlobs();
  let hash = blobs.storeBlob(['last']);
  for (let level = 0; level < 40; level++) {
    const reference = { $: 'deep', of: 'list', size: 1, sha256: hash } as const;
    hash = blobs.storeBlob([reference, reference]);
  }
  const root = { $: 'deep', of: 'list', size: 1, sha256: hash } as const;
  expect(measureMissing(root, blobs)).toEqual({ characters: 0, entries: 0, masked: 0 });
});
