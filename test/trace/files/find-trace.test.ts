import type * as Fs from 'node:fs';
import { mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import {
  defaultTraceDir,
  parseTraceFileName,
  formatTraceFileName,
} from '../../../src/trace/files/trace-file-name.js';
import { findTrace, listTraces } from '../../../src/trace/files/find-trace.js';

const looked = vi.hoisted(() => [] as string[]);
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof Fs>();
  return {
    ...fs,
    statSync: (path: string, options: { throwIfNoEntry: false }) => {
      looked.push(path);
      return fs.statSync(path, options);
    },
  };
});

const folder = mkdtempSync(join(tmpdir(), 'pflow-find-'));
const names = [
  'trace-summarize-20260115-100000-0a1b2c3d.jsonl',
  'trace-summarize-20260115-100000-0a1bffff.jsonl',
  'trace-a-20260114-20260114-235959-deadbeef.jsonl',
  'trace-late-20260116-000000-12345678.jsonl',
];

beforeAll(() => {
  for (const [index, name] of names.entries()) {
    writeFileSync(join(folder, name), '');
    utimesSync(join(folder, name), index, index);
  }
  for (const name of ['notes.txt', 'trace-x-20260115-1000-0a1b2c3d.jsonl', 'pricing.json'])
    writeFileSync(join(folder, name), '');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('traces are listed newest first, and those of the same second by their last write', () => {
  expect(listTraces(folder).map(({ run }) => run)).toEqual(['12345678', '0a1bffff', '0a1b2c3d', 'deadbeef']);
  expect(listTraces(folder).at(-1)).toEqual({
    name: 'a-20260114',
    time: '20260114-235959',
    run: 'deadbeef',
    path: join(folder, names[2]!),
  });
});

test('the order does not depend on the order of creation, and the newest is the latest', () => {
  const times = ['20260115-100000', '20260115-100001'];
  const files = times.flatMap((time) =>
    ['a', 'b', 'c', 'd', 'e', 'f'].map((name, i) => ({
      file: `trace-${name}-${time}-0000000${i}.jsonl`,
      written: 1000 + (i >> 1),
    })),
  );
  fc.assert(
    fc.property(fc.shuffledSubarray(files, { minLength: files.length }), (made) => {
      const here = mkdtempSync(join(folder, 'order-'));
      for (const { file, written } of made) {
        writeFileSync(join(here, file), '');
        utimesSync(join(here, file), written, written);
      }
      expect(
        listTraces(here)
          .map(({ name, time }) => `${time.at(-1)!}${name}`)
          .join(' '),
      ).toBe('1f 1e 1d 1c 1b 1a 0f 0e 0d 0c 0b 0a');
      expect(findTrace('latest', here)).toBe(join(here, 'trace-f-20260115-100001-00000005.jsonl'));
    }),
    { numRuns: 20 },
  );
});

test("only files that share their second are stat'ed, once, and for `latest` only those of the last second", () => {
  looked.length = 0;
  listTraces(folder);
  expect(looked.toSorted()).toEqual([join(folder, names[0]!), join(folder, names[1]!)]);
  findTrace('latest', folder);
  expect(looked).toHaveLength(2);
});

test('files of the same second that have disappeared are listed last', () => {
  const here = mkdtempSync(join(folder, 'gone-'));
  symlinkSync(join(here, 'nowhere'), join(here, 'trace-z-20260115-100000-00000002.jsonl'));
  writeFileSync(join(here, 'trace-a-20260115-100000-00000001.jsonl'), '');
  expect(listTraces(here).map(({ name }) => name)).toEqual(['a', 'z']);
});

test('an unreadable folder is an error, not an empty list', () => {
  const loop = join(folder, 'loop');
  symlinkSync(loop, loop);
  expect(() => listTraces(loop)).toThrow(
    expect.objectContaining({ code: 'not_found', hint: 'Use --trace-dir to choose another folder.' }),
  );
});

test('a missing folder, or a file in its place, has no traces', () => {
  expect(listTraces(join(folder, 'none'))).toEqual([]);
  expect(listTraces(join(folder, 'notes.txt'))).toEqual([]);
});

test.each([
  ['latest', names[3]],
  ['latest~0', names[3]],
  ['latest~1', names[1]],
  ['latest~3', names[2]],
  ['12345678', names[3]],
  ['1234', names[3]],
  ['DEADBEEF', names[2]],
  ['0a1b2c3d-0000-4000-8000-000000000001', names[0]],
  ['0A1B2C3D-0000', names[0]],
  ['0a1b2c3d0000', names[0]],
])('%s refers to a trace', (reference, name) => {
  expect(findTrace(reference, folder)).toBe(join(folder, name!));
});

test('a path refers to the file itself, wherever it is', () => {
  expect(findTrace(join(folder, 'notes.txt'), join(folder, 'none'))).toBe(join(folder, 'notes.txt'));
});

test.each([
  [
    '0a1b',
    "'0a1b' matches 2 runs: 0a1bffff, 0a1b2c3d.",
    'Give more digits of the run id, or the path of the file.',
  ],
  [
    '0a1b2c3e-0000-4000-8000-000000000001',
    "No trace file or run matches '0a1b2c3e-0000-4000-8000-000000000001'.",
    'Run `pflow trace list` to list all traces.',
  ],
  ['ffff', "No trace file or run matches 'ffff'.", 'Run `pflow trace list` to list all traces.'],
  ['latest~4', "'latest~4' is beyond the oldest trace.", 'Run `pflow trace list` to list all traces.'],
  ['latest~', "No trace file or run matches 'latest~'.", 'Run `pflow trace list` to list all traces.'],
  ['no such', "No trace file or run matches 'no such'.", 'Run `pflow trace list` to list all traces.'],
])('the reference %s is rejected with what to do', (reference, message, hint) => {
  expect(() => findTrace(reference, folder)).toThrow(
    expect.objectContaining({ code: 'not_found', message, hint }),
  );
});

test('`latest` without any trace is an error', () => {
  const none = join(folder, 'none');
  expect(() => findTrace('latest', none)).toThrow(
    expect.objectContaining({
      message: 'No traces found.',
      hint: `There are no traces in ${none} yet: run a workflow first.`,
    }),
  );
});

test("the name of a trace file contains the run's name, time and id", () => {
  const at = new Date(2026, 0, 5, 9, 8, 7);
  expect(formatTraceFileName('Résumé: the "Big" one / two!', at, 'abcdef01-2345')).toBe(
    'trace-r-sum-the-big-one-two-20260105-090807-abcdef01.jsonl',
  );
  expect(formatTraceFileName('合計', at, 'abcdef01')).toBe('trace-run-20260105-090807-abcdef01.jsonl');
  expect(formatTraceFileName('../../etc/passwd', at, 'abcdef01')).toBe(
    'trace-etc-passwd-20260105-090807-abcdef01.jsonl',
  );
  expect(formatTraceFileName('x'.repeat(500), at, 'abcdef01').length).toBeLessThan(80);
  expect(parseTraceFileName('trace-a-b-20260105-090807-abcdef01.jsonl')).toEqual({
    name: 'a-b',
    time: '20260105-090807',
    run: 'abcdef01',
  });
});

test('PFLOW_HOME sets the folder of traces', () => {
  expect(defaultTraceDir({ PFLOW_HOME: '/data/pflow', HOME: '/home/ann' })).toBe('/data/pflow/debug');
  expect(defaultTraceDir({ HOME: '/home/ann' })).toBe('/home/ann/.pflow/debug');
});
