import { expect, test } from 'vitest';
import { press } from '../../src/view/press.js';
import { buildTrace } from '../support/trace-builder.js';
import { TestScreen } from './draw.js';

const events = buildTrace((t) =>
  t.stage('workflow', () => {
    for (const name of ['one', 'two', 'three', 'four', 'five'])
      t.node(name, {}, () => void t.set({ [`/${name}/out`]: { deep: name } }));
  }),
);

function click(at: TestScreen, text: string): TestScreen {
  const y = at.lines().findIndex((line) => line.includes(text));
  const x = at.lines()[y]!.indexOf(text);
  at.ui = press(at.ui, { name: 'click', text: '', x, y }, at.run, at.viewport).ui;
  return at;
}

test.each([
  [120, 40],
  [80, 18],
  [60, 12],
])('a click selects the row under it and on the selected row opens it, at %i×%i', (columns, rows) => {
  const at = new TestScreen(events, { columns, rows });
  expect(click(at, ' three').selected).toContain('three');
  expect(click(at, ' three').ui.screens).toEqual(['tree', 'inspector']);
});

test('in the inspector a click opens tabs, moves the cursor and folds', () => {
  const at = new TestScreen(events, { columns: 120 }).press('j', 'enter');
  expect(click(at, 'After').ui.tab).toBe('After');
  click(at, 'out:');
  expect(at.ui.pane.cursor).toBe('store/one/out');
  expect(click(at, 'out:').text()).toContain('deep: "one"');
});

test('a click beside everything does nothing', () => {
  const at = new TestScreen(events);
  const before = at.ui;
  for (const y of [0, 1, 3, 30, 39, 400])
    expect(press(before, { name: 'click', text: '', x: 200, y }, at.run, at.viewport).ui).toEqual(before);
});

test('the wheel moves three rows, M turns the mouse on and off', () => {
  const at = new TestScreen(events);
  expect(at.press('wheel-down').selected).toContain('three');
  expect(at.press('wheel-up').selected).toContain('workflow');
  expect(at.press('M', 'M').effects).toEqual([
    { type: 'mouse', on: true },
    { type: 'mouse', on: false },
  ]);
});
