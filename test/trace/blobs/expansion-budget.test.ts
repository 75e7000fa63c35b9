import { expect, test } from 'vitest';
import { createMemoryBlobs, fullValueDeep } from '../../../src/trace/blobs/blob-store.js';
import type { Captured } from '../../../src/trace/event/captured.js';

test('exponentially expanding references are expanded up to a budget', () => {
  const blobs = createMemoryBlobs();
  let value: Captured = 'leaf';
  for (let level = 0; level < 40; level++) {
    const sha256 = blobs.storeBlob([value, value]);
    value = { $: 'cut-list', head: [], tail: [], size: 2, sha256 };
  }
  const json = JSON.stringify(fullValueDeep(value, blobs));
  expect(json).toContain('cut-list');
  expect(json.length).toBeLessThan(20_000_000);
});

test('parts that are repeated count more than others, and a large value that is there once is expanded whole', () => {
  const blobs = createMemoryBlobs();
  const list = Array.from({ length: 1000 }, (_, i) => i);
  const refer = (): Captured => ({
    $: 'cut-list',
    head: [],
    tail: [],
    size: 1000,
    sha256: blobs.storeBlob(list),
  });
  const once = fullValueDeep([refer()], blobs, { nodes: 1100 });
  expect(once).toEqual([list]);
  const twice = fullValueDeep([refer(), refer()], blobs, { nodes: 2100 }) as Captured[];
  expect(twice[0]).toEqual(list);
  expect(JSON.stringify(fullValueDeep([refer(), refer(), refer()], blobs, { nodes: 2100 }))).toContain(
    'cut-list',
  );
});
