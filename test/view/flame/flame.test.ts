import { expect, test } from 'vitest';
import { reduceEvents } from '../../../src/profile/run/profile.js';
import { flameBoxes } from '../../../src/view/flame/flame-layout.js';
import type { Metric } from '../../../src/view/state/ui-state.js';
import { testPrices } from '../../support/prices.js';
import { buildTrace, fixtureNames, readFixture, type TraceBuilder } from '../../support/trace-builder.js';
import { TestScreen } from '../draw.js';

function boxesFor(
  script: (t: TraceBuilder) => void,
  {
    zoom = [],
    metric = 'time',
    cells = 100,
  }: { zoom?: readonly string[]; metric?: Metric; cells?: number } = {},
) {
  const run = reduceEvents(buildTrace(script), { prices: testPrices });
  return flameBoxes(run, { zoom, metric, now: run.lastAt, cells }).map(
    ({ frame, hidden, level, from, to }) =>
      `${' '.repeat(level)}${frame ? frame.label || 'run' : `+${hidden}`} ${from}-${to}`,
  );
}

test('spans with the same path of names are merged into one frame, and frames are sorted by weight', () => {
  const boxes = boxesFor(
    (t) =>
      void t.stage('workflow', () => {
        t.node('short', {}, () => void t.wait(20));
        for (let visit = 1; visit <= 4; visit++) t.node('again', { visit }, () => void t.wait(20));
      }),
  );
  expect(boxes).toEqual(['run 0-100', ' workflow 0-100', '  again 0-80', '  short 80-100']);
});

test('attempts are frames of a node only when it has more than one', () => {
  const ask = (t: TraceBuilder, name: string, attempts: number) =>
    t.node(name, {}, () => {
      t.phase('exec', () => {
        for (let i = 1; i <= attempts; i++) t.attempt(i, () => void t.llm({ ms: 100, model: 'm' }));
      });
    });
  const boxes = boxesFor(
    (t) =>
      void t.stage('workflow', () => {
        ask(t, 'twice', 2);
        ask(t, 'once', 1);
      }),
    { cells: 90 },
  );
  expect(boxes).toEqual([
    'run 0-90',
    ' workflow 0-90',
    '  twice 0-60',
    '   attempt 1 0-30',
    '    m 0-30',
    '   attempt 2 30-60',
    '    m 30-60',
    '  once 60-90',
    '   m 60-90',
  ]);
});

test("a node's frame is as wide as the sum of its concurrent calls", () => {
  const script = (t: TraceBuilder) =>
    void t.stage('workflow', () => {
      t.node('parallel', {}, () => {
        const calls = [1, 2, 3].map(() => t.open('llm', 'm'));
        t.wait(100);
        for (const call of calls) t.close(call);
      });
      t.node('alone', {}, () => void t.wait(100));
    });
  expect(boxesFor(script)).toEqual([
    'run 0-100',
    ' workflow 0-100',
    '  parallel 0-75',
    '   m 0-75',
    '  alone 75-100',
  ]);
});

test('frames narrower than a cell are merged into one box of at least one cell', () => {
  const boxes = boxesFor(
    (t) =>
      void t.stage('workflow', () => {
        t.node('long', {}, () => void t.wait(10_000));
        for (let i = 0; i < 5; i++) t.node(`tiny-${i}`, {}, () => void t.wait(1));
      }),
  );
  expect(boxes.at(-1)).toBe('  +5 99-100');
});

test('by cost, the width of a frame is the cost of its calls, and frames without cost are omitted', () => {
  const boxes = boxesFor(
    (t) =>
      void t.stage('workflow', () => {
        t.node('dear', {}, () => void t.llm({ ms: 1, input: 3000, output: 0 }));
        t.node('cheap', {}, () => void t.llm({ ms: 500, input: 1000, output: 0 }));
        t.node('free', {}, () => void t.wait(900));
      }),
    { metric: 'cost', zoom: ['workflow'] },
  );
  expect(boxes).toEqual([
    'workflow 0-100',
    ' dear 0-75',
    '  claude-sonnet-4-5 0-75',
    ' cheap 75-100',
    '  claude-sonnet-4-5 75-100',
  ]);
});

