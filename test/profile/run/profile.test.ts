import { expect, test } from 'vitest';
import { createProfile, reduceEvents } from '../../../src/profile/run/profile.js';
import type { RunState, Span } from '../../../src/profile/run/run-state.js';
import type { EventBody, TraceEvent } from '../../../src/trace/event/event.js';
import { tableOf, testPrices } from '../../support/prices.js';
import { buildTrace, readFixture, type TraceBuilder } from '../../support/trace-builder.js';

test('a call is counted once in its span, in every enclosing span and in the run', () => {
  const state = runOf((t) =>
    t.stage('workflow', () =>
      t.node('ask', {}, () => t.phase('exec', () => t.llm({ input: 1000, output: 100 }))),
    ),
  );
  for (const span of [...state.spans.values(), state]) {
    expect(span.totals).toMatchObject({
      calls: 1,
      input: 1000,
      output: 100,
      tokens: 1100,
      priced: true,
      estimated: false,
      unpriced: [],
    });
    expect(span.totals.usd).toBeCloseTo(0.0045, 12);
  }
});

test('a call has no cost at first, an estimate while it streams, and its own cost once its response arrives', () => {
  const events = buildTrace((t) =>
    t.stage('workflow', () => t.llm({ input: 1000, output: 100, progress: [40, 80] })),
  );
  const seen = statesAfter(events, 'llm.request', 'llm.progress', 'llm.response').map(({ totals }) => [
    totals.tokens,
    totals.estimated,
    totals.usd,
  ]);
  expect(seen).toEqual([
    [0, false, 0],
    [40, true, expect.closeTo(0.0006, 12)],
    [80, true, expect.closeTo(0.0012, 12)],
    [1100, false, expect.closeTo(0.0045, 12)],
  ]);
});

test('an aborted call keeps the estimate of its streamed text', () => {
  const state = profile(readFixture('cancelled-in-planner'));
  const cut = spansOf(state, 'llm').at(-1)!;
  expect(cut.status).toBe('cancelled');
  expect(cut.call).toMatchObject({ progressTokens: 40, usage: null, cost: { state: 'estimated' } });
  expect(state.totals.estimated).toBe(true);
});

test('a call that failed before any response has no cost', () => {
  const state = runOf((t) => t.stage('workflow', () => t.llm({ fails: '429 rate limited' })));
  expect(state.totals).toMatchObject({ calls: 1, tokens: 0, usd: 0, priced: false, unpriced: [] });
});

test('a lower bound and a borrowed price lower the certainty of every sum that includes them', () => {
  const state = runOf((t) => {
    t.stage('workflow', () => {
      t.node('exact', {}, () => t.llm({ input: 1000, output: 100 }));
      t.node('bound', {}, () => t.llm({ input: 1000, output: 100, usage: { webSearches: 2 } }));
      t.node('borrowed', {}, () => t.llm({ input: 1000, output: 100, provider: 'llm.corp' }));
    });
  });
  const flags = (id: string): boolean[] => {
    const { bound, approximate } = spansOf(state, 'node').find(({ name }) => name === id)!.totals;
    return [bound, approximate];
  };
  expect([flags('exact'), flags('bound'), flags('borrowed')]).toEqual([
    [false, false],
    [true, false],
    [false, true],
  ]);
  expect(state.totals).toMatchObject({ bound: true, approximate: true, unpriced: [], priced: true });
  expect(state.totals.usd).toBeCloseTo(3 * 0.0045, 12);
});

test('estimated counts make the cost an estimate', () => {
  const state = runOf((t) =>
    t.stage('workflow', () => t.llm({ input: 10, output: 10, usageOrigin: 'estimated' })),
  );
  expect(spansOf(state, 'llm')[0]!.call!.cost!.state).toBe('estimated');
  expect(state.totals.estimated).toBe(true);
});

test('an unpriced model and one without reported usage are named and add nothing', () => {
  const { totals } = profile(readFixture('unpriced-model'));
  expect(totals.unpriced).toEqual(['frobnicator-9000', 'gpt-4.1']);
  expect(totals.usd).toBeCloseTo(0.0045, 12);
});

