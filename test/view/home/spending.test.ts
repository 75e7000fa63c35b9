/** The Spending tab of the home screen: its groups, keys and frames. */
import { expect, test } from 'vitest';
import { computeStats } from '../../../src/ledger/stats/compute-stats.js';
import { computeSpending } from '../../../src/ledger/stats/forecast.js';
import { computeBudgets } from '../../../src/ledger/stats/budgets.js';
import { lineText, lineWidth, type Frame } from '../../../src/view/base/frame.js';
import type { HomeData } from '../../../src/view/home/home-run.js';
import { askForSessions, initialHome, type HomeState } from '../../../src/view/home/home-state.js';
import { homeView } from '../../../src/view/home/home-view.js';
import { pressHome, type HomeEffect } from '../../../src/view/home/press-home.js';
import {
  dimensionsOf,
  spendingKeys,
  type SpendingData,
  type SpendingDimension,
} from '../../../src/view/home/spending-data.js';
import { callLine, ledgerOf } from '../../support/call-lines.js';
import { testPrices } from '../../support/prices.js';

const now = new Date('2026-11-28T18:00:00.000Z');
const at = (daysAgo: number) => new Date(now.getTime() - daysAgo * 86_400_000).toISOString();

/** 40 days of calls of runs, and sessions of a coding agent on a subscription and paid by call. */
function ledgerOfDays(): string {
  const calls = Array.from({ length: 40 }, (_, day) =>
    callLine({
      at: at(day),
      usd: 0.01 * ((day * 7) % 5),
      project: '/home/u/app',
      run: `run-${day}`,
      ms: 1000 + day,
    }),
  );
  const session = { source: 'session', workflow: 'Claude Code', ms: null } as const;
  return ledgerOf([
    ...calls,
    callLine({
      ...session,
      at: at(2),
      session: 's-1',
      tool: 'Read',
      plan: true,
      usd: 0.5,
      id: 's-1/1',
      run: 's-1',
    }),
    callLine({
      ...session,
      at: at(1),
      session: 's-\u001b[2J2',
      tool: 'Bash',
      usd: 0.25,
      id: 's-2/1',
      run: 's-2',
    }),
  ]);
}

function makeData(folder: string, more: Partial<SpendingData> = {}): HomeData {
  const month = computeSpending(folder, ['month'], { prices: testPrices, now }).month;
  const budgets = computeBudgets(folder, [{ usd: 5, per: 'month' }], { prices: testPrices, now });
  const known = new Map<SpendingDimension, SpendingData>();
  return {
    runs: [],
    workflows: [],
    loading: false,
    model: undefined,
    detail: () => ({}),
    spending(by) {
      const from = new Date(now.getTime() - 30 * 86_400_000);
      const spending = known.get(by) ?? {
        stats: computeStats(folder, {
          by: dimensionsOf(by),
          from,
          to: now,
          prices: testPrices,
          basis: 'recorded',
          timeZone: 'UTC',
        }),
        read: undefined,
        month,
        budgets,
        declined: false,
        nameSession: (id: string) => (id === 's-1' ? 'fix the login bug' : undefined),
        sessionLog: (id: string) => (id === 's-1' ? '/logs/s-1.jsonl' : undefined),
        ...more,
      };
      known.set(by, spending);
      return spending;
    },
  };
}

class Screen {
  home: HomeState = initialHome({ glyphs: 'unicode', reducedMotion: true });
  readonly effects: HomeEffect[] = [];
  constructor(
    readonly data: HomeData,
    readonly size = { columns: 120, rows: 30 },
  ) {}

  press(...names: string[]): this {
    for (const name of names) {
      const text = [...name].length === 1 ? name : '';
      const pressed = pressHome(this.home, { name, text }, this.data, { ...this.size, now: now.getTime() });
      this.home = pressed.home;
      this.effects.push(...pressed.effects);
    }
    return this;
  }

  lines(): string[] {
    return this.frame().lines.map((line) => lineText(line).trimEnd());
  }

  frame(): Frame {
    return homeView(this.data, this.home, { ...this.size, now: now.getTime() });
  }

  text(): string {
    return this.lines().join('\n');
  }
}

