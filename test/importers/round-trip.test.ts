import { expect, test } from 'vitest';
import { toOtlp } from '../../src/export/otlp/otlp.js';
import { reduceEvents } from '../../src/profile/run/profile.js';
import type { RunState, Span } from '../../src/profile/run/run-state.js';
import { testPrices } from '../support/prices.js';
import { fixtureNames, readFixture } from '../support/trace-builder.js';
import { importState } from './convert.js';

const finished = fixtureNames
  .map((name) => [name, reduceEvents(readFixture(name), { prices: testPrices })] as const)
  .filter(
    ([, state]) => state.finished && [...state.spans.values()].every(({ status }) => status !== 'running'),
  );

/** The facts of a span that an OTLP export preserves. */
function facts({ kind, name, status, nodeType, visit, index, action, startedAt, finishedAt, call }: Span) {
  const { input, cacheRead, cacheWrite, output, reasoning } = call?.usage ?? {};
  return {
    kind,
    status,
    nodeType,
    visit,
    index,
    action,
    input,
    cacheRead,
    cacheWrite,
    output,
    reasoning,
    name: kind === 'llm' ? call!.requestedModel : name,
    startedAt: Math.round(startedAt * 1000),
    finishedAt: Math.round(finishedAt! * 1000),
  };
}

const spansOf = (state: RunState) =>
  [...state.spans.values()]
    .map(facts)
    .toSorted((a, b) => a.startedAt - b.startedAt || b.finishedAt - a.finishedAt);

test.each(finished)(
  '%s keeps its run, spans, times and usage when its OTLP export is imported',
  async (_name, state) => {
    const imported = await importState([JSON.parse(JSON.stringify(toOtlp(state))) as object]);
    const { run, name, startedAt } = state.started!;
    expect(imported.started).toMatchObject({ run, name, startedAt });
    const key = (facts: object) => JSON.stringify(facts);
    expect(spansOf(imported).map(key).toSorted()).toEqual(spansOf(state).map(key).toSorted());
  },
);
