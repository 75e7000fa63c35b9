import fc from 'fast-check';
import { expect, test } from 'vitest';
import { aggregateCalls, type CallGroup } from '../../../src/ledger/stats/aggregate-calls.js';
import type { Dimension } from '../../../src/ledger/stats/group-key.js';
import type { CallLine } from '../../../src/ledger/files/ledger-line.js';
import { priceCallLine, toCall } from '../../../src/ledger/prices/price-call-line.js';
import { createSharePricer } from '../../../src/ledger/prices/price-share.js';
import { loadPrices } from '../../../src/pricing/table/load-prices.js';
import { computeShare } from '../../../src/profile/run/totals.js';
import { callLine, ledgerOf } from '../../support/call-lines.js';
import { testPrices } from '../../support/prices.js';

const { prices } = loadPrices({ overridePath: '/nowhere/pricing.json' });

function group(calls: readonly CallLine[], by: readonly Dimension[], options: object = {}): CallGroup[] {
  const [groups] = aggregateCalls(ledgerOf(calls), [by], { prices: testPrices, ...options });
  return groups!;
}

const keysOf = (groups: readonly CallGroup[]) =>
  groups.map(({ keys, totals }) => `${keys.join(' ')}: ${totals.calls}`);

test('calls are grouped by any dimensions, with totals for each group', () => {
  const calls = [
    callLine({ node: 'a', tags: { team: 'x' } }),
    callLine({ node: 'b', run: 'run-2', status: 'failed', wasted: true }),
    callLine({ node: 'a', workflow: 'other', tags: { team: 'y' } }),
    callLine({ model: 'gpt-4.1', provider: 'openai' }),
  ];
  expect(keysOf(group(calls, ['workflow', 'node']))).toEqual([
    'wf a: 1',
    'wf b: 1',
    'other a: 1',
    'wf ask: 1',
  ]);
  expect(keysOf(group(calls, ['provider', 'model']))).toEqual([
    'anthropic claude-sonnet-4-5: 3',
    'openai gpt-4.1: 1',
  ]);
  expect(keysOf(group(calls, ['tag:team']))).toEqual(['x: 1', ': 2', 'y: 1']);
  const [all] = group(calls, []);
  expect(all).toMatchObject({ keys: [], runs: 2, failed: 1, wasted: 1, totals: { calls: 4, tokens: 4400 } });
  expect(all!.totals.usd).toBeCloseTo(3 * 0.0045 + 0.0028, 12);
  expect(all!.totals.wastedUsd).toBeCloseTo(0.0045, 12);
});

test("days are those of the user's time zone, or of the requested time zone", () => {
  const at = '2026-01-15T23:30:00.000Z';
  const calls = [
    callLine({ at, tz: 'Europe/Berlin' }),
    callLine({ at, tz: 'America/New_York' }),
    callLine({ at, tz: 'Asia/Kathmandu' }),
    callLine({ at: '2026-01-15T18:10:00.000Z', tz: 'Asia/Kathmandu' }),
    callLine({ at: '2026-01-15T18:20:00.000Z', tz: 'Asia/Kathmandu' }),
  ];
  expect(keysOf(group(calls, ['day']))).toEqual(['2026-01-16: 3', '2026-01-15: 2']);
  expect(keysOf(group(calls, ['day'], { timeZone: 'UTC' }))).toEqual(['2026-01-15: 5']);
  expect(keysOf(group(calls, ['week', 'month'], { timeZone: 'UTC' }))).toEqual(['2026-01-12 2026-01: 5']);
});

test('quantiles are measured values, and unfinished calls are excluded', () => {
  const calls = Array.from({ length: 100 }, (_, i) => callLine({ ms: 100 - i, firstTokenMs: i + 1 }));
  const [all] = group([...calls, callLine({ ms: null, status: 'unfinished' })], []);
  expect(all).toMatchObject({
    ms: { p50: 50, p95: 95, p99: 99 },
    firstTokenMs: { p50: 50, p95: 95, p99: 99 },
  });
  expect(group([callLine({ ms: null })], [])[0]!.ms).toBeUndefined();
});