test('the spending is shown by model, with its cost over time, the month and the budgets', () => {
  const data = makeData(ledgerOfDays());
  expect(new Screen(data).press('2').text()).toMatchInlineSnapshot(`
    " pflow                                                                                                 this week 0 runs
     1 Runs  2 Spending  3 Workflows
       model              calls  tokens     cost  API-equivalent   p50   p95   p99  tok/s  Δ 30 days before  cost over time
       claude-sonnet-4-5     32   35.2k  $0.6045         $0.0045  1.0s  1.0s  1.0s     98            +202 %  ▄▆█▅▇▄▆█▅▇


    ── last 30 days · by model ·  d day m model w workflow n node p provider P project s session t tool v prompt ───────────
     $0.0400│ ▂ █  ▂ █  ▂ █  ▂ █  ▂ █  ▂ █
            │ █ █▄ █ █▄ █ █▄ █ █▄ █ █▄ █ █▇
          $0│ █▆██ █▆██ █▆██ █▆██ █▆██ █▆██│ a day each
     month so far $0.5645 → ~$0.6107 (at $0.0205 a day, the mean of 28 days)
     tokens: 32.0k input + 3,200 output = 35,200
     on a subscription: 1 call, API-equivalent $0.0045, not in the cost
     the 30 days before: 9 calls, $0.2000 (now +202 %)
     budget $5.00 a month  ██░░░░░░░░░░░░░░░░░░  $0.5600 spent (11 %), on course for $0.6058 (at $0.0204 a day, the mean of…














     : request or command  ? help  / search  1…3 runs|spending|workflows  q quit"
  `);
});

test('a wide screen has the chart to the right of the groups, a small one keeps the groups', () => {
  const data = makeData(ledgerOfDays());
  expect(new Screen(data, { columns: 200, rows: 50 }).press('2').lines().slice(0, 14).join('\n'))
    .toMatchInlineSnapshot(`
    " pflow                                                                                                                                                                                 this week 0 runs
     1 Runs  2 Spending  3 Workflows
       model              calls  tokens     cost  API-equivalent   p50   p95  tok/s  Δ 30 days before   │ ── last 30 days · by model ·  d day m model w workflow n node p provider P project s session t… ──
       claude-sonnet-4-5     32   35.2k  $0.6045         $0.0045  1.0s  1.0s     98            +202 %   │  $0.0400│ ▂ █  ▂ █  ▂ █  ▂ █  ▂ █  ▂ █
                                                                                                        │         │ █ █▄ █ █▄ █ █▄ █ █▄ █ █▄ █ █▇
                                                                                                        │       $0│ █▆██ █▆██ █▆██ █▆██ █▆██ █▆██│ a day each
                                                                                                        │  month so far $0.5645 → ~$0.6107 (at $0.0205 a day, the mean of 28 days)
                                                                                                        │  tokens: 32.0k input + 3,200 output = 35,200
                                                                                                        │  on a subscription: 1 call, API-equivalent $0.0045, not in the cost
                                                                                                        │  the 30 days before: 9 calls, $0.2000 (now +202 %)
                                                                                                        │  budget $5.00 a month  ██░░░░░░░░░░░░░░░░░░  $0.5600 spent (11 %), on course for $0.6058 (at $0.0…
                                                                                                        │
                                                                                                        │
                                                                                                        │"
  `);
  expect(new Screen(data, { columns: 80, rows: 24 }).press('w').text()).toMatchInlineSnapshot(`
    " pflow                                                         this week 0 runs
     1 Runs  2 Spending  3 Workflows
       workflow     calls  tokens     cost  API-equivalent   p50   p95
       wf              30   33.0k  $0.6000                  1.0s  1.0s
       Claude Code      2   2,200  $0.0045         $0.0045

    ── last 30 days · by workflow ·  d day m model w workflow n node p provider P ──
     $0.0400│ ▂ █  ▂ █  ▂ █  ▂ █  ▂ █  ▂ █
            │ █ █▄ █ █▄ █ █▄ █ █▄ █ █▄ █ █▇
          $0│ █▆██ █▆██ █▆██ █▆██ █▆██ █▆██│ a day each
     month so far $0.5645 → ~$0.6107 (at $0.0205 a day, the mean of 28 days)
     tokens: 32.0k input + 3,200 output = 35,200
     on a subscription: 1 call, API-equivalent $0.0045, not in the cost
     the 30 days before: 9 calls, $0.2000 (now +202 %)
     budget $5.00 a month  ██░░░░░░░░░░░░░░░░░░  $0.5600 spent (11 %), on course fo…








     : request or command  ? help  / search  1…3 runs|spending|workflows  q quit"
  `);
  expect(new Screen(data, { columns: 40, rows: 10 }).press('m').text()).toMatchInlineSnapshot(`
    " pflow                 this week 0 runs
       model              calls  tokens    …
       claude-sonnet-4-5     32   35.2k  $0…






     : request or command  ? help  q quit"
  `);
});

