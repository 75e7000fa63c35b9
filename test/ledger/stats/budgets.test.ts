import { expect, test } from 'vitest';
import type { CallLine } from '../../../src/ledger/files/ledger-line.js';
import { computeBudgets, limitsRun, type Budget } from '../../../src/ledger/stats/budgets.js';
import { describeBudget, drawBudget } from '../../../src/ledger/describe/budget-text.js';
import { callLine, ledgerOf } from '../../support/call-lines.js';
import { testPrices } from '../../support/prices.js';

/** A Wednesday. */
const now = new Date(2026, 2, 18, 12);
const day = (date: number, hour = 10) => new Date(2026, 2, date, hour).toISOString();

function stateOf(calls: readonly Partial<CallLine>[], budget: Partial<Budget> = {}) {
  const own: Budget = { usd: 10, per: 'month', ...budget };
  return computeBudgets(ledgerOf(calls.map(callLine)), [own], { prices: testPrices, now })[0]!;
}

test.each([
  ['day', 1],
  ['week', 3],
  ['month', 7],
] as const)('a budget of a %s has $%d spent', (per, spent) => {
  const calls = [
    { at: day(18, 0), usd: 1 },
    { at: day(16, 0), usd: 2 },
    { at: day(15, 23), usd: 4 },
    { at: new Date(2026, 1, 28, 23).toISOString(), usd: 8 },
  ];
  expect(stateOf(calls, { per })).toMatchObject({ spent, left: 10 - spent });
});

test('own and observed calls count; imported, replayed and subscription calls do not', () => {
  const state = stateOf([
    { at: day(17), usd: 1 },
    { at: day(17), usd: 2, source: 'observed' },
    { at: day(17), usd: 4, source: 'imported' },
    { at: day(17), usd: 0, recordedUsd: 8, source: 'replayed' },
    { at: day(17), usd: 16, plan: true },
  ]);
  expect(state).toMatchObject({ spent: 3, left: 7 });
});

test('a budget counts the calls of its project, workflow and model', () => {
  const calls = [
    { at: day(17), usd: 1, project: '/home/ann/search' },
    { at: day(17), usd: 2, workflow: 'digest' },
    { at: day(17), usd: 4, provider: 'openai', model: 'gpt-4.1' },
  ];
  expect(stateOf(calls, { project: 'SEARCH' }).spent).toBe(1);
  expect(stateOf(calls, { workflow: 'digest' }).spent).toBe(2);
  expect(stateOf(calls, { model: 'openai/' }).spent).toBe(4);
});

test('calls without a price count as nothing and their models are named; more than the budget leaves nothing', () => {
  const state = stateOf([
    { at: day(17), usd: null },
    { at: day(17), usd: 12 },
  ]);
  expect(state).toMatchObject({ spent: 12, left: 0, unpriced: ['claude-sonnet-4-5'] });
  expect(drawBudget(state)).toMatch(
    /^budget \$10\.00 a month {2}█{20} {2}\$12\.00 spent \(120 %\), without calls to/,
  );
});

test('the text of a budget has its basis and its names', () => {
  const calls = Array.from({ length: 17 }, (_, i) => ({ at: day(i + 1, 12), usd: 0.2 }));
  expect(drawBudget(stateOf(calls))).toBe(
    'budget $10.00 a month  ███████░░░░░░░░░░░░░  $3.40 spent (34 %), on course for $6.10 (at $0.2000 a day, the mean of 17 days)',
  );
  expect(describeBudget({ usd: 2, per: 'week', project: 'a', workflow: 'b', model: 'c' })).toBe(
    '$2.00 a week for the project a, the workflow b, the model c',
  );
});

test.each([
  [{}, {}, true],
  [{ project: 'work' }, { project: '/home/work' }, true],
  [{ model: 'opus' }, { model: 'anthropic/claude-Opus' }, true],
  [{ model: 'opus' }, {}, false],
  [{ workflow: 'digest', project: 'x' }, { workflow: 'digest', project: 'y' }, false],
])('a budget with %j limits a run with %j: %s', (names, run, expected) => {
  expect(limitsRun({ usd: 1, per: 'day', ...names }, run)).toBe(expected);
});