test('a free model costs nothing, which differs from an unknown price', () => {
  const { totals } = profile(readFixture('offline-and-local'));
  expect(totals).toMatchObject({
    calls: 2,
    usd: 0,
    priced: false,
    free: true,
    unpriced: [],
    estimated: true,
  });
});

test('a model name used only by a gateway is priced as the requested model', () => {
  const state = runOf((t) =>
    t.stage('workflow', () => t.llm({ input: 1000, output: 0, answeredBy: 'claude-by-gateway' })),
  );
  const { cost } = spansOf(state, 'llm')[0]!.call!;
  expect(cost!.usd).toBeCloseTo(0.003, 12);
  expect(cost!.matchedBy).toContain('of the requested model');
});

test('a call is priced at the rates of its date', () => {
  const prices = tableOf({
    'anthropic/claude-sonnet-4-5': {
      input: 1,
      output: 1,
      history: [{ until: '2026-01-16', input: 100, output: 100 }],
    },
  });
  const events = buildTrace((t) => t.stage('workflow', () => t.llm({ input: 1_000_000, output: 0 })));
  const later = buildTrace((t) => t.stage('workflow', () => t.llm({ input: 1_000_000, output: 0 })), {
    startedAt: '2026-02-01T00:00:00.000Z',
  });
  expect(reduceEvents(events, { prices }).totals.usd).toBeCloseTo(100, 9);
  expect(reduceEvents(later, { prices }).totals.usd).toBeCloseTo(1, 9);
});

test('an unusable response and everything in a superseded attempt count as wasted', () => {
  const state = profile(readFixture('retried'));
  expect(spansOf(state, 'llm').map(({ call }) => [call!.wasted, call!.cost?.usd?.toFixed(6)])).toEqual([
    [true, '0.010500'],
    [false, undefined],
    [true, '0.010050'],
    [false, '0.006300'],
  ]);
  expect(state.totals.wastedUsd).toBeCloseTo(0.02055, 12);
});

test('an attempt is wasted from the moment the next one starts', () => {
  const events = buildTrace((t) =>
    t.stage('workflow', () =>
      t.node('ask', {}, () =>
        t.phase('exec', () => {
          t.attempt(1, () => t.llm({ input: 1000, output: 0 }), { fails: 'no good' });
          t.attempt(2, () => t.llm({ input: 1000, output: 0 }));
        }),
      ),
    ),
  );
  const second = events.findIndex((event) => event.type === 'span.started' && event.attempt === 2);
  expect(profile(events.slice(0, second)).totals.wastedUsd).toBe(0);
  expect(profile(events.slice(0, second + 1)).totals.wastedUsd).toBeCloseTo(0.003, 12);
});

test('a response that arrives after its attempt was superseded is wasted', () => {
  const state = runOf((t) =>
    t.stage('workflow', () => {
      const late = t.open('llm', 'm', { model: 'claude-sonnet-4-5', provider: 'anthropic', attempt: 1 });
      t.close(late, { fails: 'timed out' });
      t.llm({ attempt: 2, input: 10, output: 10 });
      t.respond(late, { model: 'claude-sonnet-4-5', input: 1000, output: 0 });
    }),
  );
  expect(state.totals.wastedUsd).toBeCloseTo(0.003, 12);
});

test('a retry next to a concurrent call supersedes the failed call, not the successful one', () => {
  const state = runOf((t) =>
    t.stage('workflow', () => {
      t.llm({ input: 1000, output: 0, unusable: true });
      t.llm({ input: 2000, output: 0 });
      t.llm({ attempt: 2, input: 1000, output: 0 });
    }),
  );
  expect(spansOf(state, 'llm').map(({ call }) => call!.wasted)).toEqual([true, false, false]);
});

test('a new visit of a node in a loop does not mark the previous visit as wasted', () => {
  expect(profile(readFixture('looped')).totals.wastedUsd).toBe(0);
});

test('a changed span is a new object, and an unchanged one keeps its identity', () => {
  const events = buildTrace((t) =>
    t.stage('workflow', () => {
      t.node('one', {}, () => t.llm({ input: 1, output: 1 }));
      t.node('two', {}, () => t.llm({ input: 1, output: 1 }));
    }),
  );
  const { state, apply } = createProfile({ prices: testPrices });
  let before = new Map<number, Span>();
  for (const event of events) {
    apply(event);
    const changed = [...state.spans.values()]
      .filter((span) => before.get(span.id) !== span)
      .map((span) => span.id);
    expect(touchedBy(event, state)).toEqual(expect.arrayContaining(changed));
    expect(changed).toEqual(expect.arrayContaining(touchedBy(event, state).slice(0, 1)));
    before = new Map(state.spans);
  }
});

