import fc from 'fast-check';
import { expect, test } from 'vitest';
import { repriceRun, type RunChange } from '../../../src/insights/whatif/reprice-run.js';
import { resolveTarget } from '../../../src/insights/whatif/target-model.js';
import { loadPrices } from '../../../src/pricing/table/load-prices.js';
import { reduceEvents } from '../../../src/profile/run/profile.js';
import type { RunState } from '../../../src/profile/run/run-state.js';
import type { TraceEvent } from '../../../src/trace/event/event.js';
import { tableOf } from '../../support/prices.js';
import { buildTrace, fixtureNames, readFixture, type LlmCallFields } from '../../support/trace-builder.js';

const prices = tableOf({
  'anthropic/claude-sonnet-4-5': { input: 3, cacheRead: 0.3, cacheWrite: 3.75, cacheWrite1h: 6, output: 15 },
  'anthropic/claude-haiku-4-5': { input: 1, cacheRead: 0.1, cacheWrite: 1.25, cacheWrite1h: 2, output: 5 },
  'aws/claude-sonnet-4-5': { input: 3.3, cacheRead: 0.33, cacheWrite: 4.125, output: 16.5 },
  'openai/gpt-4.1': { input: 2, cacheRead: 0.5, output: 8 },
  'openai/gpt-4.1-mini': {
    input: 0.4,
    cacheRead: 0.1,
    output: 1.6,
    history: [{ until: '2026-02-01', input: 0.8, cacheRead: 0.2, output: 3.2 }],
  },
});

const reduce = (events: readonly TraceEvent[]) => reduceEvents(events, { prices });
const change = (model: string, rest: Omit<RunChange, 'target'> = {}): RunChange => ({
  target: resolveTarget(model, prices),
  ...rest,
});

/** The models of a run by the names under which they were called and answered. */
function modelsOf(state: RunState): string[] {
  const calls = [...state.spans.values()].flatMap(({ call }) => call ?? []);
  return [
    ...new Set(
      calls.flatMap(({ provider, model, requestedModel }) => [
        model ?? requestedModel,
        `${provider}/${requestedModel}`,
      ]),
    ),
  ];
}

/** Expects that substituting a model for itself changes no amount in any digit. */
function expectIdentity(state: RunState): void {
  for (const model of modelsOf(state)) {
    const only = repriceRun(state, change(model), prices).nodes.filter(({ models }) =>
      models.every((each) => model.endsWith(each)),
    );
    for (const { before, after, usd } of only) {
      expect({ ...after, model }).toEqual({ ...before, model });
      expect(usd).toEqual({ low: before.usd, likely: before.usd, high: before.usd });
    }
  }
  if (modelsOf(state).length !== 2) return;
  const whole = repriceRun(state, change(modelsOf(state)[0]!), prices);
  expect(whole.after.usd).toBe(state.totals.usd);
  expect(whole.changed).toBe(0);
}

const call = fc.record({
  input: fc.integer({ min: 0, max: 250_000 }),
  output: fc.integer({ min: 0, max: 20_000 }),
  cacheRead: fc.double({ min: 0, max: 0.6, noNaN: true }),
  cacheWrite: fc.double({ min: 0, max: 0.4, noNaN: true }),
  reasoning: fc.double({ min: 0, max: 1, noNaN: true }),
  reportedCostUsd: fc.option(fc.double({ min: 0, max: 3, noNaN: true }), { nil: undefined, freq: 6 }),
  model: fc.constantFrom('claude-sonnet-4-5', 'claude-haiku-4-5'),
  node: fc.constantFrom('read', 'judge', 'report'),
  estimated: fc.boolean(),
});

const runs = fc.array(call, { minLength: 1, maxLength: 8 });

/** A run of these calls; `model` replaces the models of all. */
function runOf(
  calls: readonly (typeof call extends fc.Arbitrary<infer T> ? T : never)[],
  model?: string,
): TraceEvent[] {
  return buildTrace((t) =>
    t.stage('workflow', () => {
      for (const each of calls) {
        const share = (part: number, whole: number) => Math.floor(part * whole);
        const fields: LlmCallFields = {
          model: model ?? each.model,
          provider: 'anthropic',
          input: each.input,
          output: each.output,
          usageOrigin: each.estimated ? 'estimated' : 'reported',
          usage: {
            cacheRead: share(each.cacheRead, each.input),
            cacheWrite: share(each.cacheWrite, each.input),
            reasoning: share(each.reasoning, each.output),
            ...(each.reportedCostUsd === undefined ? {} : { reportedCostUsd: each.reportedCostUsd }),
          },
        };
        t.node(each.node, { nodeType: 'llm' }, () => t.llm(fields));
      }
    }),
  );
}

test.each(fixtureNames)(
  'substituting its own models reproduces every cost of %s to the last digit',
  (name) => {
    expectIdentity(reduce(readFixture(name)));
  },
);

test('substituting the same model reproduces the cost of 1,000 generated runs to the last digit', () => {
  fc.assert(
    fc.property(runs, (calls) => {
      expectIdentity(reduce(runOf(calls)));
      expectIdentity(reduce(runOf(calls, 'claude-haiku-4-5')));
    }),
    { numRuns: 500, seed: 20 },
  );
});

