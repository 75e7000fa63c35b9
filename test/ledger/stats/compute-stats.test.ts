import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CallGroup } from '../../../src/ledger/stats/aggregate-calls.js';
import { createCallFilter } from '../../../src/ledger/stats/call-filter.js';
import { computeSpending, findPeriod } from '../../../src/ledger/stats/forecast.js';
import type { Dimension } from '../../../src/ledger/stats/group-key.js';
import type { CallLine } from '../../../src/ledger/files/ledger-line.js';
import { computeStats, type StatsQuery } from '../../../src/ledger/stats/compute-stats.js';
import { anyCallLine, callLine, ledgerOf } from '../../support/call-lines.js';
import { testPrices } from '../../support/prices.js';

const year: StatsQuery = {
  by: ['model'],
  from: new Date('2026-01-01'),
  to: new Date('2027-01-01'),
  prices: testPrices,
  basis: 'recorded',
};

function statsOf(calls: readonly CallLine[], query: Partial<StatsQuery> = {}) {
  return computeStats(ledgerOf(calls), { ...year, ...query });
}

const sum = (values: readonly (number | null | undefined)[]) =>
  values.reduce<number>((all, value) => all + (value ?? 0), 0);

/** The figures that add up, and whether any part of them is marked. */
function figuresOf({ totals, plan, recordedUsd, failed, retries, wasted, series }: CallGroup) {
  const { calls, input, cacheRead, output, tokens, usd, wastedUsd, estimated, priced } = totals;
  return {
    calls,
    input,
    cacheRead,
    output,
    tokens,
    usd: usd.toFixed(9),
    wastedUsd: wastedUsd.toFixed(9),
    planUsd: plan.usd.toFixed(9),
    planCalls: plan.calls,
    planUnpriced: plan.unpriced,
    recordedUsd: recordedUsd.toFixed(9),
    failed,
    retries,
    wasted,
    ...(series.length > 0 ? { inSeries: sum(series).toFixed(9) } : {}),
    estimated: Boolean(estimated),
    priced: Boolean(priced),
    unpriced: totals.unpriced.toSorted().join(),
  };
}

function addUp(groups: readonly CallGroup[]): CallGroup {
  const [first, ...others] = groups;
  return others.reduce(
    (all, { totals, ...group }) => ({
      ...all,
      totals: Object.fromEntries(
        Object.entries(all.totals).map(([name, value]) => {
          const own: unknown = totals[name as keyof typeof totals];
          if (typeof value === 'number') return [name, value + (own as number)];
          if (typeof value === 'boolean') return [name, value || own];
          return [name, [...new Set([...(value as string[]), ...(own as string[])])]];
        }),
      ) as CallGroup['totals'],
      plan: {
        usd: all.plan.usd + group.plan.usd,
        calls: all.plan.calls + group.plan.calls,
        unpriced: all.plan.unpriced + group.plan.unpriced,
      },
      recordedUsd: all.recordedUsd + group.recordedUsd,
      failed: all.failed + group.failed,
      retries: all.retries + group.retries,
      wasted: all.wasted + group.wasted,
      series: all.series.map((value, i) => value + group.series[i]!),
    }),
    first!,
  );
}

const groupings: readonly (readonly Dimension[])[] = [
  ...(['day', 'week', 'month', 'model', 'provider', 'workflow', 'node', 'project', 'tag'] as const).map(
    (each): Dimension[] => [each],
  ),
  ['tag:team'],
  ['workflow', 'node', 'prompt'],
  ['day', 'model', 'tag:env'],
];

test('the totals are the sums of the ledger, and the groups of any grouping add up to them', () => {
  fc.assert(
    fc.property(
      fc.array(anyCallLine, { minLength: 1, maxLength: 25 }),
      fc.constantFrom('recorded', 'day', 'current'),
      (calls, basis) => {
        const folder = ledgerOf(calls);
        for (const by of groupings) {
          const { groups, total } = computeStats(folder, { ...year, by, basis });
          const sums = figuresOf(addUp(groups.map(({ now }) => now)));
          expect({ ...figuresOf(total.now), ...sums }).toEqual(figuresOf(total.now));
        }
        const { now } = computeStats(folder, { ...year, basis }).total;
        expect(now.totals.calls).toBe(calls.length);
        expect(now.failed).toBe(calls.filter(({ status }) => status === 'failed').length);
        expect(now.retries).toBe(calls.filter(({ attempt }) => attempt !== undefined).length);
        expect(now.totals.tokens).toBe(
          sum(calls.flatMap(({ usages }) => usages.map(({ usage }) => usage.input! + usage.output!))),
        );
        if (basis !== 'recorded') return;
        expect(now.totals.usd).toBeCloseTo(sum(calls.map((call) => (call.plan ? 0 : call.usd))), 9);
        expect(now.plan.usd).toBeCloseTo(sum(calls.map((call) => (call.plan ? call.usd : 0))), 9);
      },
    ),
    { numRuns: 10 },
  );
});

