import fc from 'fast-check';
import { expect, test } from 'vitest';
import { foldLedger } from '../../../src/ledger/enter/fold-ledger.js';
import { isRunLine, type CallLine, type LedgerLine } from '../../../src/ledger/files/ledger-line.js';
import { priceCallLine, toCall } from '../../../src/ledger/prices/price-call-line.js';
import type { PriceTable } from '../../../src/pricing/table/price-table.js';
import { groupByModel, groupByNode } from '../../../src/profile/analysis/breakdown.js';
import { reduceEvents } from '../../../src/profile/run/profile.js';
import type { Totals } from '../../../src/profile/run/run-state.js';
import { sumCalls } from '../../../src/profile/run/totals.js';
import type { TraceEvent } from '../../../src/trace/event/event.js';
import type { Usage } from '../../../src/usage/record/usage.js';
import { tableOf, testPrices } from '../../support/prices.js';
import { buildTrace, fixtureNames, readFixture, type LlmCallFields } from '../../support/trace-builder.js';

const PATH = '/home/ann/.pflow/debug/trace-x-20260115-100000-0a1b2c3d.jsonl';

const otherPrices = tableOf({
  'anthropic/claude-sonnet-4-5': { input: 7, cacheRead: 0.9, cacheWrite: 8, cacheWrite1h: 16, output: 31 },
  'openai/gpt-4.1': { input: 1, output: 2 },
});

function foldOf(events: readonly TraceEvent[], prices: PriceTable = testPrices): LedgerLine[] {
  return foldLedger(reduceEvents(events, { prices }), PATH);
}

function callsOf(lines: readonly LedgerLine[]): CallLine[] {
  return lines.filter((line): line is CallLine => !isRunLine(line));
}

/** The sums of lines that were written to a file and read back. */
function sumLines(lines: readonly CallLine[], prices: PriceTable): Totals {
  const read = JSON.parse(JSON.stringify(lines)) as CallLine[];
  return sumCalls(read.map((line) => toCall(line, priceCallLine(line, prices))));
}

function expectSameTotals(found: Totals, expected: Totals): void {
  const isSame = ([name, value]: [string, unknown]) => {
    const actual: unknown = found[name as keyof Totals];
    if (typeof value === 'number') return Math.abs(Number(actual) - value) < 1e-12;
    if (Array.isArray(value)) return [...(actual as string[])].toSorted().join() === value.toSorted().join();
    return actual === value;
  };
  expect(Object.entries(expected).filter((entry) => !isSame(entry))).toEqual([]);
}

/** Compares the sums in total, by node and by model, for any tables that the lines are written and priced with. */
function expectLedgerAgrees(events: readonly TraceEvent[]): void {
  const lines = callsOf(foldOf(events, testPrices));
  for (const prices of [testPrices, otherPrices]) {
    const state = reduceEvents(events, { prices });
    if (state.started?.flags.simulated) continue;
    expectSameTotals(sumLines(lines, prices), state.totals);
    for (const { stage, path, totals } of groupByNode(state)) {
      if (totals.calls === 0) continue;
      const own = lines.filter(
        (line) =>
          (line.node ?? '') === path.join('/') && (line.stage === 'planner') === (stage === 'planner'),
      );
      expectSameTotals(sumLines(own, prices), totals);
    }
    for (const { provider, model, totals } of groupByModel(state)) {
      const own = lines.filter((line) => line.provider === provider && line.model === model);
      expectSameTotals(sumLines(own, prices), totals);
    }
  }
}

test.each(fixtureNames)('the ledger of %s has the same sums as its trace, with any prices', (name) => {
  expectLedgerAgrees(readFixture(name));
});

const count = fc.integer({ min: 0, max: 400_000 });
const model = fc.constantFrom('claude-sonnet-4-5', 'gpt-4.1', 'gpt-4.1-mini', 'unheard-of-1');
const provider = fc.constantFrom('anthropic', 'openai', 'offline', 'ollama', 'openrouter');
const usageFields = fc.record(
  {
    cacheRead: fc.integer({ min: 0, max: 100 }),
    cacheWrite: fc.integer({ min: 0, max: 100 }),
    reasoning: fc.integer({ min: 0, max: 50 }),
    webSearches: fc.integer({ min: 0, max: 3 }),
    reportedCostUsd: fc.double({ min: 0, max: 2, noNaN: true }),
    unconsumed: fc.constant({ 'audio.fancy': 7 }),
    incomplete: fc.constant(true as const),
    serviceTier: fc.constantFrom('default', 'flex', 'batch'),
    source: fc.constantFrom('openai-chat', 'ollama'),
  },
  { requiredKeys: [] },
);
const part = fc.record({
  model,
  usage: fc.record({
    input: count,
    output: count,
    source: fc.constant('anthropic'),
    convention: fc.constant('inclusive' as const),
    warnings: fc.constant([] as string[]),
  }),
});
const callFields: fc.Arbitrary<
  LlmCallFields & { parts: { input: number; output: number }[]; replayed: boolean }
