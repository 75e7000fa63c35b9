import { expect, test } from 'vitest';
import { textSummary } from '../src/export/text-summary.js';
import { CriticalPath } from '../src/profile/analysis/critical-path.js';
import { Slack } from '../src/profile/analysis/slack.js';
import { summarize } from '../src/metrics/summary.js';
import { reduceEvents } from '../src/profile/run/profile.js';
import { testPrices } from './support/prices.js';
import { buildTrace } from './support/trace-builder.js';
import { TestScreen } from './view/draw.js';

/*
 * One run with everything that is easily miscounted. All numbers below were computed by hand from these facts and the
 * prices in support/prices.ts (USD per million tokens: sonnet 3 in, 0.30 cached, 15 out; mini 0.40 in, 1.60 out).
 *
 *    ms         what                                             tokens          USD
 *    0–100      read                                             –               –
 *    100–400    ask, attempt 1, thrown away: sonnet              1,000 + 100     0.003 + 0.0015            = 0.0045
 *    400–1100   ask, attempt 2: sonnet, 1,000 of them cached     2,000 + 200     0.003 + 0.0003 + 0.003    = 0.0063
 *    1100–1900  each, item 0: mini                               5,000 + 500     0.002 + 0.0008            = 0.0028
 *    1100–1500  each, item 1 (overlaps item 0): mini             2,500 + 250     0.001 + 0.0004            = 0.0014
 *    1900–2100  total: gpt-4.1, which reports a total only       700             unknown
 *    2100–2350  again, two visits of 100 and 150 ms              –               –
 *    2350–2400  risky fails, 2400–2500 rescue recovers           –               –
 *    2500–2700  late: gpt-4.1; usage and cost follow at 2750     1,000 + 100     0.005 (not 0.0028 by rates)
 *    2800       the end                                          13,350          0.0200 and the unknown part
 */
const events = buildTrace(
  (t) => {
    t.stage('workflow', () => {
      t.node('read', { nodeType: 'read-file' }, () => void t.wait(100));
      t.node('ask', { nodeType: 'llm' }, () =>
        t.phase('exec', () => {
          t.attempt(1, () => void t.llm({ ms: 300, input: 1000, output: 100, unusable: true }), {
            fails: 'The answer does not fit the schema.',
          });
          t.attempt(
            2,
            () =>
              void t.llm({
                ms: 700,
                input: 2000,
                output: 200,
                usage: { cacheRead: 1000 },
                firstTokenMs: 200,
              }),
          );
        }),
      );
      t.node('each', { nodeType: 'llm' }, () => {
        const mini = { provider: 'openai', model: 'gpt-4.1-mini' };
        const items = [0, 1].map((index) => t.open('item', 'each', { index, of: 2 }));
        const calls = items.map((parent) => t.open('llm', mini.model, { ...mini, parent }));
        const finish = (i: number, input: number, output: number) => {
          t.respond(calls[i]!, { model: mini.model, input, output });
          t.close(calls[i]!).close(items[i]!);
        };
        t.wait(400);
        finish(1, 2500, 250);
        t.wait(400);
        finish(0, 5000, 500);
      });
      t.node('total', { nodeType: 'llm' }, () =>
        t.llm({ ms: 200, provider: 'openai', model: 'gpt-4.1', usage: { total: 700 } }),
      );
      t.node('again', { visit: 1 }, () => void t.wait(100));
      t.node('again', { visit: 2 }, () => void t.wait(150));
      t.node('risky', { fails: 'no route to host' }, () => void t.wait(50));
      t.node('rescue', {}, () => void t.wait(100));
      let late = 0;
      t.node('late', { nodeType: 'llm' }, () => {
        late = t.llm({ ms: 200, provider: 'openai', model: 'gpt-4.1' });
      });
      t.wait(50);
      t.emit({
        type: 'llm.response',
        span: late,
        model: 'gpt-4.1',
        usage: {
          input: 1000,
          output: 100,
          total: 1100,
          reportedCostUsd: 0.005,
          source: 'test',
          convention: 'inclusive',
          warnings: [],
        },
        usageOrigin: 'reported',
      });
      t.wait(50);
    });
  },
  { name: 'golden' },
);
const state = reduceEvents(events, { prices: testPrices });

