import { expect, test } from 'vitest';
import { press } from '../../src/view/app/press.js';
import { withDialog } from '../../src/view/state/ui-state.js';
import { buildTrace } from '../support/trace-builder.js';
import { TestScreen } from './draw.js';

const events = buildTrace((t) =>
  t.stage('workflow', () => {
    for (const name of ['one', 'two', 'three', 'four', 'five'])
      t.node(name, {}, () => void t.set({ [`/${name}/out`]: { deep: name } }));
  }),
);

function click(at: TestScreen, text: string): TestScreen {
  // The header contains words that also occur as column headings.
  const y = at.lines().findIndex((line, i) => i > 0 && line.includes(text));
  const x = at.lines()[y]!.indexOf(text);
  at.ui = press(at.ui, { name: 'click', text: '', x, y }, at.run, at.viewport).ui;
  return at;
}

test.each([
  [120, 40],
  [80, 18],
  [60, 12],
])('a click selects a row, and a click on the selected row opens it, at %i×%i', (columns, rows) => {
  const at = new TestScreen(events, { columns, rows });
  expect(click(at, ' three').selected).toContain('three');
  expect(click(at, ' three').ui.screens).toEqual(['tree', 'inspector']);
});

test('clicks in the inspector select tabs, move the cursor and toggle rows', () => {
  const at = new TestScreen(events, { columns: 120 }).press('j', 'enter');
  expect(click(at, 'After').ui.tab).toBe('After');
  click(at, 'out:');
  expect(at.ui.pane.cursor).toBe('store/one/out');
  expect(click(at, 'out:').text()).not.toContain('deep: "one"');
  expect(click(at, 'out:').text()).toContain('deep: "one"');
});

test('a click outside of every target has no effect', () => {
  const at = new TestScreen(events);
  const before = at.ui;
  for (const y of [0, 1, 3, 30, 39, 400])
    expect(press(before, { name: 'click', text: '', x: 200, y }, at.run, at.viewport).ui).toEqual(before);
});

const mixed = buildTrace((t) =>
  t.stage('workflow', () => {
    for (const [name, ms] of [
      ['ask', 400],
      ['tell', 200],
      ['write', 100],
    ] as const)
      t.node(name, { nodeType: 'llm' }, () => void t.llm({ ms, input: 100, output: ms }));
  }),
);

test.each([
  [120, 40],
  [80, 18],
])('clicks on the view names switch the view, at %i×%i', (columns, rows) => {
  const at = new TestScreen(mixed, { columns, rows });
  for (const name of ['Flame', 'Table', 'Calls', 'Timeline'] as const)
    expect(click(at, name).ui.views.shown).toBe(name);
});

test.each([
  [120, 40],
  [80, 18],
  [60, 12],
])('clicks in the table and the calls select, open and sort, at %i×%i', (columns, rows) => {
  const table = new TestScreen(mixed, { columns, rows }).press('3');
  expect(click(table, ' tell').selected).toContain('tell');
  expect(click(table, ' tell').ui.screens).toEqual(['tree', 'inspector']);
  table.press('esc');
  expect(click(table, 'cost').ui.views.tableSort).toEqual({ column: 'cost', reversed: false });
  expect(click(table, 'cost').ui.views.tableSort).toEqual({ column: 'cost', reversed: true });
  expect(click(table, 'name').ui.views.tableSort).toEqual({ column: 'name', reversed: false });

  const calls = new TestScreen(mixed, { columns, rows }).press('4');
  const second = calls.lines().findIndex((line) => line.includes('$') && line.startsWith('❯')) + 1;
  const clickRow = () =>
    (calls.ui = press(calls.ui, { name: 'click', text: '', x: 10, y: second }, calls.run, calls.viewport).ui);
  clickRow();
  expect(calls.lines()[second]).toMatch(/^❯/);
  expect(clickRow().screens).toEqual(['tree', 'inspector']);
  calls.press('esc');
  expect(click(calls, ' out').ui.views.callSort).toEqual({ column: 'out', reversed: false });
});

test('a click on any column heading sorts by that column', () => {
  const table = new TestScreen(mixed).press('3');
  for (const column of ['count', 'total', 'self', 'p50', 'p95', 'tokens', 'cost'] as const)
    expect(click(table, `${column}`).ui.views.tableSort.column).toBe(column);
  const calls = new TestScreen(mixed).press('4');
  for (const [head, column] of [
    ['at ', 'time'],
    ['cached', 'cache read'],
    ['reason', 'reasoning'],
    ['tok/s', 'tok/s'],
  ])
    expect(click(calls, head!).ui.views.callSort.column).toBe(column);
});

test.each([
  [120, 40],
  [80, 18],
])('clicks in the flame select a frame and zoom into the selected one, at %i×%i', (columns, rows) => {
  const at = new TestScreen(mixed, { columns, rows }).press('2');
  click(at, ' tell');
  expect(at.lines().join()).toContain('❯tell');
  expect(click(at, '❯tell').ui.views.zoom).toEqual(['workflow', 'tell']);
  expect(click(at, '❯tell').ui.screens).toEqual(['tree', 'inspector']);
});

test("a click on a footer hint presses its key, and a click on a dialog's choice answers it", () => {
  const at = new TestScreen(mixed, { live: true });
  expect(click(at, 'time|cost|tokens').ui.metric).toBe('cost');
  expect(click(at, 'help').ui.screens).toEqual(['tree', 'help']);
  expect(click(at, 'Esc back').ui.screens).toEqual(['tree']);
  expect(
    press(
      at.ui,
      { name: 'click', text: '', x: at.lines().at(-1)!.indexOf('quit'), y: 39 },
      at.run,
      at.viewport,
    ).effects,
  ).toEqual([{ type: 'quit' }]);
  at.press('y');
  const path = press(
    at.ui,
    { name: 'click', text: '', x: at.lines().at(-1)!.indexOf('path'), y: 39 },
    at.run,
    at.viewport,
  );
  expect(path.effects).toMatchObject([{ type: 'copy', what: 'path' }]);
  expect(path.ui.prefix).toBe('');
});

test.each([
  [120, 40],
  [60, 12],
])("a dialog's choice is selected by a click, at %i×%i", (columns, rows) => {
  const at = new TestScreen(mixed, { columns, rows });
  at.ui = withDialog(at.ui, {
    title: 'Run it?',
    lines: ['It writes report.txt.'],
    choices: [
      { key: 'y', label: 'run it' },
      { key: 'n', label: 'do not' },
    ],
  });
  const y = at.lines().findIndex((line) => line.includes('do not'));
  const effectsAt = (x: number) =>
    press(at.ui, { name: 'click', text: '', x, y }, at.run, at.viewport).effects;
  expect(effectsAt(at.lines()[y]!.indexOf('do not'))).toEqual([{ type: 'answer', choice: 'n' }]);
  expect(effectsAt(at.lines()[y]!.indexOf('run it'))).toEqual([{ type: 'answer', choice: 'y' }]);
  expect([effectsAt(0), effectsAt(200)]).toEqual([[], []]);
});

test('the wheel scrolls by three rows, and M turns mouse support on and off', () => {
  const at = new TestScreen(events);
  expect(at.press('wheel-down').selected).toContain('three');
  expect(at.press('wheel-up').selected).toContain('workflow');
  expect(at.press('M', 'M').effects).toEqual([
    { type: 'mouse', on: true },
    { type: 'mouse', on: false },
  ]);
});
