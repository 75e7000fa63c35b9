import { expect, test } from 'vitest';
import { createProfile } from '../../src/profile/run/profile.js';
import { estimateLimitMs } from '../../src/view/chrome/budget.js';
import { costRate, listSpending } from '../../src/view/chrome/cost-rate.js';
import { endText, titleText } from '../../src/view/chrome/notice.js';
import { testPrices } from '../support/prices.js';
import { buildTrace, type TraceBuilder } from '../support/trace-builder.js';
import { TestScreen } from './draw.js';

const plan = [
  { id: 'read', type: 'read-file' },
  { id: 'ask', type: 'llm' },
  { id: 'save', type: 'write-file' },
];

function twoOfThree(t: TraceBuilder): void {
  t.stage('workflow', () => {
    t.plan(plan);
    t.node('read', { nodeType: 'read-file' }, () => void t.llm({ ms: 1000, input: 10_000, output: 1000 }));
    t.node('ask', { nodeType: 'llm' }, () => void t.wait(9000));
  });
}

/** The run up to the start of its last node. */
function running(options: { now: number; limits?: Record<string, number>; columns?: number }) {
  const { limits, now, columns = 100 } = options;
  const flags = {
    simulated: false,
    capture: 'preview',
    redact: true,
    ...(limits ? { limits } : {}),
  } as const;
  const events = buildTrace(twoOfThree, { flags });
  const began = events.findIndex((event) => event.type === 'span.started' && event.name === 'ask');
  return new TestScreen(events.slice(0, began + 1), { live: true, now, columns, rows: 24 });
}

const rule = (screen: TestScreen) => screen.lines()[2]!;

test('the status line shows the running node with its duration, the progress and the spending rate', () => {
  expect(rule(running({ now: 7000 }))).toMatchInlineSnapshot(
    `"── now ask 6.0s · 1/3 nodes · $0.3857/min ──────────────────────────────────────────────────────────"`,
  );
});

test('the status line shows the cost per minute of the last minute and the average of the run', () => {
  const events = buildTrace(
    (t) => {
      const once = () => void t.llm({ ms: 1000, input: 10_000, output: 1000 });
      t.stage('workflow', () => {
        t.node('first', {}, once);
        t.wait(120_000);
        t.node('second', {}, once);
      });
    },
    { open: true },
  );
  const screen = new TestScreen(events, { live: true, now: 122_000, columns: 100, rows: 24 });
  const call = screen.run.totals.usd / 2;
  expect(costRate(screen.run, 122_000)).toEqual({ recent: call, average: (2 * call * 60_000) / 122_000 });
  expect(costRate(screen.run, 183_000).recent).toBe(0);
  expect(rule(screen)).toContain('$0.0450/min (average $0.0443)');
});

test('the spending rate of a run younger than a minute is its average', () => {
  const { recent, average } = costRate(running({ now: 7000 }).run, 7000);
  expect(recent).toBeCloseTo(average, 12);
});

test('the spending rate does not depend on earlier readings', () => {
  const events = buildTrace(twoOfThree);
  const profile = createProfile({ prices: testPrices });
  const seen = events.map((event) => {
    profile.apply(event);
    return costRate(profile.state, event.at);
  });
  expect(seen).toEqual(
    events.map((event, i) => costRate(new TestScreen(events.slice(0, i + 1)).run, event.at)),
  );
});

test('a run without new events is reported as quiet, unless it is paused', () => {
  expect(rule(running({ now: 20_000 }))).not.toContain('nothing new');
  expect(rule(running({ now: 46_000 }))).toContain('nothing new for 45s');
  const paused = buildTrace((t) => void t.control('paused'), { open: true });
  expect(rule(new TestScreen(paused, { live: true, now: 90_000 }))).not.toContain('nothing new');
});

test('a paused run shows its position and the keys that resume it', () => {
  const held = (change: 'paused' | 'breakpoint', reason?: string) =>
    rule(
      new TestScreen(
        buildTrace((t) => void t.control(change, reason), { open: true }),
        { live: true, columns: 80 },
      ),
    );
  expect(held('paused')).toContain('held before the next node · space resumes · o runs one node');
  expect(held('breakpoint', 'ask')).toContain('stopped at ask · space resumes · o runs one node');
});

test('the header shows a gauge of the limit that is closest to being reached', () => {
  const used = { maxCostUsd: 0.1, maxTokens: 100_000 };
  expect(running({ now: 4000, limits: used, columns: 120 }).lines()[0]).toContain(
    'budget ██████░░░░░░░░ 45%',
  );
  expect(running({ now: 7000, limits: used, columns: 100 }).lines()[0]).toContain('budget 45%');
  expect(running({ now: 7000, limits: { maxDurationMs: 7000 } }).lines()[0]).toContain('budget 100%');
  expect(running({ now: 7000 }).lines()[0]).not.toContain('budget');
});

