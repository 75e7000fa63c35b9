import { expect, test } from 'vitest';
import { computeItemProgress } from '../../../src/profile/analysis/item-progress.js';
import { reduceEvents } from '../../../src/profile/run/profile.js';
import { testPrices } from '../../support/prices.js';
import { buildTrace, type TraceBuilder } from '../../support/trace-builder.js';

/** The progress of the first node of a run that is still going on. */
function progressOf(script: (t: TraceBuilder) => void, name = 'work') {
  const run = reduceEvents(buildTrace(script, { open: true }), { prices: testPrices });
  const span = [...run.spans.values()].findLast((each) => each.kind === 'node' && each.name === name);
  return computeItemProgress(run, span!, run.lastAt);
}

const inBatch = (script: (t: TraceBuilder, node: number) => void) =>
  progressOf((t) => {
    const stage = t.open('stage', 'workflow');
    const node = t.open('node', 'work', { nodeType: 'llm', parent: stage });
    script(t, node);
  });

test('a batch of items one after another finishes after the mean duration of those that have', () => {
  const progress = inBatch((t, parent) => {
    for (const index of [0, 1]) {
      const item = t.open('item', String(index), { parent, index, of: 5 });
      t.wait(1000);
      t.close(item);
    }
    t.open('item', '2', { parent, index: 2, of: 5 });
    t.wait(500).emit({ type: 'control.changed', change: 'tick' });
  });
  expect(progress).toEqual({
    doneItems: 2,
    of: 5,
    running: 1,
    failed: 0,
    ratePerSecond: 0.8,
    remainingMs: 2500,
  });
});

test('items that run at the same time divide the time that is left', () => {
  const progress = inBatch((t, parent) => {
    const items = [0, 1, 2, 3].map((index) => t.open('item', String(index), { parent, index, of: 12 }));
    t.wait(2000);
    for (const item of items) t.close(item);
  });
  expect(progress).toMatchObject({ doneItems: 4, of: 12, running: 0, ratePerSecond: 2, remainingMs: 4000 });
});

test('an item that waits for its next attempt is in progress, one without is finished and failed', () => {
  const progress = inBatch((t, parent) => {
    const busy = t.open('item', '0', { parent, index: 0, of: 2 });
    const bad = t.open('item', '1', { parent, index: 1, of: 2 });
    t.wait(100);
    const error = { name: 'Error', message: 'busy' };
    t.emit({ type: 'span.finished', span: busy, status: 'failed', error, retryReason: 'busy' });
    t.close(bad, { fails: 'no such file' });
  });
  expect(progress).toMatchObject({ doneItems: 1, running: 1, failed: 1 });
});

test('nothing is estimated before the first item finishes, or when all that is left is overdue', () => {
  const first = inBatch((t, parent) => {
    t.open('item', '0', { parent, index: 0, of: 2 });
    t.wait(900).emit({ type: 'control.changed', change: 'tick' });
  });
  expect(first).toEqual({ doneItems: 0, of: 2, running: 1, failed: 0, ratePerSecond: 0 });
  const overdue = inBatch((t, parent) => {
    const item = t.open('item', '0', { parent, index: 0, of: 2 });
    t.open('item', '1', { parent, index: 1, of: 2 });
    t.wait(100).close(item);
    t.wait(900).emit({ type: 'control.changed', change: 'tick' });
  });
  expect(overdue).not.toHaveProperty('remainingMs');
  expect(overdue).toMatchObject({ doneItems: 1, running: 1 });
});

test('the time for which the user paused the run is not part of the estimate', () => {
  const progress = inBatch((t, parent) => {
    const item = t.open('item', '0', { parent, index: 0, of: 2 });
    t.wait(1000).close(item);
    t.emit({ type: 'control.changed', change: 'wait-started', cause: 'pause' });
    t.wait(60_000).emit({ type: 'control.changed', change: 'wait-finished', cause: 'pause' });
  });
  expect(progress).toMatchObject({ ratePerSecond: 1, remainingMs: 1000 });
});

test('a loop with a fixed number of rounds counts them; with a condition it has no end to estimate', () => {
  const looping = (loop: Record<string, string | number>) =>
    progressOf((t) => {
      t.emit({
        type: 'workflow.planned',
        origin: 'file',
        name: 'w',
        ir: {},
        nodes: [{ id: 'work', type: 'echo', loop }],
        edges: [],
      });
      const parent = t.open('stage', 'workflow');
      for (const visit of [1, 2]) {
        const round = t.open('node', 'work', { parent, visit });
        t.wait(1000).close(round);
      }
      t.open('node', 'work', { parent, visit: 3 });
    });
  expect(looping({ max: 4 })).toMatchObject({ doneItems: 2, of: 4, running: 1, remainingMs: 2000 });
  const conditional = looping({ max: 4, until: '${work.done}' });
  expect(conditional).toMatchObject({ doneItems: 2, of: undefined, running: 1 });
  expect(conditional).not.toHaveProperty('remainingMs');
});

test('a span that reports its own progress is estimated from that; any other has none', () => {
  const reported = progressOf((t) => {
    const node = t.open('node', 'work');
    t.wait(2000).emit({ type: 'progress.changed', span: node, done: 20, total: 100 });
  });
  expect(reported).toMatchObject({ doneItems: 20, of: 100, running: 1, remainingMs: 8000 });
  expect(progressOf((t) => void t.open('node', 'work'))).toBeUndefined();
});
