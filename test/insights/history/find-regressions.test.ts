import { expect, test } from 'vitest';
import { describeRegressions } from '../../../src/insights/history/describe-regressions.js';
import { findRegressions } from '../../../src/insights/history/find-regressions.js';
import type { Amounts, RunSample } from '../../../src/insights/history/run-sample.js';
import { createBehaviour, createRandom, generateRun } from './generated-runs.js';

/** Runs of which only the given amounts matter. */
function runs(values: readonly number[], metric: keyof Amounts = 'time'): RunSample[] {
  return values.map((value) => ({
    run: 'r',
    at: '2026-01-01T00:00:00.000Z',
    workflow: 'digest',
    models: [],
    total: { time: 0, cost: 0, tokens: 0, calls: 0, [metric]: value },
    nodes: new Map(),
  }));
}

function regressed(value: number, earlier: readonly number[], metric: keyof Amounts = 'time'): boolean {
  return findRegressions(runs([value], metric)[0]!, runs(earlier, metric)).length > 0;
}

/** In how many of 1,000 generated histories of 5 to 20 runs something is found in the next run. */
function countFound(seed: number, change: Parameters<typeof generateRun>[2], metric?: string): number {
  const random = createRandom(seed);
  let found = 0;
  for (let i = 0; i < 1000; i++) {
    const behaviour = createBehaviour(random);
    const earlier = Array.from({ length: 5 + Math.floor(random() * 16) }, () =>
      generateRun(behaviour, random),
    );
    const regressions = findRegressions(generateRun(behaviour, random, change), earlier);
    if (metric === undefined ? regressions.length > 0 : regressions.some((each) => each.metric === metric))
      found++;
  }
  return found;
}

test('at most 1 % of 1,000 unchanged histories raise any alarm', () => {
  expect(countFound(1, {})).toBeLessThanOrEqual(10);
});

test('a slowdown of 30 % is found in at least 95 % of 1,000 histories', () => {
  expect(countFound(2, { slower: 1.3 }, 'time')).toBeGreaterThanOrEqual(950);
});

test('30 % more tokens are found in at least 95 % of the histories that have enough of them', () => {
  expect(countFound(3, { costlier: 1.3 }, 'tokens')).toBeGreaterThanOrEqual(930);
});

test.each([
  ['below the floor of 200 ms', 1200, [1000, 1000, 1000, 1000, 1000], 'time', false],
  ['above it', 1201, [1000, 1000, 1000, 1000, 1000], 'time', true],
  ['below 10 %', 11_000, [10_000, 10_000, 10_000, 10_000, 10_000], 'time', false],
  ['above 10 %', 11_001, [10_000, 10_000, 10_000, 10_000, 10_000], 'time', true],
  ['fewer than 5 earlier runs', 9000, [1000, 1000, 1000, 1000], 'time', false],
  // Median deviation 400: 3 × 1.4826 × 400 × (1 + 2 / 5) = 2,490.8
  ['within the noise', 12_490, [9500, 9600, 10_000, 10_400, 10_900], 'time', false],
  ['beyond the noise', 12_491, [9500, 9600, 10_000, 10_400, 10_900], 'time', true],
  [
    'not above the highest earlier value',
    15_000,
    [10_000, 10_000, 10_000, 10_000, 10_000, 15_000],
    'time',
    false,
  ],
  ['within $0.0005', 0.0015, [0.001, 0.001, 0.001, 0.001, 0.001], 'cost', false],
  ['beyond $0.0005', 0.0016, [0.001, 0.001, 0.001, 0.001, 0.001], 'cost', true],
  ['one call more', 4, [3, 3, 3, 3, 3], 'calls', false],
  ['two calls more', 5, [3, 3, 3, 3, 3], 'calls', true],
  ['from nothing', 2, [0, 0, 0, 0, 0], 'calls', true],
  ['less than before', 10, [1000, 1000, 1000, 1000, 1000], 'time', false],
] as const)('%s: %d against %j of %s is a regression: %s', (_name, value, earlier, metric, expected) => {
  expect(regressed(value, earlier, metric)).toBe(expected);
});

test('an unknown cost is not compared', () => {
  const unknown = { ...runs([1])[0]!, total: { time: 0, cost: null, tokens: 0, calls: 0 } };
  expect(findRegressions(unknown, runs([0, 0, 0, 0, 0], 'cost'))).toEqual([]);
  expect(
    findRegressions(
      runs([9], 'cost')[0]!,
      Array.from({ length: 6 }, () => unknown),
    ),
  ).toEqual([]);
});

test('the sentence names the factor, the number of runs and the nodes that caused it', () => {
  const behaviour = {
    nodes: [
      { time: 1000, tokens: 0, calls: 0 },
      { time: 1000, tokens: 0, calls: 0 },
    ],
    spread: 0,
  };
  const random = createRandom(4);
  const earlier = Array.from({ length: 12 }, () => generateRun(behaviour, random));
  const slow = {
    ...behaviour,
    nodes: [
      { time: 1000, tokens: 0, calls: 0 },
      { time: 3200, tokens: 0, calls: 0 },
    ],
  };
  expect(describeRegressions('digest', findRegressions(generateRun(slow, random), earlier))).toEqual([
    'digest is 2.1× slower than its last 12 runs (4.2s, median 2.0s), most of all node1',
  ]);
});

test('a node that regressed while the run did not has a sentence of its own', () => {
  const sample = (value: number): RunSample => ({
    ...runs([60_000])[0]!,
    nodes: new Map([['report', { time: value, cost: 0, tokens: 0, calls: 0 }]]),
  });
  const earlier = Array.from({ length: 6 }, () => sample(1000));
  expect(describeRegressions('digest', findRegressions(sample(2500), earlier))).toEqual([
    'report is 2.5× slower than its last 6 runs (2.5s, median 1.0s)',
  ]);
});
