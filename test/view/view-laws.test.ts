import { expect, test } from 'vitest';
import { createProfile, reduceEvents } from '../../src/profile/run/profile.js';
import type { RunState } from '../../src/profile/run/run-state.js';
import { lineText, lineWidth } from '../../src/view/base/frame.js';
import { press } from '../../src/view/app/press.js';
import { initialUi, metrics, type UiState } from '../../src/view/state/ui-state.js';
import {
  callColumns,
  groupings,
  initialViews,
  tableColumns,
  views,
} from '../../src/view/state/view-state.js';
import { view } from '../../src/view/app/view.js';
import { testPrices } from '../support/prices.js';
import { buildTrace, fixtureNames, readFixture } from '../support/trace-builder.js';

const base = initialUi({ glyphs: 'unicode', reducedMotion: false, live: true });
const sizes = [
  [120, 40],
  [80, 24],
  [40, 10],
] as const;

/** Every view with every option that changes its content. */
const everyView: readonly UiState[] = [
  ...metrics.flatMap((metric) =>
    views.map((shown): UiState => ({ ...base, metric, views: { ...initialViews, shown } })),
  ),
  { ...base, views: { ...initialViews, window: { from: 100, to: 450 } } },
  { ...base, views: { ...initialViews, shown: 'Flame', zoom: ['workflow'] } },
  { ...base, views: { ...initialViews, shown: 'Flame', wall: true } },
  { ...base, views: { ...initialViews, range: { from: 50, to: 60, isOpen: true } } },
  { ...base, views: { ...initialViews, range: { from: 50, to: 300, isOpen: false } } },
  { ...base, folds: { all: 'open', toggled: new Set() } },
  ...groupings.map((grouping): UiState => ({
    ...base,
    views: { ...initialViews, shown: 'Table', grouping },
  })),
];

function problemsOf(run: RunState, ui: UiState, now: number): string[] {
  return sizes.flatMap(([columns, rows]) => {
    const { lines } = view(run, ui, { now, columns, rows });
    const wide = lines.filter((line) => lineWidth(line) > columns).map(lineText);
    return lines.length === rows ? wide : [...wide, `${lines.length} lines of ${rows}`];
  });
}

const frameText = (run: RunState, ui: UiState) =>
  JSON.stringify(view(run, ui, { now: run.lastAt, columns: 120, rows: 40 }).lines);

test.each(fixtureNames)('%s: every prefix of the trace fits the screen in every view', (name) => {
  const events = readFixture(name);
  const often = Math.ceil(events.length / 20);
  const profile = createProfile({ prices: testPrices });
  events.forEach((event, i) => {
    profile.apply(event);
    if (i % often !== 0) return;
    for (const ui of everyView) expect(problemsOf(profile.state, ui, profile.state.lastAt + 37)).toEqual([]);
  });
});

test.each(fixtureNames)('%s: in every view the live frame equals the frame of the events so far', (name) => {
  const events = readFixture(name);
  // Reducing every prefix of a long trace is quadratic, so only some prefixes are reduced from scratch.
  const often = Math.ceil(events.length / 20);
  const places = events.map((_, i) => i).filter((i) => i % often === 0 || i === events.length - 1);
  const profile = createProfile({ prices: testPrices });
  const live = new Map<number, string[]>();
  // All live frames are rendered first: rendering another run would discard this run's memoized results.
  events.forEach((event, i) => {
    profile.apply(event);
    if (places.includes(i))
      live.set(
        i,
        everyView.map((ui) => frameText(profile.state, ui)),
      );
  });
  for (const i of places) {
    const atOnce = reduceEvents(events.slice(0, i + 1), { prices: testPrices });
    expect(live.get(i)).toEqual(everyView.map((ui) => frameText(atOnce, ui)));
  }
});

test.each(fixtureNames)('%s: every sequence of keys leaves a frame that fits the screen', (name) => {
  const run = reduceEvents(readFixture(name), { prices: testPrices });
  const viewport = { now: run.lastAt, columns: 80, rows: 24 };
  const walks = ['1++aaddl-0', '2jjllh+j+--0', '2j0jjk', '3jjlllliivjvjkG', '4jllliGkv', '2mmm?jG'];
  for (const walk of walks) {
    let ui: UiState = { ...base, follow: false };
    for (const key of walk) {
      ui = press(ui, { name: key, text: key }, run, viewport).ui;
      expect(problemsOf(run, ui, run.lastAt)).toEqual([]);
    }
    ui = press(ui, { name: 'enter', text: '' }, run, viewport).ui;
    expect(problemsOf(run, ui, run.lastAt)).toEqual([]);
  }
});

test('sorting by every column in both directions renders a frame that fits the screen', () => {
  const run = reduceEvents(readFixture('retried'), { prices: testPrices });
  for (const reversed of [false, true]) {
    for (const column of tableColumns) {
      const sorted: UiState = {
        ...base,
        views: { ...initialViews, shown: 'Table', tableSort: { column, reversed } },
      };
      expect(problemsOf(run, sorted, run.lastAt)).toEqual([]);
    }
    for (const column of callColumns) {
      const sorted: UiState = {
        ...base,
        views: { ...initialViews, shown: 'Calls', callSort: { column, reversed } },
      };
      expect(problemsOf(run, sorted, run.lastAt)).toEqual([]);
    }
  }
});

test('control characters in names, types and models of a trace cannot forge any view', () => {
  const evil = 'a\x1b[2J\x1b]0;title\x07\r\n\u202egnp.exe\u200b\x9b31m漢字';
  const events = buildTrace(
    (t) =>
      void t.stage('workflow', () => {
        t.node(evil, { nodeType: evil }, () => {
          t.attempt(1, () => void t.llm({ model: evil, provider: evil, input: 1 }), { fails: evil });
          t.attempt(2, () => void t.llm({ model: evil, provider: evil, fails: evil }), { fails: evil });
        });
      }),
    { name: evil },
  );
  const run = reduceEvents(events, { prices: testPrices });
  for (const ui of everyView) {
    expect(problemsOf(run, ui, run.lastAt)).toEqual([]);
    const { lines } = view(run, ui, { now: run.lastAt, columns: 120, rows: 40 });
    // oxlint-disable-next-line no-control-regex
    expect(lines.map(lineText).join('')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u200b]/);
  }
});

test('every cell of every view is ASCII with ASCII glyphs', () => {
  const run = reduceEvents(readFixture('retried'), { prices: testPrices });
  for (const ui of everyView) {
    const ascii: UiState = { ...ui, look: { ...ui.look, glyphs: 'ascii' } };
    const { lines } = view(run, ascii, { now: run.lastAt, columns: 120, rows: 40 });
    expect(lines.map(lineText).join('')).toMatch(/^[ -~]*$/);
  }
});
