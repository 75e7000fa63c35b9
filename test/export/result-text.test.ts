import { expect, test } from 'vitest';
import { formatResult } from '../../src/export/result-text.js';
import { reduceEvents } from '../../src/profile/run/profile.js';
import { createMemoryBlobs } from '../../src/trace/blobs/blob-store.js';
import type { Captured } from '../../src/trace/event/captured.js';
import { testPrices } from '../support/prices.js';
import { TraceBuilder } from '../support/trace-builder.js';

test('a result with shared parts is truncated to the limit, however large it would expand', () => {
  const blobs = createMemoryBlobs();
  let value: Captured = ['x', 'y'];
  for (let level = 0; level < 60; level++) {
    const part: Captured = { $: 'deep', of: 'list', size: 2, sha256: blobs.storeBlob(value) };
    value = [part, part];
  }
  const t = new TraceBuilder();
  t.emit({ type: 'run.finished', status: 'ok', outputs: { all: value } });
  const result = formatResult(reduceEvents(t.events, { prices: testPrices, values: blobs }))!;
  expect(result.lines).toHaveLength(60);
  expect(result.omitted).toMatch(/^[\d,]+ more characters$/);
});
