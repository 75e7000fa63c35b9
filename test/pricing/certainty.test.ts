import { expect, test } from 'vitest';
import { PflowError } from '../../src/lib/error.js';
import { combineCertainty, type Certainty } from '../../src/pricing/cost.js';
import { costOf, priceCall, type CostOptions } from '../../src/pricing/price-call.js';
import { loadPrices } from '../../src/pricing/table/load-prices.js';
import type { Usage } from '../../src/usage/record/usage.js';
import { tableOf } from '../support/prices.js';

const { prices } = loadPrices({ overridePath: '/nowhere/pricing.json' });

function usage(counts: Partial<Usage>): Usage {
  return { source: 'test', convention: 'inclusive', warnings: [], ...counts };
}

function certainty(counts: Partial<Usage>, model: string, options: Partial<CostOptions> = {}): Certainty {
  return costOf(usage(counts), { model, prices, ...options }).certainty;
}

const tokens = { input: 100, output: 10 };

test('every cost has a certainty', () => {
  expect(certainty(tokens, 'gpt-5')).toBe('exact');
  expect(certainty({ ...tokens, reportedCostUsd: 1 }, 'gpt-5')).toBe('reported');
  expect(certainty(tokens, 'gpt-5', { estimated: true })).toBe('estimated');
  expect(certainty({ ...tokens, outputImage: 5 }, 'gpt-5')).toBe('bound');
  expect(certainty(tokens, 'gpt-5', { provider: 'azure' })).toBe('borrowed');
  expect(certainty(tokens, 'nobody-knows')).toBe('unknown');
  expect(certainty({}, 'gpt-5')).toBe('unknown');
  expect(certainty(tokens, 'gpt-5', { free: true })).toBe('exact');
});

test('the certainty of a sum is that of its least certain part', () => {
  expect(combineCertainty(['exact', 'reported'])).toBe('reported');
  expect(combineCertainty(['estimated', 'bound', 'exact'])).toBe('bound');
  expect(combineCertainty(['borrowed', 'bound'])).toBe('borrowed');
  expect(combineCertainty(['unknown', 'borrowed'])).toBe('unknown');
  expect(combineCertainty(['n/a', 'exact', 'n/a'])).toBe('exact');
  expect(combineCertainty(['n/a'])).toBe('n/a');
  expect(combineCertainty([])).toBe('n/a');
});

test('estimated counts at a borrowed price are borrowed', () => {
  expect(certainty(tokens, 'gpt-5', { provider: 'azure', estimated: true })).toBe('borrowed');
});

test('the cost of an interrupted response is a lower bound', () => {
  expect(certainty({ ...tokens, incomplete: true }, 'gpt-5')).toBe('bound');
  expect(certainty({ reportedCostUsd: 1, incomplete: true }, 'gpt-5')).toBe('bound');
  expect(costOf(usage({ output: 10, incomplete: true }), { model: 'gpt-5', prices }).usd).toBe(0.0001);
  expect(costOf(usage({ output: 10 }), { model: 'gpt-5', prices }).usd).toBeNull();
});

test('a lower bound of zero is reported as an unknown cost', () => {
  expect(costOf(usage({ webSearches: 3 }), { model: 'command-a', prices })).toMatchObject({
    usd: null,
    state: 'unpriced',
    certainty: 'unknown',
    warnings: ['no rate is known for web searches: 3 are not in this cost'],
  });
});

