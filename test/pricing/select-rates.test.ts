import { expect, test } from 'vitest';
import { costOf } from '../../src/pricing/price-call.js';
import type { ModelPrice } from '../../src/pricing/table/price-table.js';
import type { Usage } from '../../src/usage/record/usage.js';
import { tableOf } from '../support/prices.js';

const million: Usage = {
  input: 1_000_000,
  output: 0,
  source: 'test',
  convention: 'inclusive',
  warnings: [],
};

/** The input rate at each time, with the reason. */
function ratesAt(price: ModelPrice, times: readonly string[]): (number | string)[][] {
  const prices = tableOf({ 'openai/m': price });
  return times.map((at) => {
    const { usd, because } = costOf(million, { model: 'm', prices, at });
    return [usd!, ...because];
  });
}

test('a range of hours across midnight applies before and after it', () => {
  const price = { input: 10, hours: [{ from: '16:30', to: '00:30', input: 5 }] };
  const reason = 'price from 16:30 to 00:30 UTC';
  expect(
    ratesAt(price, [
      '2026-03-01T16:29:59Z',
      '2026-03-01T16:30:00Z',
      '2026-03-01T23:59:59Z',
      '2026-03-02T00:00:00Z',
      '2026-03-02T00:29:59Z',
      '2026-03-02T00:30:00Z',
    ]),
  ).toEqual([[10], [5, reason], [5, reason], [5, reason], [5, reason], [10]]);
});

test('a range of hours applies from its start until before its end', () => {
  const price = { input: 10, hours: [{ from: '01:00', to: '04:00', input: 20 }] };
  expect(
    ratesAt(price, [
      '2026-03-01T00:59:59Z',
      '2026-03-01T01:00:00Z',
      '2026-03-01T03:59:59Z',
      '2026-03-01T04:00:00Z',
    ]).map(([usd]) => usd),
  ).toEqual([10, 20, 20, 10]);
});

test('the hours of a past price apply to calls of its time only', () => {
  const price: ModelPrice = {
    input: 10,
    history: [
      { until: '2025-01-01', input: 4, hours: [{ from: '00:00', to: '12:00', input: 8 }] },
      { until: '2026-01-01', input: 6 },
    ],
  };
  expect(
    ratesAt(price, [
      '2024-06-01T13:00:00Z',
      '2024-06-01T11:00:00Z',
      '2025-01-01T00:00:00Z',
      '2025-12-31T23:59:59Z',
      '2026-01-01T00:00:00Z',
    ]),
  ).toEqual([
    [4, 'price until 2025-01-01'],
    [8, 'price until 2025-01-01', 'price from 00:00 to 12:00 UTC'],
    [6, 'price until 2026-01-01'],
    [6, 'price until 2026-01-01'],
    [10],
  ]);
});

test('a context tier applies to the whole call, from one token above its threshold', () => {
  const prices = tableOf({
    'openai/m': {
      input: 1,
      cacheRead: 0.5,
      output: 2,
      tiers: [
        { above: 100, input: 10 },
        { above: 200, input: 20, output: 40 },
      ],
    },
  });
  const rates = (input: number): Record<string, number> =>
    Object.fromEntries(
      costOf({ ...million, input, cacheRead: 10, output: 5 }, { model: 'm', prices }).components.map(
        ({ kind, rate }) => [kind, rate],
      ),
    );
  expect(rates(100)).toEqual({ input: 1, cacheRead: 0.5, output: 2 });
  expect(rates(101)).toEqual({ input: 10, cacheRead: 0.5, output: 2 });
  expect(rates(201)).toEqual({ input: 20, cacheRead: 0.5, output: 40 });
});

