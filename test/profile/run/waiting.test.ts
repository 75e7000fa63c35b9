import { expect, test } from 'vitest';
import { textSummary } from '../../../src/export/text-summary.js';
import { summarize } from '../../../src/metrics/summary.js';
import { reduceEvents } from '../../../src/profile/run/profile.js';
import { groupByNode, groupByStage } from '../../../src/profile/analysis/breakdown.js';
import { msOf, sumOf } from '../../../src/profile/layout/incremental-sum.js';
import { computeDuration } from '../../../src/profile/run/span-tree.js';
import { computeElapsed, computeWaitedMs } from '../../../src/profile/run/waiting.js';
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

test('the waiting time of a run is the sum of its questions and pauses', () => {
  const run = waiting(true);
  expect(computeWaitedMs(run, run.lastAt)).toBe(4000 + 500 + 1000);
});

test('the wait of a run that is still waiting extends to the current time', () => {
  const run = waiting(false);
  expect(computeWaitedMs(run, run.lastAt + 250)).toBe(4000 + 500 + 250);
});

test('the summary contains the waiting time unless it is zero', () => {
  expect(textSummary(waiting(true)).split('\n')[0]).toContain('after 150ms, waited 5.5s');
  expect(summarize(waiting(true)).waited_ms).toBe(5500);
  const busy = reduceEvents(
    buildTrace((t) => t.wait(500)),
    { prices: testPrices },
  );
  expect(textSummary(busy)).not.toContain('waited');
  expect(summarize(busy)).not.toHaveProperty('waited_ms');
});

test('every summary shows 7.1 s of nodes and 17.9 s of waiting separately', () => {
  const run = reduceEvents(
    buildTrace((t) => {
      t.control('asked').emit({ type: 'control.changed', change: 'wait-started', cause: 'question' });
      t.wait(10_000).emit({ type: 'control.changed', change: 'wait-finished', cause: 'question' });
      t.control('answered', 'run');
      t.stage('workflow', (stage) => {
        t.node('first', {}, () => t.phase('exec', () => void t.wait(1000).control('paused').wait(2000)));
        const wait = { type: 'control.changed', cause: 'pause', span: stage } as const;
        t.emit({ ...wait, change: 'wait-started' }).wait(7900);
        t.control('resumed').emit({ ...wait, change: 'wait-finished' });
        t.node('second', {}, () => t.phase('exec', 4100));
      });
    }),
    { prices: testPrices },
  );
  expect(computeElapsed(run)).toBe(7100);
  expect(summarize(run)).toMatchObject({
    duration_ms: 7100,
    waited_ms: 17_900,
    critical_path_ms: 7100,
    metrics: {
      workflow: { duration_ms: 7100, node_timings: { first: 3000, second: 4100 } },
      total: { duration_ms: 7100 },
    },
  });
  expect(textSummary(run).split('\n')[0]).toContain('done after 7.1s, waited 17.9s');
  const [stage] = groupByStage(run);
  expect(stage!.ms).toBe(7100);
});

test('time in which another item is running is work, even while the run is paused', () => {
  const run = reduceEvents(
    buildTrace((t) => {
      t.stage('workflow', () => {
        t.node('batch', {}, (batch) => {
          const long = t.open('item', '0', { index: 0, of: 2 });
          let exec = 0;
          t.within(long, () => (exec = t.open('phase', 'exec')));
          t.spanOf('item', '1', { index: 1, of: 2 }, () => t.phase('exec', 100));
          t.control('paused').emit({
            type: 'control.changed',
            change: 'wait-started',
            cause: 'pause',
            span: batch,
          });
          t.wait(400).close(exec).close(long).wait(600);
          t.emit({ type: 'control.changed', change: 'wait-finished', cause: 'pause', span: batch }).control(
            'resumed',
          );
          t.spanOf('item', '2', { index: 2, of: 3 }, () => t.phase('exec', 50));
        });
      });
    }),
    { prices: testPrices },
  );
  expect([computeElapsed(run), computeWaitedMs(run)]).toEqual([550, 600]);
  expect(groupByNode(run)[0]!.ms).toBe(550);
});

test('overlapping waits count once, and the working time does not advance during a wait', () => {
  const events = buildTrace(
    (t) => {
      t.stage('workflow', (stage) => {
        t.node('a', {}, () => t.phase('exec', 200));
        t.emit({ type: 'control.changed', change: 'wait-started', cause: 'pause', span: stage }).wait(100);
        t.emit({ type: 'control.changed', change: 'wait-started', cause: 'budget', span: stage }).wait(100);
        t.emit({ type: 'control.changed', change: 'wait-finished', cause: 'pause', span: stage }).wait(100);
      });
    },
    { open: true },
  ).filter((event) => event.type !== 'span.finished' || event.span !== 1);
  const run = reduceEvents(events, { prices: testPrices });
  expect(computeWaitedMs(run, 5000)).toBe(4800);
  expect([run.lastAt, 5000].map((now) => computeElapsed(run, now))).toEqual([200, 200]);
  expect(computeDuration(run.spans.get(1)!, 5000)).toBe(200);
  expect(msOf(sumOf(run, [1]), 5000)).toBe(200);
  expect(sumOf(run, [1]).running).toBe(1);
});