test('costs are those recorded, those of the day, or those of today', () => {
  const until2026 = { until: '2026-01-01', input: 6, output: 30 };
  const prices = {
    ...testPrices,
    models: new Map([['anthropic/claude-sonnet-4-5', { input: 3, output: 15, history: [until2026] }]]),
  };
  const from = new Date('2025-01-01');
  const calls = [callLine({ at: '2025-06-01T00:00:00.000Z', usd: 1 })];
  const usdAt = (basis: StatsQuery['basis']) => statsOf(calls, { basis, prices, from }).total.now.totals.usd;
  expect(usdAt('recorded')).toBe(1);
  expect(usdAt('day')).toBeCloseTo(0.009, 12);
  expect(usdAt('current')).toBeCloseTo(0.0045, 12);
});

test('a call that had no price when it was entered has none as recorded, and one in the table of today', () => {
  const calls = [callLine({ usd: null }), callLine()];
  expect(statsOf(calls).total.now.totals).toMatchObject({
    usd: 0.0045,
    priced: true,
    unpriced: ['claude-sonnet-4-5'],
  });
  expect(statsOf(calls, { basis: 'current' }).total.now.totals.unpriced).toEqual([]);
});

test('groups are compared with the period of the same length before', () => {
  const calls = [
    callLine({ at: '2026-02-10T00:00:00.000Z', usd: 4 }),
    callLine({ at: '2026-03-01T00:00:00.000Z', usd: 6 }),
    callLine({ at: '2026-03-31T00:00:00.000Z', usd: 9, model: 'gpt-4.1' }),
    callLine({ at: '2026-01-29T23:59:59.999Z', usd: 50 }),
  ];
  const { groups, total } = statsOf(calls, { from: new Date('2026-03-01'), to: new Date('2026-03-31') });
  expect(groups.map(({ now, before }) => [...now.keys, now.totals.usd, before?.totals.usd])).toEqual([
    ['claude-sonnet-4-5', 6, 4],
  ]);
  expect(total.before?.totals.usd).toBe(4);
});

test('periods of time are in order and compared with the one above, other groups are ordered by cost', () => {
  const calls = ['2026-02-01', '2026-01-01', '2026-03-01'].map((day, i) =>
    callLine({ at: `${day}T12:00:00.000Z`, usd: i + 1, node: `n${i}` }),
  );
  const keysAndCosts = (by: Dimension) =>
    statsOf(calls, { by: [by] }).groups.map(({ now, before }) => [now.keys[0], before?.totals.usd]);
  expect(keysAndCosts('month')).toEqual([
    ['2026-01', undefined],
    ['2026-02', 2],
    ['2026-03', 1],
  ]);
  expect(keysAndCosts('node')).toEqual([
    ['n2', undefined],
    ['n1', undefined],
    ['n0', undefined],
  ]);
});

test('the versions of a prompt follow each other by age, each with its first call', () => {
  const calls = [
    callLine({ node: 'b', prompt: 'new', at: '2026-03-02T00:00:00.000Z' }),
    callLine({ node: 'b', prompt: 'old', at: '2026-03-01T00:00:00.000Z' }),
    callLine({ node: 'a', prompt: 'x', at: '2026-05-01T00:00:00.000Z' }),
    callLine({ node: 'b', prompt: 'old', at: '2026-02-01T00:00:00.000Z' }),
  ];
  const { groups } = statsOf(calls, { by: ['workflow', 'node', 'prompt'] });
  expect(groups.map(({ now }) => [now.keys.join(' '), now.firstAt.slice(0, 10), now.totals.calls])).toEqual([
    ['wf a x', '2026-05-01', 1],
    ['wf b old', '2026-02-01', 2],
    ['wf b new', '2026-03-02', 1],
  ]);
});

