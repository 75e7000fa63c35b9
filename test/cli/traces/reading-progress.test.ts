import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { trackProgress } from '../../../src/cli/traces/reading-progress.js';

let written: string;
const { isTTY } = process.stderr;

beforeEach(() => {
  written = '';
  vi.useFakeTimers({ toFake: ['performance'] });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    written += String(text);
    return true;
  });
  process.stderr.isTTY = true;
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  process.stderr.isTTY = isTTY;
});

test('a read shows its progress after half a second, and removes it', () => {
  const progress = trackProgress('/traces/big\u001b[31m.jsonl');
  vi.advanceTimersByTime(499);
  progress.report(0.1);
  expect(written).toBe('');
  vi.advanceTimersByTime(1);
  progress.report(0.429);
  expect(written).toContain('42 %');
  expect(written).not.toContain('\u001b[31m');
  progress.clear();
  expect(written).toMatch(/\r\u001b\[K$/);
});

test('the line is written at most five times a second, and removed once', () => {
  const progress = trackProgress('big.jsonl');
  vi.advanceTimersByTime(500);
  for (let i = 0; i < 10; i++) progress.report(i / 10);
  expect(written.match(/Reading/g)).toHaveLength(1);
  progress.clear();
  const length = written.length;
  progress.clear();
  expect(written).toHaveLength(length);
});

test('nothing is written where stderr is no terminal', () => {
  process.stderr.isTTY = false;
  const progress = trackProgress('big.jsonl');
  vi.advanceTimersByTime(5000);
  progress.report(0.5);
  progress.clear();
  expect(written).toBe('');
});