> = fc.record(
  {
    model,
    provider,
    free: fc.boolean(),
    input: count,
    output: count,
    usage: usageFields,
    usageOrigin: fc.constantFrom('reported', 'estimated'),
    answeredBy: fc.constantFrom('claude-sonnet-4-5', 'gpt-4.1', 'a-proxy-name'),
    progress: fc.array(count, { maxLength: 2 }),
    firstTokenMs: fc.integer({ min: 1, max: 50 }),
    unusable: fc.boolean(),
    fails: fc.constantFrom(undefined, undefined, 'the connection broke'),
    parts: fc.array(part, { minLength: 0, maxLength: 3 }),
    replayed: fc.boolean(),
  },
  { requiredKeys: ['parts', 'replayed', 'provider', 'model'] },
) as never;

/** Adds what the builder has no parameter for: several models in a response, and a replayed response. */
function refine(
  events: TraceEvent[],
  calls: readonly { parts: unknown[]; replayed: boolean }[],
): TraceEvent[] {
  let index = 0;
  const bySpan = new Map<number, number>();
  for (const event of events) if (event.type === 'llm.request') bySpan.set(event.span, index++);
  return events.map((event) => {
    if (event.type !== 'llm.response') return event;
    const { parts, replayed } = calls[bySpan.get(event.span)!]!;
    const usage = parts.length > 1 && event.usage ? usageOfParts(event.usage, parts) : event.usage;
    return { ...event, usage, ...(replayed ? { replayed } : {}) } as TraceEvent;
  });
}

/** Builds a usage whose counts are the sums over its parts. */
function usageOfParts(
  { reportedCostUsd, unconsumed, incomplete }: { [K in keyof Usage]?: unknown },
  parts: readonly unknown[],
): object {
  const usages = parts.map((each) => (each as { usage: { input: number; output: number } }).usage);
  const input = usages.reduce((sum, each) => sum + each.input, 0);
  const output = usages.reduce((sum, each) => sum + each.output, 0);
  const known = { reportedCostUsd, unconsumed, incomplete };
  return {
    ...Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)),
    input,
    output,
    source: 'several',
    convention: 'inclusive',
    warnings: [],
    parts,
  };
}

test('the ledger has the same sums as the trace, for runs of any calls', () => {
  fc.assert(
    fc.property(fc.array(callFields, { maxLength: 6 }), (calls) => {
      const events = buildTrace((t) => {
        t.stage('planner', () => t.node('plan', {}, () => calls.slice(0, 2).forEach((call) => t.llm(call))));
        t.stage('workflow', () =>
          t.node('outer', {}, () => {
            t.node('inner', {}, () => calls.slice(2, 4).forEach((call) => t.llm(call)));
            calls.slice(4).forEach((call, i) => t.attempt(i + 1, () => t.llm(call)));
          }),
        );
      });
      expectLedgerAgrees(refine(events, calls));
    }),
    { numRuns: 300 },
  );
});

test('each call is a line with its facts, followed by a line for the run', () => {
  const events = buildTrace(
    (t) => {
      t.stage('workflow', () =>
        t.node('ask', {}, () => {
          t.params({ prompt: { template: 'Summarize ${text}', value: 'Summarize a secret text' } });
          t.llm({ ms: 900, input: 1200, output: 80, firstTokenMs: 210, usage: { cacheRead: 1000 } });
        }),
      );
    },
    {
      tz: 'Europe/Berlin',
      project: '/home/ada/shop',
      commit: 'abc',
      tags: { team: 'a' },
      workflow: { name: 'wf' },
    },
  );
  const [call, run] = foldOf(events);
  expect(call).toEqual({
    v: 1,
    id: '0a1b2c3d-0000-4000-8000-000000000001/3',
    run: '0a1b2c3d-0000-4000-8000-000000000001',
    span: 3,
    at: '2026-01-15T10:00:00.000Z',
    tz: 'Europe/Berlin',
    workflow: 'wf',
    node: 'ask',
    prompt: expect.stringMatching(/^[0-9a-f]{12}$/) as string,
    provider: 'anthropic',
    model: 'claude-sonnet-4-5',
    usages: [{ model: 'claude-sonnet-4-5', usage: { input: 1200, cacheRead: 1000, output: 80 } }],
    usd: expect.closeTo(0.0021, 10) as number,
    ms: 900,
    firstTokenMs: 210,
    status: 'ok',
    cached: true,
    tags: { team: 'a' },
    project: '/home/ada/shop',
    commit: 'abc',
    source: 'run',
    trace: PATH,
  });
  expect(run).toEqual({
    v: 1,
    kind: 'run',
    run: '0a1b2c3d-0000-4000-8000-000000000001',
    at: '2026-01-15T10:00:00.000Z',
    tz: 'Europe/Berlin',
    workflow: 'wf',
    status: 'ok',
    ms: 900,
    models: ['anthropic/claude-sonnet-4-5'],
    totals: expect.objectContaining({ calls: 1, input: 1200, tokens: 1280, priced: true }) as object,
    nodes: { ask: { ms: 900, calls: 1, tokens: 1280, usd: expect.closeTo(0.0021, 10) as number } },
    tags: { team: 'a' },
    project: '/home/ada/shop',
    commit: 'abc',
    source: 'run',
    trace: PATH,
  });
});

