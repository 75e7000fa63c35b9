import { expect, test } from 'vitest';
import { createProfile, reduceEvents } from '../../src/profile/run/profile.js';
import { lineWidth } from '../../src/view/base/frame.js';
import { press } from '../../src/view/app/press.js';
import { listRows } from '../../src/view/tree/rows.js';
import { initialUi, tabs, type UiState } from '../../src/view/state/ui-state.js';
import { view } from '../../src/view/app/view.js';
import { testPrices } from '../support/prices.js';
import { buildTrace, fixtureNames, readFixture } from '../support/trace-builder.js';

const sizes = [
  [120, 40],
  [80, 24],
  [51, 18],
  [40, 10],
  [12, 4],
] as const;
const live = initialUi({ glyphs: 'unicode', reducedMotion: false, live: true });
const replay = initialUi({ glyphs: 'ascii', reducedMotion: true, live: false });

/** Renders at every size and returns the problems of each line. */
function problemsOf(run: Parameters<typeof view>[0], ui: UiState, now: number): string[] {
  return sizes.flatMap(([columns, rows]) => {
    const { lines } = view(run, ui, { now, columns, rows });
    const wrong = lines.flatMap((line, y) => {
      if (lineWidth(line) > columns)
        return [
          `line ${y} is ${lineWidth(line)} wide at ${columns}×${rows}: ${line.map(({ text }) => text).join('')}`,
        ];
      // oxlint-disable-next-line no-control-regex
      return line.some(({ text }) =>
        /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u200b\ufeff]/.test(text),
      )
        ? [`line ${y} has a control`]
        : [];
    });
    return lines.length === rows ? wrong : [...wrong, `${lines.length} lines at ${columns}×${rows}`];
  });
}

test.each(fixtureNames)('%s: every prefix of the trace fits the screen, live and replayed', (name) => {
  const profile = createProfile({ prices: testPrices });
  for (const event of readFixture(name)) {
    profile.apply(event);
    for (const ui of [live, replay]) {
      expect(problemsOf(profile.state, ui, profile.state.lastAt + 37)).toEqual([]);
    }
  }
});

test.each(fixtureNames)('%s: at every event the live frame equals the frame of the events so far', (name) => {
  const profile = createProfile({ prices: testPrices });
  const events = readFixture(name);
  const viewport = { now: 0, columns: 120, rows: 40 };
  events.forEach((event, i) => {
    profile.apply(event);
    // Reducing every prefix of a long trace is quadratic, so only about 60 prefixes are reduced from scratch.
    if (i % Math.ceil(events.length / 60) !== 0) return;
    const at = { ...viewport, now: profile.state.lastAt };
    const replayed = reduceEvents(events.slice(0, i + 1), { prices: testPrices });
    expect(view(profile.state, live, at)).toEqual(view(replayed, live, at));
  });
});

test.each(fixtureNames)('%s: every tab of every row fits the screen, collapsed and expanded', (name) => {
  const run = reduceEvents(readFixture(name), { prices: testPrices });
  const viewport = { now: run.lastAt, columns: 80, rows: 24 };
  const rows = listRows(run, press(replay, { name: 'E', text: 'E' }, run, viewport).ui);
  const some = rows.filter((_, i) => i % Math.ceil(rows.length / 20) === 0);
  for (const { key } of some) {
    for (const tab of tabs) {
      const ui: UiState = {
        ...replay,
        folds: { all: 'open', toggled: new Set() },
        selected: key,
        screens: ['tree', 'inspector'],
        tab,
      };
      const unfolded = press(ui, { name: 'E', text: 'E' }, run, viewport).ui;
      expect([...problemsOf(run, ui, run.lastAt), ...problemsOf(run, unfolded, run.lastAt)]).toEqual([]);
    }
  }
});

