import { expect, test } from 'vitest';
import { createBaseline, parseBaseline } from '../../../src/insights/gate/baseline.js';
import { checkBaseline } from '../../../src/insights/gate/check-baseline.js';
import { checkThresholds } from '../../../src/insights/gate/check-thresholds.js';
import { takeGateSample, type GateSample } from '../../../src/insights/gate/gate-sample.js';
import { reduceEvents } from '../../../src/profile/run/profile.js';
import { tableOf, testPrices } from '../../support/prices.js';
import { buildTrace, fixtureNames, readFixture, type LlmCallFields } from '../../support/trace-builder.js';

/** A run of `ask` and `save`, whose call takes and uses what is given. */
function sampleOf(
  fields: LlmCallFields = {},
  status: 'ok' | 'failed' = 'ok',
  prices = testPrices,
): GateSample {
  const events = buildTrace(
    (t) => {
      t.stage('workflow', () => {
        t.node('ask', { nodeType: 'llm' }, () =>
          t.llm({ ms: 10_000, input: 10_000, output: 1000, ...fields }),
        );
        t.node('save', {}, () => t.phase('exec', 5));
      });
      t.finish(status);
    },
    { workflow: { name: 'digest' } },
  );
  return takeGateSample(reduceEvents(events, { prices }));
}

const options = { tolerance: 0.1, prices: testPrices };
const times = (values: readonly number[]) => values.map((ms) => sampleOf({ ms }));

/** What fails, as `node metric`. */
function failures(
  samples: readonly GateSample[],
  earlier: readonly GateSample[],
  prices = testPrices,
): string[] {
  const { comparisons } = checkBaseline(samples, createBaseline(earlier, '2026-01-01'), {
    ...options,
    prices,
  });
  return comparisons.flatMap(({ metric, node, verdict }) =>
    verdict === 'fail' ? [`${node ?? 'run'} ${metric}`] : [],
  );
}

test('the same run passes against its own baseline, read back from its file', () => {
  for (const name of fixtureNames) {
    const sample = takeGateSample(reduceEvents(readFixture(name), { prices: testPrices }));
    const file = {
      format: 'pflow-baseline',
      version: 1,
      workflows: { w: createBaseline([sample], '2026-01-01') },
    };
    const entry = parseBaseline(JSON.stringify(file), 'b.json').workflows['w']!;
    const { comparisons } = checkBaseline([sample], entry, options);
    expect(comparisons.length).toBeGreaterThan(0);
    expect(
      comparisons.filter(({ verdict, priceChange }) => verdict !== 'pass' || priceChange !== undefined),
    ).toEqual([]);
  }
});

test('a run fails only beyond the tolerance and beyond the noise of the baseline', () => {
  const quiet = times([10_000, 10_000, 10_000, 10_000, 10_000]);
  expect(failures(times([10_900]), quiet)).toEqual([]);
  expect(failures(times([11_100]), quiet)).toEqual(['run time', 'ask time']);
  // Median deviation 1,000: 3 × 1.4826 × 1,000 × 1.4 = 6,227 ms
  const noisy = times([8500, 9000, 10_000, 11_000, 12_000]);
  expect(failures(times([16_200]), noisy)).toEqual([]);
  expect(failures(times([16_300]), noisy)).toEqual(['run time', 'ask time']);
});

test('of several runs the median is compared', () => {
  const quiet = times([10_000, 10_000, 10_000, 10_000, 10_000]);
  expect(failures(times([10_000, 10_100, 90_000]), quiet)).toEqual([]);
  expect(failures(times([10_000, 20_000, 90_000]), quiet)).toEqual(['run time', 'ask time']);
});

test('a time above the baseline of fewer than 5 runs is unclear, not a failure; more tokens fail', () => {
  const { comparisons, notes } = checkBaseline(times([20_000]), createBaseline([sampleOf()], ''), options);
  expect(comparisons.filter(({ metric }) => metric === 'time').map(({ verdict }) => verdict)).toEqual([
    'unclear',
    'unclear',
    'pass',
  ]);
  expect(notes).toEqual(['times need a baseline of 5 runs, this one has 1']);
  expect(failures([sampleOf({ output: 2000 })], [sampleOf()])).toEqual(['run cost', 'ask cost']);
  expect(failures([sampleOf({ input: 12_000 })], [sampleOf()])).toEqual([
    'run cost',
    'run tokens',
    'ask cost',
    'ask tokens',
  ]);
});

