import { expect, test } from 'vitest';
import { toChromeTrace } from '../../src/export/chrome-trace.js';
import { toFolded } from '../../src/export/folded.js';
import { toOtlp } from '../../src/export/otlp/otlp.js';
import type { OtlpSpan } from '../../src/otlp/otlp-json.js';
import { toSpeedscope } from '../../src/export/speedscope.js';
import { tracksOf, type Placed } from '../../src/export/tracks.js';
import { reduceEvents } from '../../src/profile/run/profile.js';
import type { RunState } from '../../src/profile/run/run-state.js';
import { chromeFaults, otlpFaults, speedscopeFaults } from '../support/export-checks.js';
import { testPrices } from '../support/prices.js';
import { buildTrace, fixtureNames, readFixture, type TraceBuilder } from '../support/trace-builder.js';

const fixture = (name: string) => reduceEvents(readFixture(name), { prices: testPrices });
const run = (script: (t: TraceBuilder) => void) => reduceEvents(buildTrace(script), { prices: testPrices });

/** Every fixture, complete and truncated in the middle as by a killed process. */
const runs: [string, RunState][] = fixtureNames.flatMap((name) => {
  const events = readFixture(name);
  const half = reduceEvents(events.slice(0, Math.ceil(events.length / 2)), { prices: testPrices });
  return [
    [name, fixture(name)],
    [`half of ${name}`, half],
  ];
});

const parallel = run((t) =>
  t.stage('workflow', () =>
    t.node('each', {}, (node) => {
      const spans = [0, 1, 2].map((index) => t.open('item', String(index), { index, of: 3 }));
      t.wait(10).close(spans[1]!);
      t.within(node, () => void t.node('late', {}, () => void t.wait(5)));
      t.close(spans[0]!).wait(1).close(spans[2]!);
    }),
  ),
);

test('concurrent spans are placed on separate tracks, each on the first free one', () => {
  const names = (placed: readonly Placed[]): unknown[] =>
    placed.map(({ span, inside }) => [
      span.kind === 'item' ? `item ${span.name}` : span.name,
      ...names(inside),
    ]);
  expect(tracksOf(parallel).map(({ name, spans }) => [name, names(spans)])).toEqual([
    ['run', [['workflow', ['each', ['item 0']]]]],
    ['parallel 1', [['item 1'], ['late']]],
    ['parallel 2', [['item 2']]],
  ]);
});

test('a span on a further track is enclosed in a frame of its node, in both formats', () => {
  const chrome = toChromeTrace(parallel).traceEvents.flatMap((event) =>
    event.ph === 'X' && event.tid === 2 ? [[event.name, event.cat, event.dur, event.args]] : [],
  );
  expect(chrome).toEqual([
    ['each', 'context', 16_000, {}],
    ['item', 'item', 16_000, { status: 'ok', index: 2 }],
  ]);
  const { profiles, shared } = toSpeedscope(parallel);
  const stacks = profiles.flatMap((profile) =>
    profile.type === 'evented' && profile.name === 'time: parallel 1'
      ? [profile.events.map(({ type, frame }) => `${type} ${shared.frames[frame]!.name}`)]
      : [],
  );
  expect(stacks).toEqual([['O each', 'O item', 'C item', 'C each', 'O each', 'O late', 'C late', 'C each']]);
});

test('a span that outlives its parent is placed on a track of its own', () => {
  const state = run((t) => {
    let late = 0;
    t.stage('workflow', (stage) => {
      t.within(stage, () => t.node('a', {}, () => void (late = t.wait(1).open('phase', 'exec'))));
    });
    t.wait(5).close(late);
  });
  expect(tracksOf(state).map(({ spans }) => spans.map(({ span }) => span.name))).toEqual([
    ['workflow'],
    ['exec'],
  ]);
});

test.each(runs)('the tracks of %s contain each span once and are correctly nested', (_name, state) => {
  const seen: number[] = [];
  const faults: string[] = [];
  const walk = (placed: readonly Placed[], from: number, to: number): void => {
    let free = from;
    for (const each of placed) {
      seen.push(each.span.id);
      if (each.from < free || each.to < each.from || each.to > to) faults.push(each.span.name);
      walk(each.inside, each.from, each.to);
      free = each.to;
    }
  };
  for (const { spans } of tracksOf(state)) walk(spans, 0, Number.POSITIVE_INFINITY);
  expect(faults).toEqual([]);
  expect(seen.toSorted((a, b) => a - b)).toEqual([...state.spans.keys()].toSorted((a, b) => a - b));
});