test('the speed is output tokens per second of the calls that succeeded', () => {
  const usages = (output: number) => [{ model: 'gpt-4.1', usage: { input: 1, output } }];
  const calls = [
    callLine({ model: 'gpt-4.1', usages: usages(100), ms: 1000 }),
    callLine({ model: 'gpt-4.1', usages: usages(500), ms: 3000 }),
    callLine({ model: 'gpt-4.1', usages: usages(9999), ms: 1, status: 'failed' }),
    callLine({ model: 'gpt-4.1', usages: usages(9999), ms: 1, source: 'replayed' }),
  ];
  expect(statsOf(calls).total.now.tokensPerSecond).toBe(150);
});

test.each([
  [{ workflow: 'DIG' }, 'b'],
  [{ node: 'as' }, 'abc'],
  [{ model: 'openai/' }, 'c'],
  [{ provider: 'anthropic', failed: true }, 'b'],
  [{ project: 'work' }, 'a'],
  [{ tag: ['team'] }, 'ab'],
  [{ tag: ['team=x', 'env'] }, 'a'],
  [{ tag: ['toString'] }, ''],
])('a filter of %j selects the calls %s', (filter, expected) => {
  const calls = {
    a: callLine({ project: '/home/ann/work', tags: { team: 'x', env: 'ci' } }),
    b: callLine({ workflow: 'digest', status: 'failed', tags: { team: 'y' } }),
    c: callLine({ provider: 'openai', model: 'gpt-4.1' }),
  };
  const matches = createCallFilter(filter);
  expect(
    Object.entries(calls)
      .flatMap(([name, call]) => (matches(call) ? [name] : []))
      .join(''),
  ).toBe(expected);
});

test('a month is forecast from what was spent and the mean of the last 28 days', () => {
  const now = new Date(2026, 2, 11);
  const days = Array.from({ length: 28 }, (_, i) => new Date(now.getTime() - (i + 1) * 86_400_000));
  const calls = days.map((day) => callLine({ at: day.toISOString(), usd: 0.5 }));
  const spending = computeSpending(ledgerOf(calls), ['day', 'week', 'month'], { prices: testPrices, now });
  expect(spending.month.spent.totals.usd).toBe(5);
  expect(spending.week.spent.totals.usd).toBe(1);
  expect(spending.day.spent.totals.usd).toBe(0);
  const rest = (new Date(2026, 3, 1).getTime() - now.getTime()) / 86_400_000;
  expect(spending.month.forecast).toMatchObject({ usdPerDay: 0.5, days: 28 });
  expect(spending.month.forecast!.usd).toBeCloseTo(5 + rest * 0.5, 9);
});

test('there is no forecast from less than three days', () => {
  const now = new Date(2026, 2, 11);
  const at = new Date(now.getTime() - 2.9 * 86_400_000).toISOString();
  const { month } = computeSpending(ledgerOf([callLine({ at })]), ['month'], { prices: testPrices, now });
  expect(month.forecast).toBeUndefined();
});

test('a quiet month after earlier calls has a forecast', () => {
  const now = new Date(2026, 2, 20);
  const at = (days: number) => new Date(now.getTime() - days * 86_400_000).toISOString();
  const calls = [callLine({ at: at(29), usd: 9 }), callLine({ at: at(1), usd: 2.8 })];
  const { month } = computeSpending(ledgerOf(calls), ['month'], { prices: testPrices, now });
  expect(month.forecast?.usdPerDay).toBeCloseTo(0.1, 9);
});

test('a week starts on Monday, and periods end where the next ones start', () => {
  const sunday = new Date(2026, 10, 29, 23, 59);
  expect(findPeriod('week', sunday)).toEqual({ from: new Date(2026, 10, 23), to: new Date(2026, 10, 30) });
  expect(findPeriod('month', sunday)).toEqual({ from: new Date(2026, 10, 1), to: new Date(2026, 11, 1) });
  expect(findPeriod('day', sunday)).toEqual({ from: new Date(2026, 10, 29), to: new Date(2026, 10, 30) });
});

test('a call without a response has nothing that could be priced, one of an unknown model has', () => {
  const failed = { usages: [], usd: null, status: 'failed' } as const;
  const unpricedOf = (call: Partial<CallLine>) => statsOf([callLine(call)]).total.now.totals.unpriced;
  expect(unpricedOf({ ...failed, provider: 'offline', model: 'rules' })).toEqual([]);
  expect(unpricedOf(failed)).toEqual([]);
  expect(unpricedOf({ model: 'unheard-of-1', usd: null })).toEqual(['unheard-of-1']);
});