test('each key groups the spending again, also from another tab, and the sums stay the same', () => {
  const data = makeData(ledgerOfDays());
  for (const [key, by] of Object.entries(spendingKeys)) {
    const screen = new Screen(data).press(key);
    expect(screen.home).toMatchObject({ tab: 'Spending', by });
    expect(screen.text()).toContain(`by ${by}`);
    const { groups, total } = data.spending(by)!.stats!;
    const sum = groups.reduce((usd, group) => usd + group.now.totals.usd, 0);
    expect(sum).toBeCloseTo(total.now.totals.usd, 9);
    expect(groups.reduce((usd, group) => usd + group.now.plan.usd, 0)).toBeCloseTo(total.now.plan.usd, 9);
    expect(total.now.plan.usd).toBeGreaterThan(0);
  }
});

test('⏎ on a session opens its log; calls of runs have none, and no text of a log reaches the terminal as a control character', () => {
  const data = makeData(ledgerOfDays());
  const screen = new Screen(data).press('s');
  const text = screen.text();
  expect(text).toContain('fix the login bug');
  // eslint-disable-next-line no-control-regex
  expect(text.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
  const row = data.spending('session')!.stats!.groups.findIndex(({ now: { keys } }) => keys[0] === 's-1');
  screen.press(...Array.from({ length: row }, () => 'down'), 'enter');
  expect(screen.effects).toEqual([{ type: 'open-log', path: '/logs/s-1.jsonl' }]);
  expect(new Screen(data).press('m', 'enter').home.toast).toContain('a session of a coding agent (s)');
});

test('⏎ on a version of a prompt shows what it changed', () => {
  const data = makeData(ledgerOf([callLine({ at: at(1), node: 'ask', prompt: '0123456789ab' })]));
  const screen = new Screen(data).press('v');
  expect(screen.text()).toMatch(/ask +0123456789ab/);
  expect(screen.press('enter').effects).toEqual([{ type: 'prompt-diff', hash: '0123456789ab' }]);
  const without = new Screen(makeData(ledgerOf([callLine({ at: at(1) })]))).press('v', 'enter');
  expect(without.home.toast).toBe('These calls have no prompt of a node.');
});

test.each([
  [200, 50],
  [120, 40],
  [80, 24],
  [40, 10],
])('no frame of the spending is wider or higher than %i × %i', (columns, rows) => {
  const data = makeData(ledgerOfDays());
  for (const key of Object.keys(spendingKeys)) {
    const { lines } = new Screen(data, { columns, rows }).press(key).frame();
    expect(lines).toHaveLength(rows);
    expect(Math.max(...lines.map(lineWidth))).toBeLessThanOrEqual(columns);
  }
});

test('the filter selects groups by their names', () => {
  const screen = new Screen(makeData(ledgerOfDays())).press('s', '/', ...'login', 'enter');
  const rows = screen.lines().slice(3, 6);
  expect(rows[0]).toContain('fix the login bug');
  expect(rows[1]).toBe('');
});

test('y and n answer the question whether to read session logs, Esc does not', () => {
  const data = makeData(ledgerOf([]));
  const ask = () => {
    const screen = new Screen(data, { columns: 80, rows: 24 });
    screen.home = askForSessions(screen.home, [
      { title: 'Claude Code', logs: 12 },
      { title: 'Codex', logs: 1 },
    ]);
    return screen;
  };
  const text = ask().text();
  for (const part of ['Claude Code: 12 logs, Codex: 1 log', 'nothing is copied or sent', 'read them'])
    expect(text).toContain(part);
  expect(ask().press('y')).toMatchObject({
    home: { tab: 'Spending' },
    effects: [{ type: 'sessions', allowed: true }],
  });
  expect(ask().press('n')).toMatchObject({
    home: { tab: 'Runs' },
    effects: [{ type: 'sessions', allowed: false }],
  });
  expect(ask().press('esc')).toMatchObject({ home: { screens: ['home'] }, effects: [] });
});

test('what is not known yet is not shown as nothing', () => {
  const folder = ledgerOf([]);
  const computing = new Screen(makeData(folder, { stats: undefined, read: 0.42 })).press('2').text();
  expect(computing).toContain('Adding up the calls');
  expect(computing).toContain('reading session logs 42 %');
  expect(new Screen(makeData(folder)).press('2').text()).toContain('No model was called in the last 30 days');
  expect(new Screen(makeData(folder, { declined: true })).press('2').text()).toContain('are not read');
});
