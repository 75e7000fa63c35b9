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
  expect(json.length).toBeLessThan(100_000_000);
});