test.each(runs)(
  '%s exports valid speedscope with each span once, and its cost is the sum',
  (_name, state) => {
    const file = toSpeedscope(state);
    expect(speedscopeFaults(file)).toEqual([]);
    const opened = file.profiles.flatMap((profile) =>
      profile.type === 'evented' ? profile.events.filter(({ type }) => type === 'O') : [],
    );
    const contexts = tracksOf(state).flatMap(({ spans }) => spans.filter(({ under }) => under));
    expect(opened).toHaveLength(state.spans.size + contexts.length);
    const cost = file.profiles.flatMap((profile) => (profile.type === 'sampled' ? profile.weights : []));
    expect(cost.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(state.totals.usd * 1e6, 4);
  },
);

test('a speedscope file contains its schema and its exporter', () => {
  expect(toSpeedscope(parallel)).toMatchObject({
    $schema: 'https://www.speedscope.app/file-format-schema.json',
    exporter: expect.stringMatching(/^pflow@\d/) as string,
    name: 'test run',
    profiles: [{ name: 'time: run' }, { name: 'time: parallel 1' }, { name: 'time: parallel 2' }],
  });
});

test.each(runs)(
  '%s exports a valid Chrome trace with each span, and its cost counter reaches the total',
  (_name, state) => {
    const trace = toChromeTrace(state);
    expect(chromeFaults(trace)).toEqual([]);
    const spans = trace.traceEvents.filter((event) => event.ph === 'X' && event.cat !== 'context');
    expect(spans).toHaveLength(state.spans.size);
    const costs = trace.traceEvents.flatMap((event) =>
      event.ph === 'C' && event.name === 'cost' ? [Number(event.args['usd'])] : [],
    );
    expect(costs.at(-1) ?? 0).toBeCloseTo(state.totals.usd, 9);
  },
);

test('a Chrome trace contains the kind, times and error of a span', () => {
  const { traceEvents, otherData } = toChromeTrace(fixture('failed-in-exec'));
  expect(traceEvents.find(({ ph, name }) => ph === 'X' && name === 'fetch')).toMatchObject({
    cat: 'node',
    ts: 45_000,
    dur: 800_000,
    args: { status: 'failed', error: 'Cannot reach example.com (in exec).' },
  });
  expect(otherData).toMatchObject({ run: '0a1b2c3d-0000-4000-8000-000000000001' });
});

const spansOf = (state: RunState) => toOtlp(state).resourceSpans[0]!.scopeSpans[0]!.spans;
const plain = ({ attributes }: OtlpSpan) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0] as unknown]));

test.each(runs)('%s exports valid OTLP with each span', (_name, state) => {
  const spans = spansOf(state);
  expect(otlpFaults(spans)).toEqual([]);
  expect(spans).toHaveLength(state.spans.size + 1);
});

test("a call's usage and cost are exported under the names of the semantic conventions", () => {
  const state = run((t) =>
    t.stage('workflow', () => {
      const usage = { cacheRead: 400, reasoning: 20 };
      t.node(
        'ask',
        { nodeType: 'llm' },
        () => void t.llm({ input: 1000, output: 100, usage, firstTokenMs: 410 }),
      );
    }),
  );
  const call = spansOf(state).find(({ kind }) => kind === 3)!;
  expect(call.name).toBe('chat claude-sonnet-4-5');
  expect(plain(call)).toEqual({
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'anthropic',
    'gen_ai.request.model': 'claude-sonnet-4-5',
    'gen_ai.response.model': 'claude-sonnet-4-5',
    'gen_ai.response.finish_reasons': { values: [{ stringValue: 'stop' }] },
    'gen_ai.response.time_to_first_chunk': 0.41,
    'gen_ai.usage.input_tokens': '1000',
    'gen_ai.usage.output_tokens': '100',
    'gen_ai.usage.cache_read.input_tokens': '400',
    'gen_ai.usage.reasoning.output_tokens': '20',
    'gen_ai.usage.cost': expect.closeTo(0.00342, 8) as number,
    'pflow.usage.origin': 'reported',
    'pflow.cost.state': 'priced',
    'pflow.kind': 'llm',
    'pflow.status': 'ok',
    'pflow.attempt': '1',
  });
});