/** The cells of the rows of a list, from the line after its head, without the bars. */
function rowsOf(screen: TestScreen, columns: number, rows: number): string[][] {
  const from = screen.lines().findIndex((line) => / (node|name|at node) +/.test(line.replace('▲', ''))) + 1;
  return screen
    .lines()
    .slice(from, from + rows)
    .map((line) =>
      line
        .slice(1, columns)
        .replace('▾', ' ')
        .replace('▸', ' ')
        .trim()
        .split(/\s{2,}/),
    );
}

const screen = (...keys: string[]) => new TestScreen(events, { rows: 30 }).press(...keys);

test('the header shows the time, the tokens and the known cost as a lower bound', () => {
  expect(screen().lines()[0]).toBe(
    ' pflow ▸ golden   ✓ done, 3 warnings 00:02.8   13,350 tok   cost ≥ $0.0200 + unpriced   anthropic/claude-sonnet-4-5 + 2',
  );
});

test('the timeline shows the time, share, tokens and cost of every node', () => {
  expect(rowsOf(screen(), 63, 10)).toEqual([
    ['✓ workflow', '2.8s', '100', '13,350', '≥$0.0200'],
    ['✓ read', '100ms', '4', '–', '–'],
    ['✓ ask ↻2', '1.0s', '36', '3,300', '$0.0108'],
    ['✓ each ×2', '800ms', '29', '8,250', '$0.0042'],
    ['✓ total', '200ms', '7', '700', '?'],
    ['✓ again', '100ms', '4', '–', '–'],
    ['✓ again #2', '150ms', '5', '–', '–'],
    ['✗ risky', '50ms', '2', '–', '–'],
    ['✓ rescue', '100ms', '4', '–', '–'],
    ['✓ late', '200ms', '7', '1,100', '$0.0050'],
  ]);
});

test("the table shows each node's total time, self time, percentiles, tokens and cost over all visits", () => {
  expect(rowsOf(screen('3'), 101, 8)).toEqual([
    ['✓ ask', '1', '1.0s', '0s', '1.0s', '1.0s', '3,300', '$0.0108'],
    ['✓ each', '1', '800ms', '0s', '800ms', '800ms', '8,250', '$0.0042'],
    ['✓ again', '2', '250ms', '250ms', '100ms', '150ms', '–', '–'],
    ['✓ late', '1', '200ms', '0s', '200ms', '200ms', '1,100', '$0.0050'],
    ['✓ total', '1', '200ms', '0s', '200ms', '200ms', '700', '?'],
    ['✓ read', '1', '100ms', '100ms', '100ms', '100ms', '–', '–'],
    ['✓ rescue', '1', '100ms', '100ms', '100ms', '100ms', '–', '–'],
    ['✗ risky', '1', '50ms', '50ms', '50ms', '50ms', '–', '–'],
  ]);
});

test('the calls show tokens by kind, cost and speed, with the totals below', () => {
  const calls = screen('4');
  expect(rowsOf(calls, 120, 6)).toEqual([
    ['✗ 00:00.1 ask', 'claude-sonnet-4-5', '1,000', '–', '–', '100', '–', '↯$0.0045', '–', '333'],
    ['✓ 00:00.4 ask', 'claude-sonnet-4-5', '2,000', '1,000', '–', '200', '–', '$0.0063', '200ms', '400'],
    ['✓ 00:01.1 each', 'gpt-4.1-mini', '5,000', '–', '–', '500', '–', '$0.0028', '–', '625'],
    ['✓ 00:01.1 each', 'gpt-4.1-mini', '2,500', '–', '–', '250', '–', '$0.0014', '–', '625'],
    ['✓ 00:01.9 total', 'gpt-4.1', '–', '–', '–', '–', '–', '–', '–', '–'],
    ['✓ 00:02.5 late', 'gpt-4.1', '1,000', '–', '–', '100', '–', '$0.0050', '–', '500'],
  ]);
  expect(calls.line('6 calls · 11,500 in')).toContain(
    '6 calls · 11,500 in (1,000 cached) · 1,150 out · cost ≥ $0.0200 + unpriced',
  );
});

