import fc from 'fast-check';
import { expect, test } from 'vitest';
import { costOf, priceCall, type CostOptions } from '../../src/pricing/price-call.js';
import { loadPrices } from '../../src/pricing/table/load-prices.js';
import type { Usage } from '../../src/usage/record/usage.js';

const { prices } = loadPrices({ overridePath: '/nowhere/pricing.json' });

function usage(counts: Partial<Usage>): Usage {
  return { source: 'test', convention: 'inclusive', warnings: [], ...counts };
}

function cost(
  counts: Partial<Usage>,
  model: string,
  options: Partial<CostOptions> = {},
): ReturnType<typeof costOf> {
  return costOf(usage(counts), { model, prices, ...options });
}

test('the cost states are distinct, and only a call known to be free costs 0', () => {
  const tokens = { input: 10, output: 10 };
  const states = {
    priced: cost(tokens, 'gpt-5'),
    estimated: cost(tokens, 'gpt-5', { estimated: true }),
    reported: cost({ ...tokens, reportedCostUsd: 0.5 }, 'gpt-5'),
    'reported 0': cost({ reportedCostUsd: 0 }, 'nobody-knows'),
    'free by the caller': cost(tokens, 'gpt-5', { free: true }),
    'free by the provider': cost(tokens, 'qwen3:8b', { provider: 'ollama' }),
    'free by the prefix': cost(tokens, 'ollama/qwen3:8b'),
    'free by the table': cost(tokens, 'gpt-4o', { provider: 'github-copilot' }),
    unpriced: cost(tokens, 'nobody-knows'),
    unknown: cost({}, 'gpt-5'),
    'unknown input': cost({ output: 3 }, 'gpt-5'),
  };
  expect(
    Object.fromEntries(Object.entries(states).map(([name, { state, usd }]) => [name, `${state} ${usd}`])),
  ).toMatchInlineSnapshot(`
    {
      "estimated": "estimated 0.00011250000000000001",
      "free by the caller": "free 0",
      "free by the prefix": "free 0",
      "free by the provider": "free 0",
      "free by the table": "free 0",
      "priced": "priced 0.00011250000000000001",
      "reported": "reported 0.5",
      "reported 0": "reported 0",
      "unknown": "unknown null",
      "unknown input": "unknown null",
      "unpriced": "unpriced null",
    }
  `);
});

test('an Ollama model is free, whatever its name', () => {
  expect(cost({ input: 1, output: 1, source: 'ollama' }, 'gpt-oss:20b')).toMatchObject({
    usd: 0,
    state: 'free',
  });
});

test('searches and requests are priced per unit', () => {
  expect(cost({ input: 0, output: 0, webSearches: 3 }, 'claude-sonnet-4-6').components).toEqual([
    { kind: 'webSearch', count: 3, rate: 10, usd: 0.03 },
  ]);
  expect(
    cost({ input: 1_000_000, output: 0, searchContext: 'low' }, 'sonar', { provider: 'perplexity' }),
  ).toMatchObject({ usd: 1.005, certainty: 'exact' });
  expect(cost({ input: 1, output: 1, webSearches: 2 }, 'command-a').warnings).toEqual([
    'no rate is known for web searches: 2 are not in this cost',
  ]);
});

test('audio is priced at its own rate, or as plain input without one', () => {
  expect(cost({ input: 1000, inputAudio: 400, output: 0 }, 'gemini-2.5-flash').usd).toBe(
    (600 * 0.3 + 400 * 1) / 1e6,
  );
  expect(cost({ input: 1000, inputAudio: 400, output: 0 }, 'gpt-5').usd).toBe((1000 * 1.25) / 1e6);
});

test('a substitute rate is reported in a warning and lowers the certainty', () => {
  const bare = 'claude-3-haiku-20240307';
  expect(
    cost({ input: 10, cacheWrite: 10, cacheWrite1h: 10, output: 0 }, bare, { provider: 'bedrock' }),
  ).toMatchObject({
    certainty: 'bound',
    warnings: ['no rate is known for 1-hour cache writes: billed at the lower rate that is'],
  });
  expect(cost({ input: 10, cacheRead: 5, output: 0 }, 'gpt-4')).toMatchObject({
    certainty: 'estimated',
    warnings: ['no rate is known for cache reads: billed as plain input'],
  });
});

