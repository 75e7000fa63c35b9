/** The tab on which the inspector opens. */
import { expect, test } from 'vitest';
import { buildTrace } from '../../support/trace-builder.js';
import { TestScreen } from '../draw.js';

const events = buildTrace((t) => {
  const stage = t.open('stage', 'workflow');
  const good = t.open('node', 'good', { parent: stage });
  t.wait(20).close(good);
  const bad = t.open('node', 'bad', { parent: stage });
  t.wait(100).close(bad, { fails: 'exit code 3' });
  t.close(stage);
});

test.each([
  ['timeline', ['1', 'r', 'enter']],
  ['flame', ['2', 'r', 'enter', 'enter']],
  ['table', ['3', 'g', 'enter']],
])('a failed node opens on its error in the %s', (_view, keys) => {
  expect(new TestScreen(events).press(...keys).ui.tab).toBe('Error');
});

test('a node that succeeded opens on its overview', () => {
  expect(new TestScreen(events).press('g', 'j', 'enter').ui.tab).toBe('Overview');
});

test('empty tabs are dimmed and skipped by Tab, and open with their number', () => {
  const screen = new TestScreen(events).press('g', 'j', 'enter');
  const styles = () =>
    Object.fromEntries(
      screen
        .frame()
        .find((line) => line.some(({ text }) => text.includes('1 Overview')))!
        .map(({ text, style }) => [text.trim(), style]),
    );
  expect(styles()).toMatchObject({
    '1 Overview': 'tab-active',
    '5 Prompt': 'tab-empty',
    '0 Error': 'tab-empty',
  });
  screen.press('esc', 'j', 'enter');
  expect(styles()).toMatchObject({ '0 Error': 'tab-active', '1 Overview': 'tab' });
  expect(screen.press('tab').ui.tab).toBe('Overview');
  expect(screen.press('tab').ui.tab).toBe('Error');
  expect(screen.press('shift+tab').ui.tab).toBe('Overview');
  expect(screen.press('5').ui.tab).toBe('Prompt');
});
