import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createHistory } from '../../../src/profile/store/store-history.js';
import { reduceEvents } from '../../../src/profile/run/profile.js';
import { readSnapshots } from '../../../src/profile/store/snapshot.js';
import type { TraceEvent } from '../../../src/trace/event/event.js';
import { testPrices } from '../../support/prices.js';
import { buildTrace, fixtureNames, readFixture } from '../../support/trace-builder.js';

const options = { prices: testPrices };

function historyOf(events: Iterable<TraceEvent>) {
  const history = createHistory(options);
  for (const event of events) history.apply(event);
  return history;
}

const loop = (nodes: number) =>
  buildTrace((t) =>
    t.stage('workflow', () => {
      for (let i = 0; i < nodes; i++)
        t.node(`n${i % 7}`, { nodeType: 'llm' }, () => {
          t.llm({ ms: 3, input: 10, output: 5 });
          t.set({ [`/n${i % 7}/count`]: i });
        });
    }),
  );

test.each(fixtureNames)(
  '%s: the state at any moment, in any order of access, equals the reduction of the events before it',
  (name) => {
    const events = readFixture(name);
    const history = historyOf(events);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: events.length }), { maxLength: 12 }), (moments) => {
        for (const count of moments)
          expect(history.stateAt(count)).toEqual(reduceEvents(events.slice(0, count), options));
      }),
      { numRuns: 10 },
    );
  },
);

test('states of a long run do not depend on the checkpoint from which they are replayed', () => {
  const events = loop(4000);
  const history = historyOf(events);
  const moments = [20_000, 19_999, 19_990, 5000, 4999, 4000, 12_345, 0, 27_000, 26_999];
  for (const count of moments) {
    const state = history.stateAt(count);
    const fresh = reduceEvents(events.slice(0, count), options);
    expect([...state.spans.values()]).toEqual([...fresh.spans.values()]);
    expect(state.totals).toEqual(fresh.totals);
    const last = [...fresh.spans.keys()].at(-1) ?? 0;
    expect(readSnapshots(state, last)).toEqual(readSnapshots(fresh, last));
  }
});

test('reading an earlier state does not affect the current one', () => {
  const events = loop(50);
  const history = createHistory(options);
  events.forEach((event, i) => {
    history.apply(event);
    history.stateAt(i >> 1);
  });
  expect(history.state).toEqual(reduceEvents(events, options));
  expect(history.stateAt(history.count)).toBe(history.state);
});

test('a late event of a finished span is not visible at earlier moments', () => {
  const events = buildTrace((t) => t.stage('workflow', () => void t.node('a', {})));
  const node = events.find((event) => event.type === 'span.started' && event.name === 'a')!;
  const late: TraceEvent = {
    seq: events.length,
    at: 9,
    type: 'log.written',
    span: 2,
    stream: 'stdout',
    text: 'late',
  };
  expect(node).toMatchObject({ span: 2 });
  const history = historyOf([...events, late, late]);
  expect(history.stateAt(events.length).spans.get(2)?.logs).toEqual([]);
  expect(history.stateAt(events.length + 1).spans.get(2)?.logs).toHaveLength(1);
  expect(history.state.spans.get(2)?.logs).toHaveLength(2);
});

test('the timeline contains the ends of nodes and maps times to moments', () => {
  const events = buildTrace((t) =>
    t.stage('workflow', () => {
      t.node('a', {}, () => void t.wait(10));
      t.node('b', {}, () => void t.wait(5));
    }),
  );
  const history = historyOf(events);
  const [first, second] = [history.nodeStep(0, 1), history.nodeStep(history.nodeStep(0, 1), 1)];
  const statusAt = (count: number) =>
    Array.from(history.stateAt(count).spans.values(), ({ status }) => status);
  expect(statusAt(first)).toEqual(['running', 'ok']);
  expect(statusAt(second)).toEqual(['running', 'ok', 'ok']);
  expect(history.nodeStep(second, 1)).toBe(history.count);
  expect(history.nodeStep(history.count, -1)).toBe(second);
  expect(history.nodeStep(second, -1)).toBe(first);
  expect(history.nodeStep(first, -1)).toBe(0);
  expect([history.timeAt(0), history.timeAt(first), history.timeAt(1e9)]).toEqual([0, 10, 15]);
  expect([history.eventAt(0), history.eventAt(1), history.eventAt(first)]).toEqual([
    undefined,
    'run.started',
    'span.finished',
  ]);
  expect(history.countAt(9)).toBeLessThan(first);
  expect(history.countAt(1e9)).toBe(history.count);
});