test('the item off the critical path has slack, and all other nodes are on the path', () => {
  const items = [...state.spans.values()].filter(({ kind }) => kind === 'item');
  const path = new CriticalPath(state);
  expect(items.map(({ id }) => path.includes(id))).toEqual([true, false]);
  expect(new Slack(state, path).of(items[1]!.id)).toBe(400);
  expect(path.length()).toBe(2800);
});

test('the summary shows the totals, the wasted cost, the savings and the longest nodes', () => {
  expect(textSummary(state)).toBe(
    [
      '✓ golden  done after 2.8s',
      '  cost      ≥ $0.0200 + unpriced, 13,350 tok, 6 calls',
      '  unpriced  gpt-4.1',
      '  wasted    $0.0045 on 1 answer thrown away',
      '  cache     saved $0.0027',
      '  critical  path 2.8s: ask 1.0s, each 800ms, again 250ms',
      '  slowest   ask 1.0s, each 800ms, again 250ms',
      '  costliest ask $0.0108, late $0.0050, each $0.0042',
      '  warning   total: The usage of gpt-4.1 is unknown: the response reports only a total.',
      '  warning   ask: It failed and the run continued: The answer does not fit the schema.',
      '  warning   risky: It failed and the run continued: no route to host',
    ].join('\n'),
  );
});

test('the JSON contains every figure, with null for unknown totals', () => {
  const cost = { cost_usd: null, partial_cost_usd: 0.02, unpriced_models: ['gpt-4.1'] };
  expect(summarize(state)).toEqual({
    result: null,
    is_error: false,
    warnings: [
      {
        code: 'usage_unknown',
        node: 'total',
        message: 'The usage of gpt-4.1 is unknown: the response reports only a total.',
      },
      {
        code: 'recovered',
        node: 'ask',
        message: 'It failed and the run continued: The answer does not fit the schema.',
      },
      { code: 'recovered', node: 'risky', message: 'It failed and the run continued: no route to host' },
    ],
    duration_ms: 2800,
    critical_path_ms: 2800,
    duration_planner_ms: null,
    total_cost_usd: null,
    partial_cost_usd: 0.02,
    unpriced_models: ['gpt-4.1'],
    num_nodes: 9,
    metrics: {
      workflow: {
        duration_ms: 2800,
        ...cost,
        node_timings: {
          read: 100,
          ask: 1000,
          each: 800,
          total: 200,
          again: 250,
          risky: 50,
          rescue: 100,
          late: 200,
        },
        node_usage: {
          ask: {
            calls: 2,
            cost_usd: 0.0108,
            tokens_input: 3000,
            tokens_output: 300,
            tokens_cache_read: 1000,
            tokens_total: 3300,
          },
          each: { calls: 2, cost_usd: 0.0042, tokens_input: 7500, tokens_output: 750, tokens_total: 8250 },
          total: {
            calls: 1,
            cost_usd: null,
            partial_cost_usd: 0,
            unpriced_models: ['gpt-4.1'],
            tokens_input: 0,
            tokens_output: 0,
            tokens_total: 700,
          },
          late: { calls: 1, cost_usd: 0.005, tokens_input: 1000, tokens_output: 100, tokens_total: 1100 },
        },
      },
      total: {
        duration_ms: 2800,
        ...cost,
        wasted_cost_usd: 0.0045,
        cache_saved_usd: 0.0027,
        tokens_cache_read: 1000,
        tokens_total: 13_350,
      },
    },
    trace_path: null,
  });
});
