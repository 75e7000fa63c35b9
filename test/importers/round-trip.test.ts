import { expect, test } from 'vitest';
import { decodeOtlpProtobuf } from '../../src/otlp/decode/decode-protobuf.js';
import { encodeOtlpProtobuf } from '../../src/otlp/encode-protobuf.js';
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

/** The content of a span in the order of its events. */
function contents(state: RunState) {
  const stored = (store: number | undefined): string | undefined =>
    store === undefined ? undefined : state.spans.get(store)?.name;
  return [...state.spans.values()]
    .map(({ id, kind, name, startedAt, call, logs, resolved }) => ({
      kind,
      name: kind === 'llm' ? call!.requestedModel : name,
      startedAt: Math.round(startedAt * 1000),
      prompt: call?.request?.prompt,
      system: call?.request?.system,
      text: call?.response?.object === undefined ? call?.response?.text : undefined,
      object: call?.response?.object,
      reasoning: call?.response?.reasoning,
      params: Object.entries(resolved?.params ?? {}).map(([key, { value }]) => [key, value]),
      logs: logs.map(({ stream, text, level }) => [stream, text, level]),
      changes: state.changes
        .filter(({ span }) => span === id)
        .map(({ set, deleted = [], store }) => [set, deleted, stored(store)]),
    }))
    .map((fields) => JSON.stringify(fields))
    .toSorted();
}

test.each(finished.filter(([name]) => name !== 'hostile-values'))(
  '%s keeps its prompts, responses, parameters, logs and store when its OTLP export with content is imported',
  async (_name, state) => {
    const message = JSON.parse(JSON.stringify(toOtlp(state, { content: true }))) as object;
    expect(contents(await importState([message]))).toEqual(contents(state));
    const decoded = decodeOtlpProtobuf(encodeOtlpProtobuf(message, 'traces'), 'traces');
    expect(contents(await importState([decoded]))).toEqual(contents(state));
  },
);
