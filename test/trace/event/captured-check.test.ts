import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isCaptured } from '../../../src/trace/event/captured-check.js';
import { parseEvent } from '../../../src/trace/read/parse-events.js';
import { readTrace } from '../../../src/trace/read/read-trace.js';

const sha256 = 'a'.repeat(64);

test.each([
  null,
  0,
  'text',
  [],
  { a: [{ b: null }] },
  { $: 'map', size: 1, entries: [['k', { $: 'undefined' }]] },
  { $: 'object', entries: [['$', 1]] },
  { $: 'cut-text', head: 'a', tail: 'b', size: 9, sha256 },
  { $: 'cut-object', head: { $: 'object', entries: [] }, size: 9, sha256 },
  { $: 'a form of a newer version', anything: 5 },
])('%j is a captured value', (value) => {
  expect(isCaptured(value)).toBe(true);
});

test.each([
  { $: 'map' },
  { $: 'map', size: 1, entries: [['k']] },
  { $: 'object', entries: 5 },
  { $: 'object', entries: [[5, 1]] },
  { $: 'set', size: 1, values: {} },
  { $: 'cut-text', head: 'a', tail: 'b', size: 9, sha256: 5 },
  { $: 'deep', of: 'object', size: -1, sha256 },
  { a: [{ b: { $: 'error', name: 'E' } }] },
])('%j is not a captured value', (value) => {
  expect(isCaptured(value)).toBe(false);
});

test('an endlessly nested value is rejected without a stack overflow', () => {
  let value: unknown = 1;
  for (let i = 0; i < 100_000; i++) value = [value];
  expect(isCaptured(value)).toBe(false);
});

test('an event with a time beyond the range of dates is invalid', () => {
  const finished = { seq: 1, at: 5, type: 'span.finished', span: 1, status: 'ok' };
  expect(parseEvent(finished)).toBe(finished);
  expect(parseEvent({ ...finished, at: 1e300 })).toBeUndefined();
});

test('a directory or a named pipe given as a trace is rejected immediately', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'trace-input-'));
  const pipe = join(folder, 'pipe.jsonl');
  execFileSync('mkfifo', [pipe]);
  const file = join(folder, 'empty.jsonl');
  writeFileSync(file, '');
  await expect(readTrace(folder).next()).rejects.toThrow(/it is a directory\./);
  await expect(readTrace(pipe).next()).rejects.toThrow(/it is a pipe or a device\./);
  await expect(readTrace(file).next()).rejects.toThrow(/is not a pflow trace: it is empty/);
});
