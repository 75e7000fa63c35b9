import { expect, test } from 'vitest';
import {
  formatBytes,
  formatCompact,
  formatDuration,
  formatElapsed,
  formatExactUsd,
  formatUsd,
  plural,
} from '../../../src/lib/text/format.js';

test.each([
  [0, '0s'],
  [0.04, '0s'],
  [0.06, '0.1ms'],
  [0.44, '0.4ms'],
  [45, '45ms'],
  [999.4, '999ms'],
  [999.6, '1.0s'],
  [1234, '1.2s'],
  [9960, '10s'],
  [59_600, '1m00s'],
  [123_000, '2m03s'],
  [3_840_000, '1h04m'],
  [Infinity, '–'],
])('%d ms is formatted as %s', (ms, text) => expect(formatDuration(ms)).toBe(text));

test.each([
  [0, '$0'],
  [0.000038, '$0.000038'],
  [0.0123, '$0.0123'],
  [0.9999, '$0.9999'],
  [1.24, '$1.24'],
  [1240, '$1,240.00'],
  [1e-9, '<$0.0000001'],
  [-0.5, '-$0.5000'],
])('%d dollars are formatted as %s', (usd, text) => expect(formatUsd(usd)).toBe(text));

test.each([
  [812, '812'],
  [4512, '4,512'],
  [45_120, '45.1k'],
  [999_949, '1000k'],
  [1_200_000, '1.2M'],
])('the number %d is formatted as %s', (count, text) => expect(formatCompact(count)).toBe(text));

test('a running duration is rounded down to tenths of a second', () => {
  expect([0, 99, 100, 1250, 9999].map((ms) => formatDuration(ms, { running: true }))).toEqual([
    '0s',
    '0s',
    '100ms',
    '1.2s',
    '9.9s',
  ]);
});

test('elapsed times, sizes and plurals are formatted', () => {
  expect([formatElapsed(8340), formatElapsed(3_723_000)]).toEqual(['00:08.3', '1:02:03']);
  expect([formatBytes(812), formatBytes(1234), formatBytes(3_400_000)]).toEqual([
    '812 B',
    '1.2 kB',
    '3.4 MB',
  ]);
  expect([plural(1, 'node'), plural(2, 'node'), plural(2, 'entry', 'entries')]).toEqual([
    '1 node',
    '2 nodes',
    '2 entries',
  ]);
});

test('an exact amount has all significant digits and no floating-point noise', () => {
  expect([0.1 + 0.2, 0.00678, 1240.5, 0, 0.000_000_038, -2.5, Number.NaN].map(formatExactUsd)).toEqual([
    '$0.3',
    '$0.00678',
    '$1,240.5',
    '$0',
    '$0.000000038',
    '-$2.5',
    '–',
  ]);
});
