import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { analyzeRun } from '../../src/profile/analysis/findings.js';
import { createProfile, reduceEvents } from '../../src/profile/run/profile.js';
import { readStoreAt } from '../../src/profile/store/snapshot.js';
import type { RunState, Totals } from '../../src/profile/run/run-state.js';
import { listSpans } from '../../src/profile/run/span-tree.js';
import { traceEventSchema, type TraceEvent } from '../../src/trace/event/event.js';
import { isKnownType } from '../../src/trace/event/event-format.js';
import { scenarios } from '../fixtures/make-traces.js';
import { disagreements, misplacedSteps } from '../support/laws.js';
import { tableOf, testPrices } from '../support/prices.js';
import { fixtureNames, readFixture } from '../support/trace-builder.js';

test('the fixture files equal the output of their script', () => {
  expect(fixtureNames).toEqual(Object.keys(scenarios).toSorted());
  for (const [name, make] of Object.entries(scenarios)) {
    expect(readFileSync(join(import.meta.dirname, '..', 'fixtures', 'traces', `${name}.jsonl`), 'utf8')).toBe(
      make(),
    );
  }
});

test.each(fixtureNames)('%s is a valid trace by the schema', (name) => {
  const known = readFixture(name).filter((event) => isKnownType(event.type));
  expect(known.flatMap((event) => traceEventSchema.safeParse(event).error?.issues ?? [])).toEqual([]);
});

test.each(fixtureNames)(
  'every prefix of %s reduces to consistent sums and a critical path within its duration',
  (name) => {
    const profile = createProfile({ prices: testPrices });
    for (const event of readFixture(name)) {
      profile.apply(event);
      expect(disagreements(profile.state)).toEqual([]);
      expect(misplacedSteps(profile.state)).toEqual([]);
      listSpans(profile.state);
      analyzeRun(profile.state);
      readStoreAt(profile.state, { seq: event.seq });
    }
  },
);

test.each(fixtureNames)('%s without any one of its events reduces to consistent sums', (name) => {
  const events = readFixture(name).slice(0, 80);
  for (let gap = 0; gap < events.length; gap++) {
    const state = reduceEvents(events.toSpliced(gap, 1), { prices: testPrices });
    expect(disagreements(state)).toEqual([]);
    expect(misplacedSteps(state)).toEqual([]);
  }
});

test.each(fixtureNames)('%s with every event duplicated is the same run', (name) => {
  const once = reduceEvents(readFixture(name), { prices: testPrices });
  const twice = reduceEvents(
    readFixture(name).flatMap((event) => (isRepeatable(event) ? [event, event] : [event])),
    { prices: testPrices },
  );
  expect(twice.totals).toEqual(once.totals);
  expect([...twice.spans.values()]).toEqual([...once.spans.values()]);
});

test.each(fixtureNames)('another price table changes only money in %s', (name) => {
  const dear = tableOf({
    'anthropic/claude-sonnet-4-5': { input: 70, output: 900 },
    'acme/frobnicator-9000': { input: 1, output: 1 },
  });
  const state = reduceEvents(readFixture(name), { prices: testPrices });
  const repriced = reduceEvents(readFixture(name), { prices: dear });
  expect(withoutMoney(repriced)).toEqual(withoutMoney(state));
  expect(repriced.totals.usd !== state.totals.usd).toBe(state.totals.priced);
});

/** Plans, changes, logs and controls are lists of events; every other fact is recorded once. */
function isRepeatable({ type }: TraceEvent): boolean {
  return (
    !['workflow.planned', 'store.changed', 'log.written', 'control.changed', 'call.linked'].includes(type) &&
    !type.startsWith('unknown:')
  );
}

function withoutMoney(state: RunState): unknown {
  const blind = (totals: Totals) => ({
    ...totals,
    usd: 0,
    wastedUsd: 0,
    cacheSavedUsd: 0,
    cachePenaltyUsd: 0,
    bound: false,
    approximate: false,
    priced: false,
    unpriced: [],
  });
  const spans = Array.from(state.spans.values(), (span) => ({
    ...span,
    call: span.call && { ...span.call, cost: null, cacheEffect: null },
    totals: blind(span.totals),
  }));
  return { ...state, spans, totals: blind(state.totals), prices: undefined };
}