test('a reported cost takes precedence, a subscription is totalled separately, and a replayed call costs nothing', () => {
  const [all] = group(
    [
      callLine({ reported: { usd: 1 } }),
      callLine({ plan: true }),
      callLine({ source: 'replayed' }),
      callLine({ model: 'unheard-of-1' }),
    ],
    [],
  );
  expect(all!.totals).toMatchObject({ calls: 4, usd: 1, unpriced: ['unheard-of-1'] });
  expect(all!.plan.calls).toBe(1);
  expect(all!.plan.usd).toBeCloseTo(0.0045, 12);
  expect(all!.recordedUsd).toBeCloseTo(0.0045, 12);
});

test('only calls in the range that match the condition are counted, each once', () => {
  const calls = ['2026-01-31T23:59:59.999Z', '2026-02-01T00:00:00.000Z', '2026-03-01T00:00:00.000Z'].map(
    (at) => callLine({ at }),
  );
  const range = { from: new Date('2026-02-01T00:00:00Z'), to: new Date('2026-03-01T00:00:00Z') };
  expect(keysOf(group([...calls, ...calls], ['month'], { ...range, timeZone: 'UTC' }))).toEqual([
    '2026-02: 1',
  ]);
  expect(group(calls, [], { where: ({ at }: CallLine) => at > '2026-02' })[0]!.totals.calls).toBe(2);
});

test('several groupings are computed in one pass over the ledger', () => {
  const folder = ledgerOf([callLine({ node: 'a' }), callLine({ node: 'b' })]);
  const [byNode, byModel] = aggregateCalls(folder, [['node'], ['model']], { prices: testPrices });
  expect([keysOf(byNode!), keysOf(byModel!)]).toEqual([['a: 1', 'b: 1'], ['claude-sonnet-4-5: 2']]);
});

const models = [...prices.models.keys()].map((key) => [
  key.slice(0, key.indexOf('/')),
  key.slice(key.indexOf('/') + 1),
]) as [string, string][];
const tokens = fc.oneof(fc.nat(100), fc.nat(300_000));

test('the share pricer computes the exact price of a call, for all models of the table, sizes and days', () => {
  const price = createSharePricer(prices);
  const line = fc.record({
    model: fc.constantFrom(...models, ['openai', 'unheard-of-1'] as [string, string]),
    at: fc.date({ min: new Date('2024-01-01'), max: new Date('2027-01-01'), noInvalidDate: true }),
    usages: fc.array(
      fc.record(
        {
          input: tokens,
          output: tokens,
          cacheRead: fc.nat(100),
          cacheWrite: fc.nat(100),
          cacheWrite1h: fc.nat(50),
          reasoning: fc.nat(100),
          serviceTier: fc.constantFrom('flex', 'default'),
        },
        { requiredKeys: ['input', 'output'] },
      ),
      { minLength: 1, maxLength: 8 },
    ),
    wasted: fc.boolean(),
    estimated: fc.boolean(),
  });
  const names = ['usd', 'wastedUsd', 'cacheSavedUsd', 'cachePenaltyUsd'] as const;
  fc.assert(
    fc.property(line, ({ model: [provider, model], at, usages, wasted, estimated }) => {
      for (const usage of usages) {
        const one = callLine({
          provider,
          model,
          at: at.toISOString(),
          usages: [{ model, usage }],
          ...(wasted ? { wasted } : {}),
          ...(estimated ? { estimated } : {}),
        });
        const exact = computeShare(toCall(one, priceCallLine(one, prices)));
        const { share } = price(one);
        expect(names.filter((name) => !(Math.abs(share[name] - exact[name]) <= 1e-12))).toEqual([]);
        const round = (each: typeof share) => ({
          ...each,
          usd: 0,
          wastedUsd: 0,
          cacheSavedUsd: 0,
          cachePenaltyUsd: 0,
        });
        expect(round(share)).toEqual(round(exact));
      }
    }),
    { numRuns: 1500 },
  );
});