test('control characters in names, models, errors and logs of a trace cannot forge the screen', () => {
  const evil = 'a\x1b[2J\x1b]0;title\x07\r\n\u202egnp.exe\u200b\x9b31m漢字';
  const events = buildTrace(
    (t) => {
      t.stage('workflow', () => {
        t.plan([
          { id: evil, type: evil, purpose: evil },
          { id: 'waiting', type: evil, purpose: evil },
        ]);
        t.node(
          evil,
          { nodeType: evil, fails: { name: evil, message: evil, hint: evil, stack: evil } },
          () => {
            t.params({ [evil]: { template: evil, value: evil, from: [`/${evil}`] } });
            t.llm({ model: evil, provider: evil, prompt: evil, text: evil, input: 1, output: 1 });
            t.log(evil);
            t.set({ [`/${evil}`]: { [evil]: [evil, { $: 'function', name: evil }, { $: evil }] } });
          },
        );
      });
    },
    { name: evil, request: evil, model: { provider: evil, model: evil, reason: evil } },
  );
  const run = reduceEvents(events, { prices: testPrices });
  const opened: UiState = { ...live, folds: { all: 'open', toggled: new Set() } };
  expect(problemsOf(run, opened, run.lastAt)).toEqual([]);
  for (const { key } of listRows(run, opened)) {
    for (const tab of tabs) {
      const pane = { cursor: undefined, anchor: undefined, folds: opened.folds, find: evil };
      const ui: UiState = {
        ...opened,
        follow: false,
        selected: key,
        screens: ['tree', 'inspector'],
        tab,
        pane,
      };
      expect(problemsOf(run, ui, run.lastAt)).toEqual([]);
      expect(
        problemsOf(run, { ...ui, filter: evil, screens: [...ui.screens, 'search'] }, run.lastAt),
      ).toEqual([]);
    }
  }
  const nothingFound: UiState = { ...opened, filter: `\u007f${evil}`, screens: ['tree', 'search'] };
  expect(problemsOf(run, nothingFound, run.lastAt)).toEqual([]);
  const dialog = { title: evil, lines: [evil], choices: [{ key: 'y', label: evil }] };
  expect(problemsOf(run, { ...live, screens: ['tree', 'confirm'], dialog }, run.lastAt)).toEqual([]);
});

test.each(['unicode', 'ascii'] as const)(
  'control characters in names of stages and phases cannot forge the screen in %s glyphs',
  (glyphs) => {
    const evil = 'a\x1b]52;c;aGk=\x07\x8f\u202eb\u200b漢';
    const events = buildTrace((t) => {
      t.stage(evil as 'workflow', () => {
        t.node('n', {}, () => void t.phase(evil as 'exec', 1));
      });
    });
    const run = reduceEvents(events, { prices: testPrices });
    const ui: UiState = {
      ...initialUi({ glyphs, reducedMotion: true, live: false }),
      folds: { all: 'open', toggled: new Set() },
    };
    expect(problemsOf(run, ui, run.lastAt)).toEqual([]);
    for (const { key } of listRows(run, ui)) {
      const inspected: UiState = { ...ui, follow: false, selected: key, screens: ['tree', 'inspector'] };
      expect(problemsOf(run, inspected, run.lastAt)).toEqual([]);
    }
  },
);

test('a run with 10,000 nodes and a loop of 1,000 visits renders within the screen', () => {
  const events = buildTrace((t) => {
    t.stage('workflow', () => {
      for (let visit = 1; visit <= 1000; visit++) t.node('again', { visit }, () => void t.phase('exec', 1));
      for (let i = 0; i < 10_000; i++) t.node(`node-${i}`, {}, () => void t.wait(1));
    });
  });
  const run = reduceEvents(events, { prices: testPrices });
  const ui = press(live, { name: 'G', text: 'G' }, run, { now: run.lastAt, columns: 80, rows: 24 }).ui;
  expect(problemsOf(run, ui, run.lastAt)).toEqual([]);
  expect(listRows(run, ui)).toHaveLength(11_001);
});
