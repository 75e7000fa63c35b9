import { expect, test } from 'vitest';
import { analyzeRun } from '../../../src/profile/analysis/findings.js';
import { reduceEvents } from '../../../src/profile/run/profile.js';
import { testPrices } from '../../support/prices.js';
import { buildTrace, type TraceBuilder } from '../../support/trace-builder.js';

/** The errors of a run, one line each: `node: message`, with `recovered` if it applies. */
function errorsOf(script: (t: TraceBuilder) => void): string[] {
  const state = reduceEvents(buildTrace(script), { prices: testPrices });
  return analyzeRun(state).errors.map(
    ({ node, message, recovered }) => `${node}: ${message}${recovered ? ' (recovered)' : ''}`,
  );
}

test('an error that enclosing spans only propagate is listed once', () => {
  const fails = 'disk full';
  expect(
    errorsOf((t) =>
      t.stage(
        'workflow',
        () => t.node('save', { fails }, () => t.phase('exec', () => t.wait(1), { fails })),
        { fails },
      ),
    ),
  ).toEqual(['save: disk full']);
});

test('an error that its node rephrases is listed once, with its original message', () => {
  expect(
    errorsOf((t) =>
      t.stage(
        'workflow',
        () =>
          t.node('ask', { fails: 'The model did not answer.' }, () =>
            t.phase('exec', () => void t.llm({ fails: 'socket closed' }), {
              fails: 'The model did not answer.',
            }),
          ),
        { fails: 'The model did not answer.' },
      ),
    ),
  ).toEqual(['ask: socket closed']);
});

test("an early item's error with which the batch fails is listed once, even if a later item succeeded", () => {
  const fails = 'item 0 is bad';
  expect(
    errorsOf((t) =>
      t.stage(
        'workflow',
        () =>
          t.node('each', { fails }, () => {
            t.spanOf('item', 'each', { index: 0, of: 2, fails });
            t.spanOf('item', 'each', { index: 1, of: 2 });
          }),
        { fails },
      ),
    ),
  ).toEqual(['each: item 0 is bad']);
});

test('a separate error after a handled one is listed too', () => {
  expect(
    errorsOf((t) =>
      t.stage(
        'workflow',
        () =>
          t.node('ask', { fails: 'no room for the answer' }, () => {
            t.phase('exec', () => {
              t.attempt(1, () => t.wait(1), { fails: 'overloaded' });
              t.attempt(2, () => t.wait(1));
            });
            t.phase('post', () => t.wait(1), { fails: 'no room for the answer' });
          }),
        { fails: 'no room for the answer' },
      ),
    ),
  ).toEqual(['ask: overloaded (recovered)', 'ask: no room for the answer']);
});
