import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { isValidCallLine, isValidRunLine } from '../../../src/ledger/files/check-line.js';
import { foldLedger } from '../../../src/ledger/enter/fold-ledger.js';
import { appendLines, monthPath } from '../../../src/ledger/files/ledger-files.js';
import { isRunLine, type LedgerLine } from '../../../src/ledger/files/ledger-line.js';
import { readCalls } from '../../../src/ledger/files/read-calls.js';
import { iterateRuns } from '../../../src/ledger/files/read-runs.js';
import { reduceEvents } from '../../../src/profile/run/profile.js';
import { testPrices } from '../../support/prices.js';
import { fixtureNames, readFixture } from '../../support/trace-builder.js';

function linesOf(name: string): LedgerLine[] {
  const state = reduceEvents(readFixture(name), { prices: testPrices });
  return JSON.parse(JSON.stringify(foldLedger(state, undefined))) as LedgerLine[];
}

test.each(fixtureNames)('every line of the trace %s is valid', (name) => {
  for (const line of linesOf(name))
    expect(isRunLine(line) ? isValidRunLine(line) : isValidCallLine(line)).toBe(true);
});

const [call, run] = [
  linesOf('done-with-planner').find((line) => !isRunLine(line))!,
  linesOf('done-with-planner').find(isRunLine)!,
];

test.each([
  ['no object', 5],
  ['a list', [call]],
  ['a later version', { ...call, v: 2 }],
  ['no cost', { ...call, usd: undefined }],
  ['a model without a name', { ...call, model: ' ' }],
  ['a cost in words', { ...call, usd: '1' }],
  ['an infinite cost', { ...call, usd: Number.POSITIVE_INFINITY }],
  ['no time', { ...call, at: '2026-13-45T00:00:00.000Z' }],
  ['a usage that is null', { ...call, usages: [{ model: 'm', usage: null }] }],
  ['a usage that is a list', { ...call, usages: [null] }],
  ['a tag that is a number', { ...call, tags: { team: 5 } }],
  ['a run', run],
])('a line with %s is not a call', (_, line) => {
  expect(isValidCallLine(line)).toBe(false);
});

test.each([
  ['a model that is no text', { ...run, models: [{}] }],
  ['totals that are null', { ...run, totals: null }],
  ['a total in words', { ...run, totals: { usd: '1' } }],
  ['a mark that is a number', { ...run, totals: { bound: 1 } }],
  ['no name of its own', { ...run, run: '' }],
  ['a call', call],
])('a line with %s is not a run', (_, line) => {
  expect(isValidRunLine(line)).toBe(false);
});

test('damaged lines are skipped, and the lines around them are read', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pflow-damaged-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  appendLines(folder, linesOf('done-with-planner'));
  const path = monthPath(folder, call.at.slice(0, 7));
  appendFileSync(path, '{"v":1,"kind":"run","run":"torn","at":"2026-01-15T10:00:00.000Z","status":o}\n');
  appendFileSync(
    path,
    `${JSON.stringify({ ...run, run: 'bad', totals: [] })}\n${JSON.stringify({ ...call, id: 'bad', usages: [{}] })}\n`,
  );
  appendLines(folder, [{ ...run, run: 'later' }]);
  expect([...iterateRuns(folder)].map(({ run: id }) => id).toSorted()).toEqual([run.run, 'later'].toSorted());
  expect(readCalls(folder).map(({ id }) => id)).not.toContain('bad');
  expect(readCalls(folder).length).toBeGreaterThan(0);
});
