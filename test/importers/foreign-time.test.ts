import { expect, test } from 'vitest';
import { parseTime } from '../../src/importers/frame/foreign-time.js';

const MS = 1_780_308_000_123;

test.each([
  ['2026-06-01T10:00:00.123Z', MS],
  ['2026-06-01 12:00:00.123+0200', MS],
  ['2026-06-01T10:00:00.123456', MS + 0.456],
  [MS / 1000, MS],
  [MS, MS],
  [MS * 1000, MS],
  [`${MS}000000`, MS],
  ['Mon Jun 01 2026 10:00:00 GMT', MS - 123],
])('%s is a time', (value, ms) => {
  expect(parseTime(value)).toBeCloseTo(ms, 2);
});

test.each([
  null,
  '',
  'never',
  Number.NaN,
  0,
  -5,
  1e302,
  Number.POSITIVE_INFINITY,
  '+275760-09-13T00:00:00.000Z',
  '-271821-04-20T00:00:00.000Z',
  '2026-13-45T99:99:99Z',
])('%s is no time, so that it does not stretch the run', (value) => {
  expect(parseTime(value)).toBeUndefined();
});
