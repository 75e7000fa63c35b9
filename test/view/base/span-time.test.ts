import { expect, test } from 'vitest';
import { reduceEvents } from '../../../src/profile/run/profile.js';
import { selfMs } from '../../../src/view/base/span-time.js';
import { testPrices } from '../../support/prices.js';
import { buildTrace, type TraceBuilder } from '../../support/trace-builder.js';

/** The self time of the first node of a workflow, at the end of the run or at `now`. */
function selfTimeOf(body: (t: TraceBuilder) => void, now?: number): number {
  const events = buildTrace((t) => t.stage('workflow', () => t.node('outer', {}, () => body(t))));
  const run = reduceEvents(events, { prices: testPrices });
  const outer = [...run.spans.values()].find(({ name }) => name === 'outer')!;
  return selfMs(run, outer, now ?? run.lastAt);
}

test('self time subtracts overlapping children once', () => {
  const self = selfTimeOf((t) => {
    t.wait(10);
    const first = t.open('llm', 'model');
    t.wait(60);
    const second = t.open('node', 'inner', { nodeType: 'test' });
    t.wait(40).close(first);
    t.wait(50).close(second);
    t.wait(5);
  });
  // Calls and nodes run from 10 to 160 of 165 ms.
  expect(self).toBe(15);
});

test("self time does not subtract a child that lies within another child's interval again", () => {
  const self = selfTimeOf((t) => {
    const long = t.open('llm', 'model');
    t.wait(20);
    const short = t.open('llm', 'model');
    t.wait(10).close(short);
    t.wait(10);
    const third = t.open('llm', 'model');
    t.wait(10).close(third);
    t.wait(50).close(long);
    t.wait(30);
  });
  expect(self).toBe(30);
});

test('self time includes phases and attempts but not the calls inside them', () => {
  const self = selfTimeOf((t) => {
    t.phase('prep', 7);
    t.phase('exec', () => {
      t.attempt(1, () => void t.llm({ ms: 100 }));
      t.wait(3);
    });
  });
  expect(self).toBe(10);
});

test('self time subtracts an unfinished child up to the current time', () => {
  const events = buildTrace(
    (t) => {
      t.open('node', 'outer', { nodeType: 'test' });
      t.within(1, () => {
        t.wait(10);
        t.open('llm', 'model');
        t.wait(5).log('still waiting');
      });
    },
    { open: true },
  );
  const run = reduceEvents(events, { prices: testPrices });
  expect(selfMs(run, run.spans.get(1)!, 500)).toBe(10);
});