test("a service tier has its own rates, a factor on the rates, or the seller's discount", () => {
  const model: ModelPrice = {
    input: 10,
    perRequest: 1,
    tiers: [{ above: 999_999, input: 20 }],
    serviceTiers: { priority: 2, reserved: { input: 3 } },
  };
  const prices = tableOf({ 'openai/m': model, 'mistral/m2': model });
  const cost = (serviceTier: string, name = 'm'): (number | null | string)[] => {
    const { usd, because } = costOf({ ...million, serviceTier }, { model: name, prices });
    return [usd, ...because];
  };
  expect(cost('default')).toEqual([21, 'more than 999,999 input tokens']);
  expect(cost('PRIORITY')).toEqual([
    41,
    'more than 999,999 input tokens',
    'priority tier at 200 % of the standard rates',
  ]);
  expect(cost('reserved')).toEqual([4, 'more than 999,999 input tokens', 'reserved tier']);
  expect(cost('batch')).toEqual([
    11,
    'more than 999,999 input tokens',
    'batch tier at 50 % of the standard rates',
  ]);
  expect(cost('batch', 'm2')).toEqual([null]);
  expect(cost('constructor')).toEqual([null]);
});

test("a seller's terms apply if the model has no rate of its own", () => {
  const terms = { rates: { fileSearchPer1k: 2, perContainer: 0.5 }, source: 'test', date: '2026-01-01' };
  const prices = {
    ...tableOf({
      'openai/m': { input: 1, output: 1 },
      'openai/own': { input: 1, output: 1, fileSearchPer1k: 8 },
    }),
    sellers: new Map([['openai', terms]]),
  };
  const usd = (model: string): number | null =>
    costOf({ ...million, input: 0, fileSearches: 1000, containers: 2 }, { model, prices }).usd;
  expect([usd('m'), usd('own')]).toEqual([3, 9]);
});

const tiered = tableOf({ 'openai/m': { input: 1, tiers: [{ above: 200_000, input: 2 }] } });
const sum = (fields: Partial<Usage>) => {
  const { usd, certainty, warnings } = costOf({ ...million, ...fields }, { model: 'm', prices: tiered });
  return [usd, certainty, warnings.length];
};

test('the context tier of summed requests is that of the single requests, and a bound if they are unknown', () => {
  expect(sum({})).toEqual([2, 'exact', 0]);
  expect(sum({ requests: 1 })).toEqual([2, 'exact', 0]);
  expect(sum({ requests: 10 })).toEqual([1, 'bound', 1]);
  expect(sum({ requests: 10, largestInput: 150_000 })).toEqual([1, 'exact', 0]);
  expect(sum({ requests: 10, largestInput: 250_000 })).toEqual([1, 'bound', 1]);
  expect(sum({ requests: 2, input: 200_000 })).toEqual([0.2, 'exact', 0]);
});

test('the rates of a call do not depend on the calls that were priced before it', () => {
  const price: ModelPrice = {
    input: 10,
    tiers: [{ above: 2_000_000, input: 20 }],
    history: [{ until: '2026-01-01', input: 1 }],
    serviceTiers: { flex: 0.5 },
  };
  const usages: readonly Partial<Usage>[] = [
    {},
    { serviceTier: 'flex' },
    { inferenceGeo: 'us' },
    { serviceTier: 'flex', inferenceGeo: 'us' },
    { serviceTier: 'standard', inferenceGeo: 'us undefined' },
    { serviceTier: 'standard us' },
    { serviceTier: 'unknown' },
    { input: 3_000_000 },
    { input: 3_000_000, requests: 2 },
  ];
  const calls = ['2025-06-01', '2026-06-01'].flatMap((at) => usages.map((usage) => ({ usage, at })));
  const priced =
    (prices = tableOf({ 'anthropic/m': price })) =>
    ({ usage, at }: (typeof calls)[number]) => {
      const { usd, because, certainty } = costOf({ ...million, ...usage }, { model: 'm', prices, at });
      return [usd, because, certainty];
    };
  const alone = calls.map((call) => priced()(call));
  expect(new Set(alone.map((each) => JSON.stringify(each))).size).toBeGreaterThan(8);
  expect(calls.map(priced())).toEqual(alone);
  expect(calls.toReversed().map(priced())).toEqual(alone.toReversed());
});