test('the header shows the cost per minute with its course, and when the budget will be reached', () => {
  const limits = { maxCostUsd: 0.1 };
  const header = (columns: number, now = 7000) => running({ now, limits, columns }).lines()[0]!;
  expect(header(120)).toMatchInlineSnapshot(
    `" pflow ▸ test run   ⠋ running 00:07.0   11,000 tok   cost $0.0450   $0.3857/min █      budget ███░░░ 45% limit in ~8.6s"`,
  );
  expect(header(200)).toMatchInlineSnapshot(
    `" pflow ▸ test run                                                                           ⠋ running 00:07.0   11,000 tok   cost $0.0450   $0.3857/min █      budget ██████░░░░░░░░ 45% limit in ~8.6s"`,
  );
  expect(rule(running({ now: 7000, limits, columns: 80 }))).toContain('$0.3857/min · limit in ~8.6s');
  expect(rule(running({ now: 7000, limits, columns: 120 }))).not.toContain('/min');
  // At the rate of the last minute the limit is never reached.
  expect(header(120, 70_000)).not.toContain('limit in');
});

test('the time until a limit is that of the limit that is reached first, and is shown only on a basis', () => {
  const after = (now: number, limits: Record<string, number>) =>
    estimateLimitMs(running({ now, limits }).run, now);
  expect(after(4000, { maxCostUsd: 0.1 })).toBeUndefined();
  expect(after(10_000, { maxTokens: 22_000 })).toBe(10_000);
  expect(after(10_000, { maxTokens: 22_000, maxDurationMs: 12_000 })).toBe(2000);
  expect(after(10_000, { maxDurationMs: 9000 })).toBeUndefined();
  expect(after(10_000, {})).toBeUndefined();
});

test('the course of the spending has an interval of its own for each part of the run', () => {
  const events = buildTrace(
    (t) => {
      for (const ms of [1000, 3000, 1000])
        t.node('ask', {}, () => void t.llm({ ms, input: 10_000, output: 0 }));
    },
    { open: true },
  );
  const { run } = new TestScreen(events);
  const [once] = [run.totals.usd / 3];
  expect(listSpending(run, 5500, 6)).toEqual([0, once, 0, 0, once, once]);
  expect(listSpending(run, 6000, 6)).toEqual([once, 0, 2 * once, 0]);
  expect(listSpending(run, 6000, 6)).toEqual(listSpending(new TestScreen(events).run, 6000, 6));
});

test('Ctrl-C in a live run opens a dialog: y cancels and quits, s cancels and stays, n continues', () => {
  const asked = () => running({ now: 7000 }).press('ctrl+c');
  expect(asked().text()).toContain('Cancel the run?');
  expect(asked().effects).toEqual([]);
  expect(asked().press('y').effects).toEqual([{ type: 'cancel' }]);
  expect(asked().press('ctrl+c').effects).toEqual([{ type: 'cancel' }]);
  expect(asked().press('s').effects).toEqual([{ type: 'stop' }]);
  expect(asked().press('n').effects).toEqual([]);
  expect(asked().press('esc').ui.screens).toEqual(['tree']);
});

test('Ctrl-C while a dialog of the program is open cancels the run', () => {
  const screen = running({ now: 7000 });
  screen.ui = {
    ...screen.ui,
    screens: ['tree', 'confirm'],
    dialog: { title: 'Run it?', lines: [], choices: [] },
  };
  expect(screen.press('ctrl+c').effects).toEqual([{ type: 'cancel' }]);
});

test('space pauses and resumes, and o steps by one node', () => {
  expect(running({ now: 7000 }).press('space', 'o').effects).toEqual([{ type: 'pause' }, { type: 'step' }]);
});

test('b toggles a breakpoint on a node, also on a planned one', () => {
  const screen = running({ now: 7000 }).press('g', 'j', 'b');
  expect(screen.effects).toEqual([{ type: 'breakpoint', nodeId: 'read' }]);
  expect(screen.line('read ◉')).toContain('1.0s');
  screen.press('j', 'j', 'b');
  expect(screen.effects.at(-1)).toEqual({ type: 'breakpoint', nodeId: 'save' });
  expect(screen.line('save ◉')).toBeTruthy();
  screen.press('b');
  expect(screen.text()).not.toContain('save ◉');
  expect(screen.press('g', 'b').lines().at(-1)).toContain('Only a node can have a breakpoint.');
});

test('a recorded run can neither be paused nor stepped', () => {
  const recorded = new TestScreen(buildTrace(twoOfThree), { columns: 100 });
  expect(recorded.press('space', 'o', 'b').effects).toEqual([]);
});

test("the terminal title and the notification state the run's status as plain text", () => {
  const profile = createProfile({ prices: testPrices });
  const events = buildTrace(twoOfThree, { name: 'evil\x1b]52;c;x\x07\r\n\u202ename' });
  const titles = events.map((event) => {
    profile.apply(event);
    return titleText(profile.state);
  });
  expect([...new Set(titles)]).toMatchInlineSnapshot(`
    [
      "running - evil␛]52;c;x␇␍␊‹U+202E›name - pflow",
      "running 0/3 - evil␛]52;c;x␇␍␊‹U+202E›name - pflow",
      "running 1/3 - evil␛]52;c;x␇␍␊‹U+202E›name - pflow",
      "running 2/3 - evil␛]52;c;x␇␍␊‹U+202E›name - pflow",
      "done - evil␛]52;c;x␇␍␊‹U+202E›name - pflow",
    ]
  `);
  expect(endText(profile.state)).toMatchInlineSnapshot(
    `"evil␛]52;c;x␇␍␊‹U+202E›name: done after 10s, $0.0450"`,
  );
});
