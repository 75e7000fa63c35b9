import { expect, test } from 'vitest';
import { statsToCsv, statsToJson } from '../../src/export/stats/stats-data.js';
import { formatStatusline } from '../../src/export/stats/statusline.js';
import { tabulateStats } from '../../src/ledger/describe/stats-table.js';
import { chartCosts, describeQuery, describeTotals } from '../../src/ledger/describe/stats-text.js';
import { computeSpending } from '../../src/ledger/stats/forecast.js';
import type { CallLine } from '../../src/ledger/files/ledger-line.js';
import { computeStats, type StatsQuery } from '../../src/ledger/stats/compute-stats.js';
import { mergeValues, plotLine, plotLines } from '../../src/lib/text/plot.js';
import { callLine, ledgerOf } from '../support/call-lines.js';
import { testPrices } from '../support/prices.js';

const calls: readonly CallLine[] = [
  ...[1, 2, 3, 4].map((day) =>
    callLine({
      at: `2026-03-0${day}T12:00:00.000Z`,
      usd: day,
      ms: 1000 * day,
      firstTokenMs: 100 * day,
      usages: [
        { model: 'claude-sonnet-4-5', usage: { input: 1000, cacheRead: 600, output: 100, reasoning: 40 } },
      ],
    }),
  ),
  callLine({ at: '2026-02-27T12:00:00.000Z', usd: 8 }),
  callLine({
    at: '2026-03-02T12:00:00.000Z',
    provider: 'openai',
    model: 'gpt-4.1',
    usd: 0.5,
    status: 'failed',
    wasted: true,
    attempt: 2,
    estimated: true,
  }),
  callLine({ at: '2026-03-03T12:00:00.000Z', model: 'unheard-of-1', usd: null }),
  callLine({ at: '2026-03-03T12:00:00.000Z', model: 'claude-sub', plan: true, usd: 2 }),
  callLine({ at: '2026-03-04T12:00:00.000Z', source: 'replayed', usd: 0, recordedUsd: 3, ms: 5 }),
];

function statsOf(query: Partial<StatsQuery> = {}, lines: readonly CallLine[] = calls) {
  return computeStats(ledgerOf(lines), {
    by: ['model'],
    from: new Date('2026-03-01T00:00:00Z'),
    to: new Date('2026-03-05T00:00:00Z'),
    prices: testPrices,
    basis: 'recorded',
    timeZone: 'UTC',
    ...query,
  });
}

test('the table has the figures of each group, the totals, and no empty column', () => {
  const { rows, right } = tabulateStats(statsOf());
  expect(rows.map((cells) => cells.join(' | ')).join('\n')).toMatchInlineSnapshot(`
    "model | calls | tokens | cost | API-equivalent | cached | p50 | p95 | p99 | first token | tok/s | failed | retries | wasted | Δ 4 days before | cost over time
    claude-sonnet-4-5 | 5 | 5,500 | $10.00 |  | 48 % | 2.0s | 4.0s | 4.0s | 200ms / 400ms | 40 |  |  |  | +25 % | ▂▄▆█
    claude-sub | 1 | 1,100 |  | $2.00 |  | 100ms | 100ms | 100ms |  | 1000 |  |  |  |  | 
    gpt-4.1 | 1 | ~1,100 | ~$0.5000 |  |  | 100ms | 100ms | 100ms |  |  | 100 % | 1 | $0.5000 |  |  █
    unheard-of-1 | 1 | 1,100 | ? |  |  | 100ms | 100ms | 100ms |  | 1000 |  |  |  |  | 
    total | 8 | ~8,800 | ≥~$10.50 | $2.00 | 30 % | 1.0s | 4.0s | 4.0s | 200ms / 400ms | 59 | 13 % | 1 | $0.5000 | +31 % | ▂▅▆█"
  `);
  expect(right).not.toContain(0);
});

test('a narrow terminal drops columns, but never the calls, tokens and cost', () => {
  const widths = [130, 90, 60, 10].map((width) => tabulateStats(statsOf(), { width }).rows[0]!.join(' '));
  expect(widths).toMatchInlineSnapshot(`
    [
      "model calls tokens cost API-equivalent cached p50 p95 first token tok/s failed Δ 4 days before",
      "model calls tokens cost API-equivalent cached p50 p95 failed",
      "model calls tokens cost p50",
      "model calls tokens cost",
    ]
  `);
});

