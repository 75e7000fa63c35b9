import { expect, test } from 'vitest';
import { describeEstimate, estimateRun, predictBand } from '../../../src/insights/history/estimate-run.js';
import { createBehaviour, createNoise, createRandom, generateRun } from './generated-runs.js';

/** In how many of 1,000 generated histories of 3 to 20 values the next one is in the band, as a percentage. */
function measureCoverage(seed: number, createSource: (random: () => number) => () => number): number {
  const random = createRandom(seed);
  let covered = 0;
  for (let i = 0; i < 1000; i++) {
    const next = createSource(random);
    const band = predictBand(Array.from({ length: 3 + Math.floor(random() * 18) }, next));
    const actual = next();
    if (band.low <= actual && actual <= band.high) covered++;
  }
  return covered / 10;
}

test.each<[string, (random: () => number) => () => number]>([
  ['log-normal times', (random) => logNormal(random, 0.02 + 0.6 * random())],
  [
    'times of which one in twenty is three times as long',
    (random) => {
      const next = logNormal(random, 0.1);
      return () => next() * (random() < 0.05 ? 3 : 1);
    },
  ],
  ['evenly spread times', (random) => () => 1000 + 4000 * random()],
  ['exponential times', (random) => () => 300 - 1000 * Math.log(1 - random())],
  [
    'sums of three nodes',
    (random) => {
      const nodes = [0.1, 0.3, 0.6].map((spread) => logNormal(random, spread));
      return () => nodes.reduce((sum, next) => sum + next(), 0);
    },
  ],
])('the band holds 75 to 90 %% of the actual values of %s', (_name, createSource) => {
  const coverage = measureCoverage(11, createSource);
  expect(coverage).toBeGreaterThanOrEqual(75);
  expect(coverage).toBeLessThanOrEqual(90);
});

function logNormal(random: () => number, spread: number): () => number {
  const noise = createNoise(random);
  return () => 5000 * noise(spread);
}

test('over 1,000 generated workflows the bands of time and cost hold 75 to 90 % of the actual values', () => {
  const random = createRandom(12);
  const covered = { time: 0, cost: 0 };
  let priced = 0;
  for (let i = 0; i < 1000; i++) {
    const behaviour = createBehaviour(random);
    const earlier = Array.from({ length: 3 + Math.floor(random() * 18) }, () =>
      generateRun(behaviour, random),
    );
    const estimate = estimateRun(earlier)!;
    const { total } = generateRun(behaviour, random);
    if (estimate.time!.low <= total.time! && total.time! <= estimate.time!.high) covered.time++;
    if (total.cost === 0) continue;
    priced++;
    if (estimate.cost!.low <= total.cost! && total.cost! <= estimate.cost!.high) covered.cost++;
  }
  for (const part of [covered.time / 1000, covered.cost / priced]) {
    expect(part).toBeGreaterThanOrEqual(0.75);
    expect(part).toBeLessThanOrEqual(0.9);
  }
});

test('fewer than 3 earlier runs give no estimate, and unknown costs none of the cost', () => {
  const random = createRandom(13);
  const behaviour = { nodes: [{ time: 1000, tokens: 500, calls: 1 }], spread: 0.1 };
  const [first, second, third] = Array.from({ length: 3 }, () => generateRun(behaviour, random)) as [
    never,
    never,
    never,
  ];
  expect(estimateRun([first, second])).toBeUndefined();
  expect(estimateRun([first, second, third])).toMatchObject({
    runs: 3,
    calls: { low: 1, likely: 1, high: 1 },
  });
  const unknown = {
    ...(third as object),
    nodes: new Map([['a', { time: 1, cost: null, tokens: 1, calls: 1 }]]),
  } as never;
  expect(Object.keys(estimateRun([first, second, unknown])!)).toEqual(['runs', 'time', 'tokens', 'calls']);
});

test('equal values are certain, zero stays zero, and a band never reaches below zero', () => {
  expect(predictBand([5, 5, 5])).toEqual({
    low: expect.closeTo(5, 9),
    likely: 5,
    high: expect.closeTo(5, 9),
  });
  expect(predictBand([0, 0, 0])).toEqual({ low: 0, likely: 0, high: 0 });
  expect(predictBand([0, 0, 3], true)).toMatchObject({ low: 0, likely: 0 });
});

test('planning is not part of an estimate: the nodes of the workflow are summed', () => {
  const run = {
    run: 'r',
    at: '',
    workflow: 'w',
    models: [],
    total: { time: 9000, cost: 1, tokens: 9000, calls: 9 },
    nodes: new Map([
      ['a', { time: 1000, cost: 0.25, tokens: 100, calls: 1 }],
      ['a/inner', { time: 900, cost: 0.25, tokens: 100, calls: 1 }],
      ['b', { time: 500, cost: 0, tokens: 0, calls: 0 }],
    ]),
  };
  const estimate = estimateRun([run, run, run])!;
  expect(estimate).toMatchObject({
    time: { likely: 1500 },
    cost: { likely: 0.25 },
    tokens: { likely: 100 },
    calls: { likely: 1 },
  });
  expect(describeEstimate(estimate)).toBe('~1 call · ~100 tok · ~$0.2500 · ~1.5s, from 3 earlier runs');
});