test('a call is priced at the rates of its date', () => {
  const at = (iso: string): number | null =>
    cost({ input: 1_000_000, output: 0 }, 'o3', { at: new Date(iso) }).usd;
  expect([at('2025-06-09T23:59:59Z'), at('2025-06-10T00:00:00Z')]).toEqual([10, 2]);
});

test('a rate may depend on the hour, from the date on which it was introduced', () => {
  const at = (iso: string): number | null =>
    cost({ input: 1_000_000, output: 0 }, 'deepseek-v4-flash', { at: new Date(iso) }).usd;
  expect(
    ['00:59', '01:00', '03:59', '04:00', '06:00', '10:00'].map((time) => at(`2026-09-01T${time}:00Z`)),
  ).toEqual([0.22, 0.44, 0.44, 0.22, 0.44, 0.22]);
  expect(at('2026-08-01T02:00:00Z')).toBe(0.14);
});

test('the service tier of the response selects the rates', () => {
  const call = { input: 1_000_000, cacheRead: 500_000, output: 0 };
  expect(cost({ ...call, serviceTier: 'default' }, 'gpt-5').usd).toBe(0.6875);
  expect(cost({ ...call, serviceTier: 'flex' }, 'gpt-5').usd).toBe(0.34375);
  expect(cost({ ...call, serviceTier: 'batch' }, 'claude-opus-4-8').usd).toBe(1.375);
  expect(cost({ ...call, serviceTier: 'priority' }, 'gpt-5').usd).toBe(1.375);
  expect(cost({ ...call, serviceTier: 'fast' }, 'claude-opus-4-8').usd).toBe(5.5);
  expect(cost({ ...call, serviceTier: 'priority' }, 'gpt-5-nano')).toMatchObject({
    usd: null,
    state: 'unpriced',
    certainty: 'unknown',
    warnings: ['no rates are known for the priority tier of openai/gpt-5-nano'],
  });
});

test("Google's flex and batch tiers and Groq's batch tier cost half", () => {
  const call = { input: 1_000_000, output: 0 };
  const share = (model: string, serviceTier: string): number =>
    cost({ ...call, serviceTier }, model).usd! / cost(call, model).usd!;
  expect(share('google/gemini-3-flash-preview', 'flex')).toBe(0.5);
  expect(share('google/gemini-3-flash-preview', 'batch')).toBe(0.5);
  expect(share('groq/llama-3.3-70b-versatile', 'batch')).toBe(0.5);
  expect(share('groq/llama-3.3-70b-versatile', 'flex')).toBe(1);
  expect(share('google/gemini-3-flash-preview', 'priority')).toBeCloseTo(1.8, 12);
  expect(cost({ ...call, serviceTier: 'priority' }, 'google/gemini-2.0-flash').state).toBe('unpriced');
});

test('inference in the US costs ten percent more at every token rate, and the same for searches', () => {
  const call = { input: 1_000_000, cacheRead: 500_000, output: 100_000, webSearches: 2 };
  const global = cost({ ...call, inferenceGeo: 'global' }, 'claude-opus-4-8');
  const us = cost({ ...call, inferenceGeo: 'us' }, 'claude-opus-4-8');
  expect(global.usd).toBe(cost(call, 'claude-opus-4-8').usd);
  const searches = 0.02;
  expect(us.usd! - searches).toBeCloseTo((global.usd! - searches) * 1.1, 12);
  expect(us.because).toEqual(['inference in the US only at 110 % of the rates']);
  expect(cost({ ...call, inferenceGeo: 'us' }, 'gpt-5').because).toEqual([]);
});