test('the ledger contains no text of prompts or responses', () => {
  const events = buildTrace(
    (t) => {
      t.stage('workflow', () =>
        t.node('ask', {}, () => {
          t.params({ prompt: { template: 'PROMPT ${x}', value: 'PROMPT y' } });
          t.llm({ prompt: 'PROMPT', text: 'ANSWER', input: 1, output: 1 });
          t.llm({ fails: 'FAILURE with ANSWER' });
        }),
      );
      t.finish('failed', { node: 'ask', error: { name: 'Error', message: 'FAILURE' } });
    },
    { request: 'PROMPT', name: 'PROMPT', params: { x: 'PROMPT' } },
  );
  const text = JSON.stringify(foldOf(events));
  expect(text).toContain('"failed":"ask"');
  expect(text).not.toMatch(/PROMPT|ANSWER|FAILURE/);
});

test('the hash of a prompt depends on its template, not on its values', () => {
  const hash = (template: string, value: string) =>
    callsOf(
      foldOf(
        buildTrace((t) => {
          t.stage('workflow', () =>
            t.node('ask', {}, () => {
              t.params({ prompt: { template, value } });
              t.llm({ input: 1, output: 1 });
            }),
          );
        }),
      ),
    )[0]!.prompt;
  expect(hash('Say ${x}', 'Say a')).toBe(hash('Say ${x}', 'Say b'));
  expect(hash('Say ${x}', 'Say a')).not.toBe(hash('Tell ${x}', 'Tell a'));
});

test('a call that was tried again has the number of its attempt, also if its node was', () => {
  const events = buildTrace((t) =>
    t.stage('workflow', () =>
      t.node('ask', {}, () => {
        t.attempt(1, () => t.llm({ fails: 'no' }), { fails: 'no' });
        t.attempt(2, () => {
          t.llm({ input: 1, output: 1 });
          t.llm({ input: 1, output: 1, attempt: 3 });
        });
      }),
    ),
  );
  expect(callsOf(foldOf(events)).map(({ attempt }) => attempt)).toEqual([undefined, 2, 3]);
});

test('a simulated run is not entered in the ledger', () => {
  const events = buildTrace((t) => t.stage('workflow', () => t.llm({ input: 1, output: 1 })), {
    flags: { simulated: true, capture: 'preview', redact: true },
  });
  expect(foldOf(events)).toEqual([]);
});

test('a replayed call costs nothing and states its cost when it was recorded', () => {
  const events = buildTrace((t) => t.stage('workflow', () => t.llm({ input: 1_000_000, output: 0 }))).map(
    (event): TraceEvent =>
      event.type === 'llm.response'
        ? { ...event, replayed: true, ids: { response: 'msg_01XFDUDYJgAACzvnptvVoYEL' } }
        : event,
  );
  const [call] = callsOf(foldOf(events));
  expect(call).toMatchObject({ source: 'replayed', usd: 0, recordedUsd: 3 });
  expect(call!.id).toBe(`${call!.run}/${call!.span}`);
});

test('an unfinished run is entered as killed, with its open call and the streamed tokens', () => {
  const events = buildTrace((t) => t.stage('workflow', () => t.llm({ ms: 90, progress: [40, 80] })), {
    open: true,
  });
  const cut = events.slice(
    0,
    events.findIndex(({ type }) => type === 'llm.response'),
  );
  const [call, run] = foldOf(cut);
  expect(call).toMatchObject({ status: 'unfinished', ms: null, usages: [], streamed: 80 });
  expect(run).toMatchObject({ kind: 'run', status: 'killed', ms: null });
});
