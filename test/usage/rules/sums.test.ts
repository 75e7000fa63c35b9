import { expect, test } from 'vitest';
import { combineModels, sumUsages } from '../../../src/usage/parse/combine.js';
import type { Usage } from '../../../src/usage/record/usage.js';

const plain: Usage = { input: 10, output: 2, total: 12, source: 'a', convention: 'inclusive', warnings: [] };

test('the sum of one usage is that usage', () => {
  expect(sumUsages([plain])).toBe(plain);
});

test('counts are added by name, and a count that only one reports stays', () => {
  const sum = sumUsages([
    { ...plain, reasoning: 1 },
    { ...plain, cacheRead: 4 },
  ]);
  expect(sum).toEqual({
    input: 20,
    output: 4,
    total: 24,
    reasoning: 1,
    cacheRead: 4,
    largestInput: 10,
    source: 'a',
    convention: 'inclusive',
    warnings: [],
  });
});

test('the source of a sum is named where it is one', () => {
  expect(sumUsages([plain, { ...plain, source: 'b' }]).source).toBe('several');
  expect(sumUsages([{ ...plain, source: 'b' }, plain, plain]).source).toBe('several');
});

test('a sum is as uncertain as its most uncertain part', () => {
  expect(sumUsages([plain, { ...plain, convention: 'assumed' }]).convention).toBe('assumed');
  expect(sumUsages([{ ...plain, convention: 'proved-by-total' }, plain]).convention).toBe('proved-by-total');
  expect(sumUsages([plain, { ...plain, incomplete: true }])).toMatchObject({ incomplete: true });
  expect(sumUsages([plain, plain])).not.toHaveProperty('incomplete');
});

test('each warning of the parts is there once', () => {
  const warnings = ['x', 'y'];
  expect(
    sumUsages([
      { ...plain, warnings },
      { ...plain, warnings: ['y'] },
    ]).warnings,
  ).toEqual(['x', 'y']);
});

test('a service tier, region and search context belong to a sum only where all parts agree', () => {
  const served = { ...plain, serviceTier: 'flex', inferenceGeo: 'us', searchContext: 'low' };
  expect(sumUsages([served, served])).toMatchObject({
    serviceTier: 'flex',
    inferenceGeo: 'us',
    searchContext: 'low',
    warnings: [],
  });
  const mixed = sumUsages([served, { ...served, serviceTier: 'batch', inferenceGeo: 'eu' }, plain]);
  expect(mixed).not.toHaveProperty('serviceTier');
  expect(mixed).not.toHaveProperty('inferenceGeo');
  expect(mixed).not.toHaveProperty('searchContext');
  expect(mixed.warnings).toEqual(['service tiers differ: flex, batch, none']);
  const partly = sumUsages([served, served, { ...served, inferenceGeo: 'eu' }]);
  expect(partly).not.toHaveProperty('inferenceGeo');
});

test('a cost is reported for the sum only where one was reported for each', () => {
  const priced: Usage = { ...plain, reportedCostUsd: 0.5, reportedCostSource: 'gateway' };
  expect(sumUsages([priced, { ...priced, reportedCostUsd: 0.25 }])).toMatchObject({
    reportedCostUsd: 0.75,
    reportedCostSource: 'gateway',
  });
  expect(sumUsages([priced, plain])).not.toHaveProperty('reportedCostUsd');
  const { reportedCostSource: _, ...unsourced } = priced;
  expect(sumUsages([unsourced, priced]).reportedCostSource).toBe('provider');
});

test('the largest input of a sum is that of its largest request, and unknown where a part keeps its own secret', () => {
  expect(sumUsages([plain, { ...plain, input: 40 }]).largestInput).toBe(40);
  expect(sumUsages([{ ...plain, requests: 3, largestInput: 7 }, plain]).largestInput).toBe(10);
  expect(sumUsages([{ ...plain, largestInput: 50 }, plain]).largestInput).toBe(50);
  expect(sumUsages([{ ...plain, requests: 3 }, plain])).not.toHaveProperty('largestInput');
});

test('counts that were not understood add up by path', () => {
  const sum = sumUsages([
    { ...plain, unconsumed: { tiles: 2 } },
    { ...plain, unconsumed: { tiles: 3, 'input.frames': 1 } },
  ]);
  expect(sum.unconsumed).toEqual({ tiles: 5, 'input.frames': 1 });
  expect(sum.warnings).toEqual(['counts that are not understood are not in the cost: input.frames, tiles']);
});

test('usages of one model are one part; the provider distinguishes models of one name', () => {
  expect(
    combineModels([
      { model: 'm', usage: plain },
      { model: 'm', usage: plain },
    ]),
  ).not.toHaveProperty('parts');
  const combined = combineModels([
    { model: 'm', usage: plain },
    { model: 'm', provider: 'p', usage: plain },
    { model: 'n', usage: plain },
    { model: 'm', usage: plain },
  ]);
  expect(combined.input).toBe(40);
  expect(combined.parts?.map(({ model, provider, usage }) => [model, provider, usage.input])).toEqual([
    ['m', undefined, 20],
    ['m', 'p', 10],
    ['n', undefined, 10],
  ]);
});

test('parts of parts are parts', () => {
  const inner = combineModels([
    { model: 'a', usage: plain },
    { model: 'b', usage: plain },
  ]);
  const outer = combineModels([
    { model: 'x', usage: inner },
    { model: 'b', usage: plain },
  ]);
  expect(outer.parts?.map(({ model, usage }) => [model, usage.input])).toEqual([
    ['a', 10],
    ['b', 20],
  ]);
});
