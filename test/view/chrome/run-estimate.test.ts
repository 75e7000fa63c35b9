import { expect, test } from 'vitest';
import { summarizeEarlierRuns } from '../../../src/insights/history/earlier-runs.js';
import type { Amounts, RunSample } from '../../../src/insights/history/run-sample.js';
import { reduceEvents } from '../../../src/profile/run/profile.js';
import { estimateRest } from '../../../src/view/spans/run-estimate.js';
import { testPrices } from '../../support/prices.js';
import { buildTrace, type TraceBuilder } from '../../support/trace-builder.js';
import { TestScreen } from '../draw.js';

const amounts = (time: number, cost: number | null = 0): Amounts => ({ time, cost, tokens: 0, calls: 0 });
const sample = (nodes: Record<string, Amounts>): RunSample => ({
  run: 'r',
  at: '2026-01-01T00:00:00.000Z',
  workflow: 'digest',
  models: [],
  total: amounts(0),
  nodes: new Map(Object.entries(nodes)),
});
const like = { read: amounts(1000), ask: amounts(8000, 0.06), save: amounts(2000) };
const earlier = summarizeEarlierRuns([
  sample(like),
  sample({ ...like, ask: amounts(6000, 0.05), repair: amounts(9000) }),
  sample({ ...like, ask: amounts(9000, 0.07) }),
])!;

const plan = ['read', 'ask', 'repair', 'save'].map((id) => ({ id, type: 'test' }));

/** A run of which `read` took a second and `ask` is in progress since then. */
function runAsking(t: TraceBuilder): void {
  t.stage('workflow', () => {
    t.plan(plan);
    t.node('read', {}, () => void t.wait(1000));
    t.node('ask', {}, () => void t.llm({ ms: 9000, input: 10_000, output: 1000 }));
  });
}

function asking(now: number, options: { columns?: number; earlier?: typeof earlier } = {}) {
  const events = buildTrace(runAsking);
  const asked = events.findIndex(({ type }) => type === 'llm.request');
  const screen = new TestScreen(events.slice(0, asked + 1), {
    live: true,
    now,
    columns: options.columns ?? 120,
  });
  screen.viewport = { ...screen.viewport, ...(options.earlier && { earlier: options.earlier }) };
  return screen;
}

test('fewer than three earlier runs are no basis for an estimate', () => {
  expect(summarizeEarlierRuns([sample(like), sample(like)])).toBeUndefined();
  expect(earlier.runs).toBe(3);
  expect(earlier.nodes.get('ask')).toEqual({ ms: 8000, usd: 0.06, reached: 1 });
});

test('the rest of a run is what earlier runs needed for the nodes that have not finished', () => {
  const { run } = asking(3000);
  // Of ask 2 s have passed; repair is in a branch that only one of three runs took.
  expect(estimateRest(run, earlier, 3000)).toEqual({ remainingMs: 6000 + 2000, remainingUsd: 0.06 });
  expect(estimateRest(run, earlier, 20_000).remainingMs).toBe(2000);
});

test('without a basis nothing is estimated', () => {
  const { run } = asking(3000);
  expect(estimateRest(run, undefined, 3000)).toEqual({});
  expect(estimateRest(reduceEvents(buildTrace(runAsking), { prices: testPrices }), earlier, 3000)).toEqual(
    {},
  );
  const unpriced = summarizeEarlierRuns(
    Array.from({ length: 3 }, () => sample({ ...like, ask: amounts(8000, null) })),
  );
  expect(estimateRest(run, unpriced, 3000)).toEqual({ remainingMs: 8000 });
});

test('the rest of a run in its last batch comes from the batch itself', () => {
  const events = buildTrace((t) => {
    t.stage('workflow', () => {
      t.plan([{ id: 'work', type: 'test' }]);
      t.node('work', {}, () => {
        for (let index = 0; index < 4; index++)
          t.spanOf('item', String(index), { index, of: 4 }, () => void t.wait(1000));
      });
    });
  });
  const third = events.findIndex((event) => event.type === 'span.started' && event.index === 2);
  const run = reduceEvents(events.slice(0, third + 1), { prices: testPrices });
  expect(estimateRest(run, undefined, 2000).remainingMs).toBe(2000);
});

test('the header shows the time and the cost that a run is expected to need, the status line on a narrow screen', () => {
  const [header, , rule] = asking(3000, { earlier }).lines();
  expect(header).toContain('running 00:03.0 ETA ~8.0s');
  expect(header).toContain('cost $0 → ~$0.0600');
  expect(rule).not.toContain('ETA');
  const narrow = asking(3000, { earlier, columns: 80 }).lines();
  expect(narrow[0]).not.toContain('ETA');
  expect(narrow[2]).toContain('1/4 nodes · ETA ~8.0s · $0 → ~$0.0600');
  expect(asking(3000).text()).not.toContain('ETA');
});

test('the context pane shows when the node in progress is expected to finish', () => {
  expect(asking(3000, { earlier }).text()).toContain(
    'waiting for the answer · ask · claude-sonnet-4-5 · ETA ~6.0s',
  );
});

test('the status line counts nodes that failed and attempts after the first', () => {
  const events = buildTrace(
    (t) => {
      const stage = t.open('stage', 'workflow');
      t.within(stage, () => {
        t.plan(plan);
        t.node('read', { fails: 'No.' }, () => {
          t.attempt(1, () => {}, { fails: 'No.' });
          t.attempt(2, () => {}, { fails: 'No.' });
        });
        t.open('node', 'ask', { parent: stage });
      });
    },
    { open: true },
  );
  expect(new TestScreen(events, { live: true }).lines()[2]).toContain('1/4 nodes ✗1 ↻1');
});