test('a span with a missing parent becomes a root', () => {
  const state = profile([
    stamped(0, { type: 'span.started', span: 7, parent: 3, kind: 'node', name: 'lost' }),
  ]);
  expect(state.roots).toEqual([7]);
  expect(state.spans.get(7)).toMatchObject({ parent: undefined, depth: 0 });
});

test('a finish event that arrives before its start event is applied later', () => {
  const state = profile([
    stamped(0, { type: 'span.finished', span: 1, status: 'failed', error: { name: 'Error', message: 'no' } }),
    stamped(1, { type: 'span.started', span: 1, kind: 'node', name: 'hasty' }),
  ]);
  expect(state.spans.get(1)).toMatchObject({
    status: 'failed',
    startedAt: 1,
    finishedAt: 1,
    error: { message: 'no' },
  });
});

test('the first of two finish events takes precedence', () => {
  const state = profile([
    stamped(0, { type: 'span.started', span: 1, kind: 'node', name: 'twice' }),
    stamped(1, { type: 'span.finished', span: 1, status: 'ok' }),
    stamped(2, { type: 'span.finished', span: 1, status: 'failed' }),
  ]);
  expect(state.spans.get(1)).toMatchObject({ status: 'ok', finishedAt: 1 });
});

test('events of unknown spans are ignored', () => {
  const state = profile([
    stamped(0, { type: 'params.resolved', span: 9, params: {} }),
    stamped(1, { type: 'llm.progress', span: 9, output: 5 }),
    stamped(2, { type: 'log.written', span: 9, stream: 'stdout', text: 'hello?' }),
  ]);
  expect(state).toMatchObject({ events: 3, lastAt: 2, totals: { calls: 0 } });
  expect(state.spans.size).toBe(0);
});

test('events of unknown types are counted by type', () => {
  const state = runOf(
    (t) => void t.emitUnknown('node.teleported').emitUnknown('node.teleported').emitUnknown('moon.rose'),
  );
  expect(state.unknownEvents).toEqual(
    new Map([
      ['node.teleported', 2],
      ['moon.rose', 1],
    ]),
  );
});

test('a pause or a breakpoint pauses a run until it is resumed or ends', () => {
  const events = buildTrace((t) => void t.control('paused').control('resumed').control('breakpoint'));
  const paused = statesAfter(events, 'control.changed', 'run.finished').map((state) => state.paused);
  expect(paused).toEqual([true, false, true, false]);
});

test('a run without its last event is running, whatever the status of its spans', () => {
  expect(profile(buildTrace((t) => t.stage('workflow', () => {}), { open: true })).status).toBe('running');
  expect(profile(readFixture('torn-last-line')).status).toBe('running');
  expect(profile(readFixture('budget')).status).toBe('budget');
});

function runOf(script: (t: TraceBuilder) => void): RunState {
  return profile(buildTrace(script));
}

function profile(events: readonly TraceEvent[]): RunState {
  return reduceEvents(events, { prices: testPrices });
}

function spansOf(state: RunState, kind: Span['kind']): Span[] {
  return [...state.spans.values()].filter((span) => span.kind === kind);
}

/** Copies of the state after each event of some types. */
function statesAfter(events: readonly TraceEvent[], ...types: string[]): RunState[] {
  const { state, apply } = createProfile({ prices: testPrices });
  return events.flatMap((event) => {
    apply(event);
    return types.includes(event.type) ? [{ ...state }] : [];
  });
}

/** The spans that an event may change: its own span and the enclosing ones. */
function touchedBy(event: TraceEvent, state: RunState): number[] {
  const ids: number[] = [];
  let id = 'span' in event ? event.span : undefined;
  while (id !== undefined) {
    ids.push(id);
    id = state.spans.get(id)?.parent;
  }
  return ids;
}

function stamped(seq: number, body: EventBody): TraceEvent {
  return { seq, at: seq, ...body } as TraceEvent;
}
