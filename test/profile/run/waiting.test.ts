import { expect, test } from 'vitest';
import { textSummary } from '../../../src/export/text-summary.js';
import { summarize } from '../../../src/metrics/summary.js';
import { reduceEvents } from '../../../src/profile/run/profile.js';
import { computeWaitedMs } from '../../../src/profile/run/waiting.js';
import { testPrices } from '../../support/prices.js';
import { buildTrace } from '../../support/trace-builder.js';

const waiting = (end: boolean) =>
  reduceEvents(
    buildTrace(
      (t) => {
        t.control('asked').wait(4000).control('answered', 'run').wait(100);
        t.control('paused').wait(300).control('breakpoint').wait(200).control('resumed').wait(50);
        t.control('paused').wait(1000);
      },
      { open: !end },
    ),
    { prices: testPrices },
  );

test('the time that a run waited for its user is the sum of its questions and pauses', () => {
  const run = waiting(true);
  expect(computeWaitedMs(run, run.lastAt)).toBe(4000 + 500 + 1000);
});

test('a run that still waits has waited until now', () => {
  const run = waiting(false);
  expect(computeWaitedMs(run, run.lastAt + 250)).toBe(4000 + 500 + 250);
});

test('the summary has the waiting time, and omits it if there was none', () => {
  expect(textSummary(waiting(true)).split('\n')[0]).toContain('after 5.7s, 5.5s of it waiting for you');
  expect(summarize(waiting(true)).waited_ms).toBe(5500);
  const busy = reduceEvents(
    buildTrace((t) => t.wait(500)),
    { prices: testPrices },
  );
  expect(textSummary(busy)).not.toContain('waiting');
  expect(summarize(busy)).not.toHaveProperty('waited_ms');
});
