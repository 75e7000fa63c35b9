import { expect, test } from 'vitest';
import { readFixture } from '../../support/trace-builder.js';
import { TestScreen } from '../draw.js';

const stageOf = (masked: number | undefined) =>
  new TestScreen(
    [...readFixture('done-without-planner')].map((event) =>
      event.type === 'run.finished' && masked !== undefined ? { ...event, masked } : event,
    ),
  ).press('enter');

test('the overview of a stage shows the number of secrets masked in the run', () => {
  expect(stageOf(3).line('masked')).toMatch(/masked +3 secrets/);
  expect(stageOf(undefined).text()).not.toContain('masked');
});

test('every view names offline rules as such and never as a model', () => {
  const screen = new TestScreen(readFixture('offline-and-local'));
  for (const keys of [['4'], ['3', 'v'], ['1', 'j', 'enter']]) {
    const text = screen.press(...keys).text();
    expect(text).toContain('offline rules');
    expect(text).not.toMatch(/offline\/rules|model +offline/);
  }
  expect(screen.line('answered by')).toMatch(/answered by +offline rules/);
});
