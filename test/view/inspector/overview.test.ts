import { expect, test } from 'vitest';
import { readFixture } from '../../support/trace-builder.js';
import { TestScreen } from '../draw.js';

const stageOf = (masked: number | undefined) =>
  new TestScreen(
    [...readFixture('done-without-planner')].map((event) =>
      event.type === 'run.finished' && masked !== undefined ? { ...event, masked } : event,
    ),
  ).press('enter');

test('the overview of a stage says how many secrets were masked in the run', () => {
  expect(stageOf(3).line('masked')).toMatch(/masked +3 secrets/);
  expect(stageOf(undefined).text()).not.toContain('masked');
});

test('the offline rules are called so in every view, and never a model', () => {
  const screen = new TestScreen(readFixture('offline-and-local'));
  for (const keys of [['4'], ['3', 'v'], ['1', 'j', 'enter']]) {
    const text = screen.press(...keys).text();
    expect(text).toContain('offline rules');
    expect(text).not.toMatch(/offline\/rules|model +offline/);
  }
  expect(screen.line('answered by')).toMatch(/answered by +offline rules/);
});
