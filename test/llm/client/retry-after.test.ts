import { expect, test } from 'vitest';
import { retryAfterMs } from '../../../src/llm/client/retry-after.js';

test('Retry-After is parsed in milliseconds, in seconds and as a date, and ignored otherwise', () => {
  const now = Date.parse('Wed, 21 Oct 2026 07:28:00 GMT');
  const read = (headers: Record<string, string> | undefined) => retryAfterMs(headers, now);
  expect(read({ 'retry-after-ms': '1500', 'retry-after': '9' })).toBe(1500);
  expect(read({ 'retry-after': '9' })).toBe(9000);
  expect(read({ 'retry-after': '0.5' })).toBe(500);
  expect(read({ 'retry-after': 'Wed, 21 Oct 2026 07:28:30 GMT' })).toBe(30_000);
  expect(read({ 'retry-after': 'Wed, 21 Oct 2026 07:27:00 GMT' })).toBe(0);
  expect(read({ 'retry-after': 'soon' })).toBeUndefined();
  expect(read({})).toBeUndefined();
  expect(read(undefined)).toBeUndefined();
});
