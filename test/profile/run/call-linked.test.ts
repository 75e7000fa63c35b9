import { expect, test } from 'vitest';
import { groupByModel } from '../../../src/profile/analysis/breakdown.js';
import { reduceEvents } from '../../../src/profile/run/profile.js';
import { disagreements } from '../../support/laws.js';
import { testPrices } from '../../support/prices.js';
import { buildTrace, type LlmCallFields } from '../../support/trace-builder.js';

/** A node's call, and its telemetry, which arrived later. */
function linked(seen: LlmCallFields, telemetry: LlmCallFields) {
  return reduceEvents(
    buildTrace((t) => {
      t.stage('workflow', () => {
        let call = 0;
        t.node('ask', {}, () => void (call = t.llm(seen)));
        const other = t.llm(telemetry);
        t.emit({ type: 'call.linked', span: other, same: call, by: 'time-and-usage' });
        t.emit({ type: 'call.linked', span: call, same: other, by: 'ids' });
      });
    }),
    { prices: testPrices },
  );
}

test('a call observed twice counts once, in the linked span', () => {
  const run = linked({ input: 1000, output: 100 }, { input: 1000, output: 100 });
  expect(run.totals).toMatchObject({ calls: 1, input: 1000, output: 100 });
  expect(groupByModel(run).map(({ totals }) => totals.calls)).toEqual([1]);
  expect(disagreements(run)).toEqual([]);
});

test('usage and cost reported by only one of two observations are used', () => {
  const run = linked({}, { input: 1000, output: 100 });
  const once = reduceEvents(
    buildTrace((t) => t.stage('workflow', () => t.llm({ input: 1000, output: 100 }))),
    { prices: testPrices },
  );
  expect(run.totals).toEqual(once.totals);
  expect(run.totals.usd).toBeGreaterThan(0);
  const ask = [...run.spans.values()].find(({ name }) => name === 'ask');
  expect(ask!.totals).toEqual(once.totals);
  expect(disagreements(run)).toEqual([]);
});

test.each([
  [0, 2],
  [2, 1],
])('three views of a call, however they are linked, count once: %i to %i', (span, same) => {
  const usage = { input: 1000, output: 100 };
  const run = reduceEvents(
    buildTrace((t) => {
      t.stage('workflow', () => {
        const views = [t.llm(usage), t.llm(usage), t.llm(usage)];
        t.emit({ type: 'call.linked', span: views[1]!, same: views[0]!, by: 'time-and-usage' });
        t.emit({ type: 'call.linked', span: views[span]!, same: views[same]!, by: 'ids' });
      });
    }),
    { prices: testPrices },
  );
  expect(run.totals).toMatchObject({ calls: 1, ...usage });
  expect(disagreements(run)).toEqual([]);
});