test('the likely cost is that of the same run recorded with the other model, and lies in the range', () => {
  fc.assert(
    fc.property(runs, (calls) => {
      const asRun = calls.map((each) => ({ ...each, reportedCostUsd: undefined }));
      const repriced = repriceRun(reduce(runOf(asRun)), change('anthropic/claude-haiku-4-5'), prices);
      const recorded = reduce(runOf(asRun, 'claude-haiku-4-5'));
      expect(repriced.after.usd).toBeCloseTo(recorded.totals.usd, 12);
      expect(repriced.usd.low).toBeLessThanOrEqual(repriced.usd.likely + 1e-12);
      expect(repriced.usd.high).toBeGreaterThanOrEqual(repriced.usd.likely - 1e-12);
      const byNode = repriced.nodes.reduce((sum, { usd }) => sum + usd.likely, 0);
      expect(byNode).toBeCloseTo(repriced.usd.likely, 10);
    }),
    { numRuns: 300, seed: 21 },
  );
});

const simple = (fields: LlmCallFields = {}) =>
  reduce(
    buildTrace((t) =>
      t.stage('workflow', () => {
        t.node('ask', { nodeType: 'llm' }, () => t.llm({ input: 10_000, output: 1000, ...fields }));
        t.node('tell', { nodeType: 'llm' }, () => t.llm({ input: 2000, output: 100 }));
      }),
    ),
  );

test('another model of another tokenizer has a range around its price for the same counts', () => {
  const { nodes, usd, notes } = repriceRun(simple(), change('gpt-4.1', { node: 'ask' }), prices);
  // 10,000 × $2/M + 1,000 × $8/M
  expect(nodes[0]!.usd.likely).toBeCloseTo(0.028, 12);
  expect(nodes[0]!.usd.low).toBeCloseTo((6667 * 2 + 667 * 8) / 1e6, 12);
  expect(nodes[0]!.usd.high).toBeCloseTo((15_000 * 2 + 1500 * 8) / 1e6, 12);
  expect(nodes[1]!.changed).toBe(0);
  // 2,000 × $3/M + 100 × $15/M stays.
  expect(usd.likely).toBeCloseTo(0.028 + 0.0075, 12);
  expect(notes.join()).toContain('another tokenizer');
});

test('the same model of another seller has the same tokens and no range', () => {
  const { usd, changed } = repriceRun(simple(), change('aws/claude-sonnet-4-5'), prices);
  expect(changed).toBe(2);
  expect(usd.low).toBe(usd.high);
  expect(usd.likely).toBeCloseTo((12_000 * 3.3 + 1100 * 16.5) / 1e6, 12);
});

test('two models with one tokenizer differ in the length of answers only', () => {
  const state = simple({ model: 'gpt-4.1', provider: 'openai' });
  const { nodes } = repriceRun(state, change('gpt-4.1-mini', { node: 'ask' }), prices);
  expect(nodes[0]!.usd.low).toBeCloseTo((10_000 * 0.8 + 714 * 3.2) / 1e6, 12);
  expect(nodes[0]!.usd.high).toBeCloseTo((10_000 * 0.8 + 1400 * 3.2) / 1e6, 12);
});

test('a model without a price makes the cost unknown and is named, never 0', () => {
  const { after } = repriceRun(simple(), change('acme/frobnicator-9000', { node: 'ask' }), prices);
  expect(after.unpriced).toEqual(['acme/frobnicator-9000']);
  expect(after.usd).toBeCloseTo(0.0075, 12);
});

test('without a cache all input is paid in full, also where the provider reported the cost', () => {
  const usage = { cacheRead: 8000, cacheWrite: 1000 };
  const priced = repriceRun(simple({ usage }), { noCache: true }, prices);
  expect(priced.nodes[0]!.usd.likely).toBeCloseTo(0.045, 12);
  expect(priced.nodes[1]!.changed).toBe(0);
  const reported = repriceRun(
    simple({ usage: { ...usage, reportedCostUsd: 0.02 } }),
    { noCache: true },
    prices,
  );
  // 8,000 × ($3 − $0.30)/M − 1,000 × ($3.75 − $3)/M more than was reported
  expect(reported.nodes[0]!.usd.likely).toBeCloseTo(0.02 + 0.0216 - 0.00075, 12);
});

test("today's prices replace those of the day of a call", () => {
  const state = simple({ model: 'gpt-4.1-mini', provider: 'openai' });
  const { nodes } = repriceRun(state, { at: new Date('2026-11-01') }, prices);
  expect(nodes[0]!.before.usd).toBeCloseTo(0.0112, 12);
  expect(nodes[0]!.usd.likely).toBeCloseTo(0.0056, 12);
});

test('a call that was not priced by usage stays unknown', () => {
  const failed = simple({ fails: 'no answer' });
  expect(repriceRun(failed, change('gpt-4.1', { node: 'ask' }), prices)).toMatchObject({
    changed: 0,
    notes: ['a call whose usage is not known stays as it is'],
  });
  const state = simple({ usageOrigin: 'none', usage: {} });
  const repriced = repriceRun(state, change('gpt-4.1', { node: 'tell' }), prices);
  expect(repriced.nodes[0]!.after).toEqual(repriced.nodes[0]!.before);
});

test('a node that called no model is an error that names those which did', () => {
  expect(() => repriceRun(simple(), change('gpt-4.1', { node: 'save' }), prices)).toThrow(/no node 'save'/);
});

test('every model of the shipped table is found by its own name as a substitute', () => {
  const { prices: shipped } = loadPrices();
  const lost = [...shipped.models.keys()].filter(
    (key) => resolveTarget(key, shipped).resolved.pricedAs === undefined,
  );
  expect(lost).toEqual([]);
});