test.for([undefined, '', '  ', 5, null])('a cost without a model is a typed error: %j', (model) => {
  const options = { model, prices } as unknown as CostOptions;
  let thrown: unknown;
  try {
    costOf(usage(tokens), options);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(PflowError);
  expect(thrown).toMatchObject({
    code: 'usage',
    message: 'A cost needs the name of the model that was called.',
  });
});

test('the time of a call must be a Date or ISO 8601, and anything else is a typed error', () => {
  const at = (time: Date | string): number | null =>
    costOf(usage({ input: 1_000_000, output: 0 }), { model: 'o3', prices, at: time }).usd;
  expect(at('2025-06-09T23:59:59Z')).toBe(10);
  expect(at('2025-06-10')).toBe(2);
  expect(at(new Date('2025-06-09'))).toBe(10);
  expect(() => at('yesterday')).toThrow(PflowError);
  expect(() => at(new Date(Number.NaN))).toThrow('The time of a call is null, which is not a date.');
});

const table = tableOf({
  'openai/big': { input: 10, cacheRead: 1, output: 50 },
  'openai/small': { input: 1, cacheRead: 0.1, output: 5 },
});
const part = (model: string, counts: Partial<Usage>) => ({ model, usage: usage(counts) });

test('each of several models in a response is priced at its own rates', () => {
  const parts = [part('big', { input: 100, output: 10 }), part('small', { input: 1000, output: 100 })];
  const cost = costOf(usage({ input: 1100, output: 110, parts }), { model: 'big', prices: table });
  expect(cost).toMatchObject({
    usd: (100 * 10 + 10 * 50) / 1e6 + (1000 * 1 + 100 * 5) / 1e6,
    state: 'priced',
    certainty: 'exact',
    pricedAs: 'openai/big, openai/small',
  });
  expect(cost.components.map(({ kind, count, model }) => [kind, count, model])).toEqual([
    ['input', 100, 'big'],
    ['output', 10, 'big'],
    ['input', 1000, 'small'],
    ['output', 100, 'small'],
  ]);
  expect(cost.components.reduce((sum, each) => sum + each.usd, 0)).toBeCloseTo(cost.usd!, 15);
});

test('a part may have its own provider, and then the call needs no model', () => {
  const parts = [
    { ...part('big', tokens), provider: 'azure' },
    { ...part('small', tokens), provider: 'openai' },
  ];
  const cost = costOf(usage({ ...tokens, parts }), { prices: table } as unknown as CostOptions);
  expect(cost.certainty).toBe('borrowed');
});

test('an unpriced part makes the sum a bound, and without any priced part the cost is unknown', () => {
  const known = part('small', { input: 1000, output: 0 });
  const unknown = part('mystery', tokens);
  expect(
    costOf(usage({ ...tokens, parts: [known, unknown] }), { model: 'small', prices: table }),
  ).toMatchObject({
    usd: 0.001,
    certainty: 'bound',
    warnings: ['mystery: no price is known for mystery', 'mystery has no price: it is not in this cost'],
  });
  expect(costOf(usage({ ...tokens, parts: [unknown] }), { model: 'small', prices: table })).toMatchObject({
    usd: null,
    state: 'unpriced',
    certainty: 'unknown',
  });
});

test('the reported cost of a response takes precedence over its parts, and that of a part over its rates', () => {
  const parts = [part('big', { ...tokens, reportedCostUsd: 0.5 }), part('small', tokens)];
  expect(costOf(usage({ ...tokens, parts, reportedCostUsd: 2 }), { model: 'big', prices: table }).usd).toBe(
    2,
  );
  expect(costOf(usage({ ...tokens, parts }), { model: 'big', prices: table })).toMatchObject({
    usd: 0.5 + (100 * 1 + 10 * 5) / 1e6,
    certainty: 'reported',
  });
});

test('unconsumed counts outside of the parts make the sum a bound', () => {
  const parts = [part('small', tokens)];
  expect(certainty({ ...tokens, parts, unconsumed: { x: 1 } }, 'small', { prices: table })).toBe('bound');
  expect(certainty({ ...tokens, parts, incomplete: true }, 'small', { prices: table })).toBe('bound');
});

test('the cache savings are summed over the parts, and are known for a reported cost too', () => {
  const cached = { input: 1000, cacheRead: 1000, output: 0 };
  const parts = [part('big', cached), part('small', cached), part('small', tokens)];
  const whole = usage({ input: 2100, cacheRead: 2000, output: 10, parts });
  expect(priceCall(whole, { model: 'big', prices: table }).cacheEffect!.savedUsd).toBeCloseTo(
    0.009 + 0.0009,
    12,
  );
  const reported = priceCall(usage({ ...cached, reportedCostUsd: 1 }), { model: 'big', prices: table });
  expect(reported.cost.usd).toBe(1);
  expect(reported.cacheEffect!.netUsd).toBeCloseTo(0.009, 12);
  expect(
    priceCall(usage({ ...tokens, reportedCostUsd: 1 }), { model: 'big', prices: table }).cacheEffect,
  ).toBeNull();
});
