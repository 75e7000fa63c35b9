import {
  appendFileSync,
  existsSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { monthPath } from '../../../src/ledger/files/ledger-files.js';
import type { CallLine } from '../../../src/ledger/files/ledger-line.js';
import { cachePath } from '../../../src/ledger/files/month-cache.js';
import { readCalls } from '../../../src/ledger/files/read-calls.js';
import { visitMonth } from '../../../src/ledger/files/read-month.js';
import { anyCallLine, callLine, ledgerOf } from '../../support/call-lines.js';

const MONTH = '2026-01';
const at = '2026-01-15T10:00:00.000Z';

function readMonth(folder: string, cacheFrom?: number): CallLine[] {
  const calls: CallLine[] = [];
  visitMonth(folder, MONTH, (call) => void calls.push(call), cacheFrom === undefined ? {} : { cacheFrom });
  return calls;
}

function readWithoutCache(folder: string): CallLine[] {
  rmSync(cachePath(folder, MONTH), { force: true });
  const calls = readMonth(folder, Infinity);
  expect(existsSync(cachePath(folder, MONTH))).toBe(false);
  return calls;
}

/** A file that changed long ago: its size and time identify its content. */
function settle(folder: string): void {
  utimesSync(monthPath(folder, MONTH), 1e9, 1e9);
}

const oddCallLine: fc.Arbitrary<CallLine> = anyCallLine.chain((call) =>
  fc
    .constantFrom<Partial<CallLine>>(
      {},
      { id: 'anthropic:msg_01XFDUDYJgAACzvnptvVoYEL' },
      { usages: [], answered: true, streamed: 5 },
      { usages: [{ model: 'part', provider: 'openai', usage: { input: 1, output: 2 } }] },
      { usages: [{ model: call.model, usage: { input: 1, output: 2, serviceTier: 'flex' } }] },
      { reported: { usd: 0.5, source: 'gateway' }, recordedUsd: null },
      {
        requested: 'alias',
        stage: 'planner',
        commit: 'abc',
        trace: '/tmp/ä.jsonl',
        free: true,
        cached: true,
      },
      { at: '2026-01-15T10:00:00Z', node: '' },
    )
    .map((fields) => ({ ...call, at, ...fields })),
);

/** Something that happens to a month's file. */
const change = fc.oneof(
  { weight: 6, arbitrary: oddCallLine.map((call) => `${JSON.stringify(call)}\n`) },
  fc.constantFrom('{"v":1,"torn', '\n', '{"v":2}\n', '{"v":1,"kind":"run","run":"r"}\n', 'no JSON\n'),
);

test('the calls are the same with and without a cache, whatever is appended after it was written', () => {
  fc.assert(
    fc.property(fc.array(fc.array(change, { maxLength: 6 }), { minLength: 1, maxLength: 4 }), (steps) => {
      const folder = ledgerOf([callLine({ at })]);
      for (const lines of steps) {
        appendFileSync(monthPath(folder, MONTH), lines.join(''));
        if (lines.length % 2 === 0) settle(folder);
        const first = readMonth(folder, 0);
        expect(existsSync(cachePath(folder, MONTH))).toBe(true);
        const cached = readMonth(folder, Infinity);
        const cache = readFileSync(cachePath(folder, MONTH));
        const exact = readWithoutCache(folder);
        expect(first).toEqual(exact);
        expect(cached).toEqual(exact);
        writeFileSync(cachePath(folder, MONTH), cache);
      }
    }),
    { numRuns: 30 },
  );
});

test('a file that was edited is read again, also if its size stayed the same', () => {
  const folder = ledgerOf([callLine({ at, node: 'one' })]);
  const path = monthPath(folder, MONTH);
  expect(readMonth(folder, 0).map(({ node }) => node)).toEqual(['one']);
  writeFileSync(path, readFileSync(path, 'utf8').replace('"one"', '"two"'));
  expect(readMonth(folder).map(({ node }) => node)).toEqual(['two']);
});

test('a file of the same size and time is not read again', () => {
  const folder = ledgerOf([callLine({ at, node: 'one' })]);
  const path = monthPath(folder, MONTH);
  settle(folder);
  readMonth(folder, 0);
  writeFileSync(path, readFileSync(path, 'utf8').replace('"one"', '"two"'));
  settle(folder);
  expect(readMonth(folder).map(({ node }) => node)).toEqual(['one']);
});

test.each([
  ['truncated', (cache: Buffer) => cache.subarray(0, cache.length - 8)],
  ['changed in one bit', (cache: Buffer) => Buffer.from([...cache.subarray(0, -1), cache.at(-1)! ^ 1])],
  ['empty', () => Buffer.alloc(0)],
])('a cache that is %s is ignored', (_, damage) => {
  const folder = ledgerOf([callLine({ at }), callLine({ at, ms: 7 })]);
  settle(folder);
  const calls = readMonth(folder, 0);
  writeFileSync(cachePath(folder, MONTH), damage(readFileSync(cachePath(folder, MONTH))));
  expect(readMonth(folder)).toEqual(calls);
});

test('a cache is written for a long file, readable by its owner only, and short files have none', () => {
  const short = ledgerOf([callLine({ at })]);
  readCalls(short);
  expect(existsSync(cachePath(short, MONTH))).toBe(false);
  const long = ledgerOf(Array.from({ length: 900 }, () => callLine({ at, trace: 'x'.repeat(1000) })));
  expect(readCalls(long)).toHaveLength(900);
  expect(statSync(cachePath(long, MONTH)).mode & 0o777).toBe(0o600);
  expect(readCalls(long)).toHaveLength(900);
});

test('a ledger that cannot be written is read without a cache', () => {
  const folder = ledgerOf([callLine({ at })]);
  writeFileSync(`${folder}/cache`, 'not a folder');
  expect(readMonth(folder, 0)).toHaveLength(1);
});