test('the text names the range, the prices, the tokens by kind, and what is not part of the cost', () => {
  const stats = statsOf();
  expect([describeQuery(stats), ...chartCosts(stats), ...describeTotals(stats)].join('\n'))
    .toMatchInlineSnapshot(`
    "2026-03-01 00:00 to 2026-03-05 00:00 UTC · by model · costs as recorded
    $4.00│  ▂█
         │ ▇██
       $0│▆███│ a day each
    tokens: 8,000 input (30 % read from the cache) + 800 output (160 reasoning) = ~8,800
    cache: $0.0065 saved
    on a subscription: 1 call, API-equivalent $2.00, not in the cost
    replayed from recordings, not paid: $3.00
    no price known for unheard-of-1
    the 4 days before: 1 call, $8.00 (now +31 %)"
  `);
});

test('JSON has null where a cost is unknown, and subscriptions apart', () => {
  const json = statsToJson(statsOf()) as { groups: Record<string, unknown>[]; total: object };
  expect(json).toMatchObject({ by: ['model'], prices: 'recorded', before_is: 'period', time_zone: 'UTC' });
  const byModel = new Map(json.groups.map((group) => [group['model'], group]));
  expect(byModel.get('unheard-of-1')).toMatchObject({
    cost_usd: null,
    partial_cost_usd: 0,
    cost_certainty: 'unknown',
    unpriced_models: ['unheard-of-1'],
  });
  expect(byModel.get('claude-sub')).toMatchObject({
    cost_usd: 0,
    subscription_calls: 1,
    api_equivalent_usd: 2,
  });
  expect(byModel.get('gpt-4.1')).toMatchObject({
    cost_usd: 0.5,
    cost_certainty: 'estimated',
    wasted_cost_usd: 0.5,
    retries: 1,
    failed: 1,
  });
  expect(byModel.get('claude-sonnet-4-5')).toMatchObject({
    cost_usd: 10,
    cache_share: 0.48,
    duration_ms: { p50: 2000, p95: 4000, p99: 4000 },
    first_token_ms: { p50: 200, p95: 400, p99: 400 },
    replayed_cost_usd: 3,
    cost_by_period_usd: [1, 2, 3, 4],
    before: { calls: 1, cost_usd: 8 },
  });
  expect(json.total).toMatchObject({ calls: 8, cost_usd: null, partial_cost_usd: 10.5 });
});

test('CSV quotes names, leaves unknown values empty, and keeps spreadsheets from evaluating names', () => {
  const csv = statsToCsv(
    statsOf({ by: ['workflow', 'node'] }, [
      callLine({ at: '2026-03-02T00:00:00.000Z', workflow: 'a "b", c', node: '=HYPERLINK("x")', usd: null }),
    ]),
  );
  const [headings, row, end] = csv.split('\n');
  expect(row!.startsWith(`"a ""b"", c","'=HYPERLINK(""x"")",1,1,0,`)).toBe(true);
  const places = new Map(headings!.split(',').map((name, i) => [name, i]));
  const cells = row!.replace(/^".*?",".*?",/, 'w,n,').split(',');
  expect(cells).toHaveLength(places.size);
  expect(cells[places.get('cost_usd')!]).toBe('');
  expect(cells[places.get('tokens_total')!]).toBe('1100');
  expect(end).toBe('');
});

test('a ledger without calls has totals of zero and no groups', () => {
  const stats = statsOf({}, []);
  expect(stats.groups).toEqual([]);
  expect(stats.total.now.totals.calls).toBe(0);
  expect(chartCosts(stats)).toEqual([]);
});

test('the status line has what was spent today and this month, the forecast, and subscriptions apart', () => {
  const now = new Date(2026, 2, 15, 12);
  const line = (fields: Partial<CallLine>[]) =>
    formatStatusline(
      computeSpending(ledgerOf(fields.map(callLine)), ['day', 'month'], { prices: testPrices, now }),
    );
  const at = (day: number) => new Date(2026, 2, day, 10).toISOString();
  expect(line([])).toBe('today $0 · month $0');
  expect(
    line([
      { at: at(1), usd: 3 },
      { at: at(15), usd: 0.11 },
    ]),
  ).toMatch(/^today \$0\.1100 · month \$3\.11 → ~\$6\.\d\d$/);
  expect(
    line([
      { at: at(15), plan: true, usd: 2 },
      { at: at(15), usd: null },
    ]),
  ).toBe('today ? (+ $2.00 API-equivalent) · month ? (+ $2.00 API-equivalent)');
});

test('plots are relative to the largest value, show what is above zero, and merge neighbours from the end', () => {
  expect(plotLine([0, 1, 4, 8])).toBe(' ▁▄█');
  expect(plotLine([0, 0])).toBe('  ');
  expect(plotLine([1e-9, 1])).toBe('▁█');
  expect(plotLines([1, 8, 16], 2)).toEqual(['  █', '▁██']);
  expect(mergeValues([1, 2, 3, 4, 5], 2)).toEqual([3, 12]);
  expect(mergeValues([1, 2], 5)).toEqual([1, 2]);
});
