import { expect, test } from 'vitest';
import { buildTrace } from '../../support/trace-builder.js';
import { TestScreen } from '../draw.js';

/** Work of 2 s and of 1 s, between them 7 s in which the user was asked. */
const events = buildTrace((t) => {
  t.stage('workflow', () => {
    t.node('first', {}, () => t.wait(2000));
    t.emit({ type: 'control.changed', change: 'wait-started', cause: 'pause', span: 1 }).wait(7000);
    t.emit({ type: 'control.changed', change: 'wait-finished', cause: 'pause', span: 1 });
    t.node('second', {}, () => t.wait(1000));
  });
});

const lineOf = (screen: TestScreen, word: string) => screen.lines().find((line) => line.includes(word))!;

test('time in which the run waited for its user is shown as a band and excluded from the shares', () => {
  const screen = new TestScreen(events);
  expect(lineOf(screen, '100')).toMatch(/workflow +3\.0s +100 .*█+▏?░{30,}.*█/);
  expect(lineOf(screen, 'waiting for you 7.0s')).toMatch(/node +time +% .*░{5,} waiting for you 7\.0s ░{5,}/);
  const [first, second] = ['first', 'second'].map((name) => lineOf(screen, `✓ ${name}`));
  expect([first, second].map((line) => /s +(\d+) /.exec(line!)?.[1])).toEqual(['67', '33']);
  expect(first).not.toContain('░');
});

test('the token metric has no waiting band', () => {
  const screen = new TestScreen(events).press('m');
  expect(screen.text()).not.toContain('waiting for you 7');
});

test('a run without waiting has no band, and the band never exceeds the width', () => {
  const plain = buildTrace((t) => t.stage('workflow', () => t.node('first', {}, () => t.wait(2000))));
  expect(new TestScreen(plain).text()).not.toContain('░');
  for (const columns of [40, 60, 80]) {
    const screen = new TestScreen(events, { columns });
    expect(screen.lines().every((line) => line.length <= columns)).toBe(true);
  }
});