test('cache writes are exported under both of their names, costs without the noise of binary fractions', () => {
  const usage = { cacheRead: 400, cacheWrite: 300 };
  const state = run((t) =>
    t.stage('workflow', () => void t.llm({ input: 1000, output: 100, usage, model: 'claude-sonnet-4-5' })),
  );
  const call = plain(spansOf(state).find(({ kind }) => kind === 3)!);
  expect(call).toMatchObject({
    'gen_ai.usage.cache_write.input_tokens': '300',
    'gen_ai.usage.cache_creation.input_tokens': '300',
  });
  const costs = [
    call['gen_ai.usage.cost'],
    ...JSON.stringify(toChromeTrace(state)).matchAll(/[uU]sd":([^,}]+)/g),
  ];
  expect(costs).toHaveLength(4);
  for (const cost of costs) expect(String(Array.isArray(cost) ? cost[1] : cost).length).toBeLessThan(16);
  expect(toOtlp(state).resourceSpans[0]).toMatchObject({
    schemaUrl: 'https://opentelemetry.io/schemas/gen-ai-dev/0.1.0-dev',
    scopeSpans: [{ schemaUrl: 'https://opentelemetry.io/schemas/gen-ai-dev/0.1.0-dev' }],
  });
});

test('content is exported on request, in the form of the semantic conventions', () => {
  const state = run((t) =>
    t.stage('workflow', () =>
      t.node('ask', {}, () => {
        const prompt = [{ role: 'user', content: 'a question' }];
        t.llm({ prompt, text: 'an answer', input: 1, output: 1 });
      }),
    ),
  );
  const spans = toOtlp(state, { content: true }).resourceSpans[0]!.scopeSpans[0]!.spans;
  const call = plain(spans.find(({ kind }) => kind === 3)!);
  const read = (name: string): unknown => JSON.parse(String(call[name]));
  expect(read('gen_ai.input.messages')).toEqual([
    { role: 'user', parts: [{ type: 'text', content: 'a question' }] },
  ]);
  expect(read('gen_ai.output.messages')).toEqual([
    { role: 'assistant', parts: [{ type: 'text', content: 'an answer' }], finish_reason: 'stop' },
  ]);
});

test('a run that was started within a trace belongs to it', () => {
  const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
  const events = buildTrace((t) => t.stage('workflow', () => t.node('ask', {}, () => {})), { traceparent });
  const spans = spansOf(reduceEvents(events, { prices: testPrices }));
  expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set(['a'.repeat(32)]));
  expect(spans[0]).toMatchObject({ parentSpanId: 'b'.repeat(16), name: 'invoke_agent test run' });
});

test('unreported counts are omitted, and prompts are not exported unless requested', () => {
  const state = run((t) =>
    t.stage('workflow', () => t.node('ask', {}, () => void t.llm({ prompt: 'a secret', text: 'an answer' }))),
  );
  expect(JSON.stringify(toOtlp(state))).not.toMatch(/a secret|an answer|usage\.input_tokens|usage\.cost/);
});

test('an error is exported as a status, a type and an exception event', () => {
  const fetch = spansOf(fixture('failed-in-exec')).find(({ name }) => name === 'execute_tool http')!;
  expect(plain(fetch)).toMatchObject({ 'error.type': 'node_failed', 'pflow.node.id': 'fetch' });
  expect(fetch.status).toEqual({ code: 2, message: 'Cannot reach example.com (in exec).' });
  expect(fetch.events).toMatchObject([{ name: 'exception', timeUnixNano: fetch.endTimeUnixNano }]);
});

test('exported times are wall-clock times in nanoseconds', () => {
  const root = spansOf(fixture('done-without-planner'))[0]!;
  expect(root.startTimeUnixNano).toBe(String(BigInt(Date.parse('2026-01-15T10:00:00.000Z')) * 1_000_000n));
  expect(root.name).toMatch(/^invoke_agent /);
});

test.each(['constructor', 'hasOwnProperty', '__proto__', 'toString'])(
  'provider and model of %s are exported under the conventional names',
  (name) => {
    const events = buildTrace((t) =>
      t.stage('workflow', () =>
        t.node(name, { nodeType: name }, () =>
          t.llm({ model: name, provider: name, prompt: '', text: '', input: 1, output: 1 }),
        ),
      ),
    );
    const call = spansOf(reduceEvents(events, { prices: testPrices })).find((span) =>
      span.name.startsWith('chat'),
    );
    expect(call!.attributes).toContainEqual({ key: 'gen_ai.provider.name', value: { stringValue: name } });
  },
);

test('exporting a trace twice gives the same ids', () => {
  expect(toOtlp(fixture('looped'))).toEqual(toOtlp(fixture('looped')));
});

test('folded stacks are one line per stack, weighted by self time or cost', () => {
  expect(toFolded(fixture('retried'), 'cost')).toMatchInlineSnapshot(`
    "workflow;extract;attempt 1;llm claude-sonnet-4-5;input 6000
    workflow;extract;attempt 1;llm claude-sonnet-4-5;output 4500
    workflow;extract;attempt 3;llm claude-sonnet-4-5;input 8100
    workflow;extract;attempt 3;llm claude-sonnet-4-5;output 7650
    workflow;extract;attempt 3;llm claude-sonnet-4-5;cacheRead 600
    "
  `);
  const state = run((t) =>
    t.stage('workflow', () => t.node('a;b\nc', {}, () => void t.wait(1).phase('exec', 2.5).valueOf())),
  );
  expect(toFolded(state)).toBe('workflow;a b c 1000\nworkflow;a b c;exec 2500\n');
});

test.each(runs)(
  'the folded stacks of %s have positive integer weights and no empty frames',
  (_name, state) => {
    for (const weight of ['time', 'cost'] as const)
      for (const line of toFolded(state, weight).split('\n').slice(0, -1))
        expect(line).toMatch(/^[^;\n]+(;[^;\n]+)* [1-9]\d*$/);
  },
);
