import { expect, test } from 'vitest';
import { buildTrace } from '../support/trace-builder.js';
import { TestScreen } from './draw.js';

const events = buildTrace((t) =>
  t.stage('workflow', () =>
    t.node('a', {}, () => void t.set({ '/a/deep': { alpha: { beta: { gamma: ['omega'] } } } })),
  ),
);
const screen = () => new TestScreen(events).press('j', 'enter', '3');
const shown = (at: TestScreen) =>
  ['deep', 'alpha', 'beta', 'gamma', 'omega'].filter((word) =>
    at.lines().some((line) => line.includes(word)),
  );

test('Shift with a digit expands everything to that depth', () => {
  expect(shown(screen().press('!'))).toEqual(['deep']);
  expect(shown(screen().press('#'))).toEqual(['deep', 'alpha', 'beta']);
  expect(shown(screen().press('('))).toEqual(['deep', 'alpha', 'beta', 'gamma', 'omega']);
});

test('+ and - expand and collapse one level', () => {
  const at = screen().press('!');
  expect(shown(at.press('+'))).toEqual(['deep', 'alpha']);
  expect(shown(at.press('+', '+', '+'))).toEqual(['deep', 'alpha', 'beta', 'gamma', 'omega']);
  expect(shown(at.press('-'))).toEqual(['deep', 'alpha', 'beta', 'gamma']);
});

test('the cursor stays on its line, or moves to the ancestor that was collapsed over it', () => {
  const at = screen().press('E', 'G', '@');
  expect(at.ui.pane.cursor).toBe('store/a/deep/alpha');
});