test('cache reads save cost and cache writes add cost', () => {
  const counts = usage({
    input: 1_000_000,
    cacheRead: 600_000,
    cacheWrite: 300_000,
    cacheWrite1h: 100_000,
    output: 5,
  });
  const effect = priceCall(counts, { model: 'claude-haiku-4-5', prices }).cacheEffect!;
  expect(effect.savedUsd).toBeCloseTo(0.6 * 0.9, 12);
  expect(effect.penaltyUsd).toBeCloseTo(0.2 * 0.25 + 0.1 * 1, 12);
  const { cacheRead: _r, cacheWrite: _w, cacheWrite1h: _h, ...plain } = counts;
  const uncached = costOf(plain, { model: 'claude-haiku-4-5', prices }).usd!;
  const cached = costOf(counts, { model: 'claude-haiku-4-5', prices }).usd!;
  expect(uncached - cached).toBeCloseTo(effect.netUsd, 12);
});

test('without cached tokens or prices, caching has no effect on the cost', () => {
  expect(priceCall(usage({ input: 5, output: 5 }), { model: 'gpt-5', prices }).cacheEffect).toBeNull();
  expect(
    priceCall(usage({ input: 5, cacheRead: 5 }), { model: 'nobody-knows', prices }).cacheEffect,
  ).toBeNull();
  expect(
    priceCall(usage({ input: 5, cacheRead: 5 }), { model: 'x', provider: 'ollama', prices }).cacheEffect,
  ).toBeNull();
});

const counts = fc.record({
  input: fc.nat(900_000),
  cacheRead: fc.nat(900_000),
  cacheWrite: fc.nat(900_000),
  cacheWrite1h: fc.nat(900_000),
  inputAudio: fc.nat(9000),
  output: fc.nat(90_000),
  outputAudio: fc.nat(9000),
  webSearches: fc.nat(9),
});
const names = fc.constantFrom(...prices.models.keys());

test('a part without a model is priced as the model of the call', () => {
  const part = usage({ input: 1_000_000, output: 0 });
  const parts = [
    { model: '', usage: part },
    { model: 'gpt-4o-mini', usage: part },
  ];
  const { usd, components } = cost({ input: 2_000_000, output: 0, parts }, 'gpt-5');
  // $1.25 and $0.15 per million tokens of input.
  expect(usd).toBeCloseTo(1.4, 12);
  expect(components.map(({ model }) => model)).toEqual(['gpt-5', 'gpt-4o-mini']);
});

test('parts sum to the total, and nothing is NaN or negative, also when the parts exceed the whole', () => {
  fc.assert(
    fc.property(counts, names, (tokens, key) => {
      const [provider = ''] = key.split('/');
      const { usd, components } = cost(tokens, key.slice(provider.length + 1), { provider });
      fc.pre(usd !== null);
      expect(usd).toBe(components.reduce((sum, each) => sum + each.usd, 0));
      expect(components.every((each) => each.usd >= 0 && Number.isFinite(each.usd) && each.count > 0)).toBe(
        true,
      );
      const inputKinds = [
        'input',
        'cacheRead',
        'cacheReadAudio',
        'cacheWrite5m',
        'cacheWrite1h',
        'inputAudio',
      ];
      const billed = components
        .filter(({ kind }) => inputKinds.includes(kind))
        .reduce((sum, { count }) => sum + count, 0);
      expect(components.length > 0 ? billed : tokens.input).toBe(tokens.input);
    }),
    { numRuns: 500 },
  );
});

test('more output, more input or more searches never cost less', () => {
  fc.assert(
    fc.property(
      counts,
      names,
      fc.constantFrom('input', 'output', 'webSearches'),
      fc.nat(300_000),
      (tokens, key, name, more) => {
        const [provider = ''] = key.split('/');
        const model = key.slice(provider.length + 1);
        const inside = {
          ...tokens,
          cacheRead: 0,
          cacheWrite: 0,
          cacheWrite1h: 0,
          inputAudio: 0,
          outputAudio: 0,
        };
        const less = cost(inside, model, { provider }).usd;
        const bigger = cost({ ...inside, [name]: inside[name] + more }, model, { provider }).usd;
        fc.pre(less !== null && bigger !== null);
        expect(bigger!).toBeGreaterThanOrEqual(less!);
      },
    ),
    { numRuns: 500 },
  );
});
