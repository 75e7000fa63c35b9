import { expect, test } from 'vitest';
import {
  addBands,
  createNodeEstimator,
  type ModelNode,
} from '../../../src/insights/history/estimate-nodes.js';
import { predictBand } from '../../../src/insights/history/estimate-run.js';
import type { CallLine } from '../../../src/ledger/files/ledger-line.js';
import { createNoise, createRandom } from './generated-runs.js';

/** A call of a node in a run: `ms`, 4 characters a token of prompt, and 100 tokens out for a hundredth of a cent. */
function call(run: number, node: string, fields: Partial<CallLine> & { input?: number } = {}): CallLine {
  const { input = 500, ...rest } = fields;
  return {
    v: 1,
    id: `${run}/${node}`,
    run: `run-${run}`,
    span: run,
    at: `2026-03-0${run}T10:00:00.000Z`,
    node,
    provider: 'openai',
    model: 'gpt-5-mini',
    usages: [{ model: 'gpt-5-mini', usage: { input, output: 100 } as never }],
    usd: 0.0001,
    ms: 1000,
    status: 'ok',
    source: 'run',
    ...rest,
  };
}

const ask: ModelNode = { id: 'ask', model: 'openai/gpt-5-mini' };

function estimate(nodes: readonly ModelNode[], calls: readonly CallLine[]) {
  const estimator = createNodeEstimator(nodes);
  for (const each of calls) estimator.visit(each);
  return estimator.estimate();
}

test('three earlier runs of each node give an estimate of the workflow, and two give none', () => {
  const calls = [1, 2, 3].map((run) => call(run, 'ask'));
  expect(estimate([ask], calls)).toMatchObject({
    runs: 3,
    basis: 'nodes',
    time: { likely: 1000 },
    cost: { likely: 0.0001 },
    tokens: { likely: 600 },
    calls: { likely: 1 },
  });
  expect(estimate([ask], calls.slice(1))).toBeUndefined();
  expect(estimate([ask, { ...ask, id: 'tell' }], calls)).toBeUndefined();
  expect(estimate([], calls)).toBeUndefined();
});

test('another model, a failed call, a replayed one and one of the planner are no basis', () => {
  const others: readonly Partial<CallLine>[] = [
    { model: 'gpt-5' },
    { status: 'failed' },
    { source: 'replayed' },
    { stage: 'planner' },
    { ms: null },
  ];
  for (const other of others)
    expect(
      estimate(
        [ask],
        [1, 2, 3].map((run) => call(run, 'ask', other)),
      ),
    ).toBeUndefined();
});

test('a fixed prompt is estimated from prompts of its size only, one with templates from any', () => {
  const calls = [1, 2, 3].map((run) => call(run, 'ask', { input: 5000 }));
  expect(estimate([{ ...ask, promptLength: 400 }], calls)).toBeUndefined();
  expect(estimate([{ ...ask, promptLength: 18_000 }], calls)).toMatchObject({ runs: 3 });
  expect(estimate([ask], calls)).toMatchObject({ runs: 3 });
});

test('calls of one run that overlap take the time from the first to the last', () => {
  const calls = [1, 2, 3].flatMap((run) => [
    call(run, 'ask', { at: `2026-03-0${run}T10:00:00.000Z`, ms: 900, span: 1 }),
    call(run, 'ask', { at: `2026-03-0${run}T10:00:00.500Z`, ms: 700, span: 2 }),
  ]);
  expect(estimate([ask], calls)).toMatchObject({ time: { likely: 1200 }, calls: { likely: 2 } });
});

test('a call of unknown cost leaves the estimate without a cost', () => {
  const calls = [1, 2, 3].map((run) => call(run, 'ask', run === 2 ? { usd: null } : {}));
  expect(estimate([ask], calls)).not.toHaveProperty('cost');
});

test('over 1,000 generated histories of three nodes the band of their sum holds 75 to 90 % of the actual sums', () => {
  const random = createRandom(21);
  const noise = createNoise(random);
  let covered = 0;
  for (let i = 0; i < 1000; i++) {
    const nodes = Array.from({ length: 3 }, () => {
      const [size, spread] = [500 + 5000 * random(), 0.02 + 0.4 * random()];
      return () => size * noise(spread);
    });
    const runs = 3 + Math.floor(random() * 18);
    const band = addBands(nodes.map((next) => predictBand(Array.from({ length: runs }, next))));
    const actual = nodes.reduce((sum, next) => sum + next(), 0);
    if (band.low <= actual && actual <= band.high) covered++;
  }
  expect(covered).toBeGreaterThanOrEqual(750);
  expect(covered).toBeLessThanOrEqual(900);
});