test('higher prices alone never fail, and are reported apart from more tokens', () => {
  const twice = tableOf({ 'anthropic/claude-sonnet-4-5': { input: 6, output: 30 } });
  const dear = (fields: LlmCallFields = {}) => sampleOf(fields, 'ok', twice);
  expect(failures([dear()], [sampleOf()], twice)).toEqual([]);
  const { comparisons } = checkBaseline([dear()], createBaseline([sampleOf()], ''), {
    ...options,
    prices: twice,
  });
  const cost = comparisons.find(({ metric }) => metric === 'cost')!;
  // 10,000 × $3/M + 1,000 × $15/M = $0.045 at the old prices, twice that at the new ones.
  expect(cost).toMatchObject({ node: undefined, verdict: 'pass' });
  expect([cost.priceChange, cost.baseline, cost.value]).toEqual(
    [0.045, 0.09, 0.09].map((usd) => expect.closeTo(usd, 10)),
  );
  expect(failures([dear({ input: 12_000 })], [sampleOf()], twice)).toContain('run cost');
});

test('nodes that are new or gone are named', () => {
  const baseline = createBaseline([sampleOf()], '');
  const { ask } = baseline.nodes as { ask: object };
  const { notes } = checkBaseline([sampleOf()], { ...baseline, nodes: { ask, old: ask } }, options);
  expect(notes).toEqual(['node save is not in the baseline', 'node old of the baseline did not run']);
});

test('limits hold for the run or a node; an unknown price is unknown unless the known part is above', () => {
  const unpriced = sampleOf({ model: 'frobnicator-9000' });
  const check = (
    sample: GateSample,
    limited: 'cost' | 'time' | 'tokens' | 'calls' | 'p95',
    most: number,
    node?: string,
  ) => checkThresholds([sample], [{ limited, most, node }])[0]!.verdict;
  expect(check(sampleOf(), 'cost', 0.0449)).toBe('fail');
  expect(check(sampleOf(), 'cost', 0.0451)).toBe('pass');
  expect(check(sampleOf(), 'tokens', 10_999, 'ask')).toBe('fail');
  expect(check(sampleOf(), 'tokens', 0, 'save')).toBe('pass');
  expect(check(sampleOf(), 'calls', 0)).toBe('fail');
  expect(check(sampleOf(), 'time', 10_000, 'ask')).toBe('pass');
  expect(check(sampleOf(), 'p95', 9999)).toBe('fail');
  expect(check(sampleOf(), 'p95', 10_000, 'ask')).toBe('pass');
  expect(check(unpriced, 'cost', 1)).toBe('unknown');
});

test('a run whose calls have no price because they are free is within any limit, and its cost is n/a', () => {
  const free = { ...sampleOf(), isPriced: false, total: { ...sampleOf().total, cost: 0 } };
  const limits = [{ limited: 'cost', most: 1, node: undefined }] as const;
  expect(checkThresholds([free], limits)).toMatchObject([{ verdict: 'pass', isFree: true }]);
  expect(checkThresholds([sampleOf(), free], limits)[0]).not.toHaveProperty('isFree');
});

test.each([
  ['{', 'not JSON'],
  ['{}', 'format'],
  ['{"format":"pflow-baseline","version":2,"workflows":{}}', 'version'],
  [
    '{"format":"pflow-baseline","version":1,"workflows":{"w":{"runs":1,"prices":"","total":{"time":{"median":"1"}},"nodes":{}}}}',
    '`total` of "w"',
  ],
  [
    '{"format":"pflow-baseline","version":1,"workflows":{"w":{"runs":1,"prices":"","total":{},"nodes":{},"calls":[{}]}}}',
    '`calls` of "w"',
  ],
])('the file %s is rejected for its %s', (text, reason) => {
  expect(() => parseBaseline(text, 'b.json')).toThrow(reason);
});