test('zoom on a frame that does not exist falls back to its nearest existing ancestor', () => {
  const script = (t: TraceBuilder) =>
    void t.stage('workflow', () => void t.node('a', {}, () => void t.wait(1)));
  expect(boxesFor(script, { zoom: ['workflow', 'gone', 'deeper'] })[0]).toBe('workflow 0-100');
});

test.each(fixtureNames)(
  '%s: every flame box lies within the screen and is at least one cell wide',
  (name) => {
    const run = reduceEvents(readFixture(name), { prices: testPrices });
    for (const cells of [30, 100, 239]) {
      const boxes = flameBoxes(run, { zoom: [], metric: 'time', now: run.lastAt, cells });
      for (const box of boxes) {
        expect(box.from).toBeGreaterThanOrEqual(0);
        expect(box.to).toBeLessThanOrEqual(cells);
        expect(box.to).toBeGreaterThan(box.from);
      }
    }
  },
);

function parallelThenAlone(t: TraceBuilder): void {
  t.stage('workflow', () => {
    t.node('parallel', {}, () => {
      const calls = [1, 2, 3].map(() => t.open('llm', 'm'));
      t.wait(100);
      for (const call of calls) t.close(call);
    });
    t.node('alone', {}, () => void t.wait(100));
  });
}

test('the label of a frame is the quantity of its width: busy time adds concurrent calls up, wall time does not', () => {
  const run = reduceEvents(buildTrace(parallelThenAlone), { prices: testPrices });
  const widths = (wall: boolean) =>
    flameBoxes(run, { zoom: [], metric: 'time', wall, now: run.lastAt, cells: 100 }).map(
      ({ frame, from, to, value }) => `${frame!.label || 'run'} ${to - from} ${value}`,
    );
  expect(widths(false)).toEqual([
    'run 100 400',
    'workflow 100 400',
    'parallel 75 300',
    'm 75 300',
    'alone 25 100',
  ]);
  expect(widths(true)).toEqual([
    'run 100 200',
    'workflow 100 200',
    'alone 50 100',
    'parallel 50 100',
    'm 50 100',
  ]);
});

test('m cycles busy time, wall time, cost and tokens; the other time is next to the label', () => {
  const at = new TestScreen(buildTrace(parallelThenAlone)).press('2');
  const row = (text: string) =>
    at
      .lines()
      .filter((line) => line.includes(text))
      .map((line) => line.trim());
  expect(at.line('busy time (parallel calls add up)')).toBeTruthy();
  expect(row('300ms busy 75% · 100ms wall')).toHaveLength(2);
  expect(at.press('m').line('width: wall time')).toBeTruthy();
  expect(row('100ms wall 50% · 300ms busy')).toHaveLength(2);
  expect(at.press('m').line('width: cost')).toBeTruthy();
  expect(at.press('m').line('width: tokens')).toBeTruthy();
  expect(at.press('m').line('busy time (parallel calls add up)')).toBeTruthy();
});

test('a frame of several calls opens as their list, and Esc returns to the flame graph', () => {
  const at = new TestScreen(
    buildTrace((t) => {
      parallelThenAlone(t);
      t.stage('planner', () => void t.node('other', {}, () => void t.llm({ ms: 10, model: 'other-model' })));
    }),
  ).press('2', 'g', 'j', 'j', 'j');
  expect(at.press('enter').ui.views.shown).toBe('Calls');
  expect(at.line('calls of parallel ▸ m')).toBeTruthy();
  const listed = () => at.lines().filter((line) => / 00:00\.\d (?:parallel|other) /.test(line));
  expect(listed()).toHaveLength(3);
  expect(at.press('esc').ui.views).toMatchObject({ shown: 'Flame', callsOf: undefined });
  at.press('4');
  expect(listed()).toHaveLength(4);
});
