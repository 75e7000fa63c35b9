import { expect, test } from 'vitest';
import { normalizeUsage } from '../../src/usage/normalize.js';

test('a total that matches no convention is a warning with its evidence', () => {
  const usage = normalizeUsage({
    usage: {
      prompt_tokens: 10,
      completion_tokens: 5,
      total_tokens: 99,
      prompt_tokens_details: { cached_tokens: 4 },
    },
  });
  expect(usage).toMatchObject({ input: 10, cacheRead: 4, output: 5, total: 15, convention: 'inclusive' });
  expect(usage.warnings).toEqual([
    'total-mismatch: input 10, output 5, cached 4 give 15, but the reported total is 99',
  ]);
});

test("a part larger than its total is outside of it, whatever the provider's convention", () => {
  const usage = { prompt_tokens: 3, completion_tokens: 5, prompt_tokens_details: { cached_tokens: 4000 } };
  expect(normalizeUsage({ usage })).toMatchObject({ input: 4003, cacheRead: 4000, convention: 'exclusive' });
});

test('values that are not counts are ignored with a warning', () => {
  const usage = normalizeUsage({
    usage: {
      prompt_tokens: NaN,
      completion_tokens: 5,
      total_tokens: -1,
      prompt_tokens_details: { cached_tokens: '8x' },
    },
  });
  expect(usage).toMatchObject({ output: 5 });
  expect(usage.warnings).toEqual([
    'cacheRead: "8x" is not a count',
    'input: NaN is not a count',
    'total: -1 is not a count',
  ]);
});

test.for([null, undefined, 5, 'usage', [], {}, { usage: null }, { usage: {} }, { choices: [], usage: null }])(
  '%j has an unknown usage, which is not zero',
  (source) => {
    expect(normalizeUsage(source)).toEqual({
      source: 'unknown',
      convention: 'assumed',
      warnings: ['no token counts were recognised'],
    });
  },
);

test.each([
  ['ON_DEMAND', undefined],
  ['ON_DEMAND_FLEX', 'flex'],
  ['ON_DEMAND_PRIORITY', 'priority'],
  ['PROVISIONED_THROUGHPUT', 'provisioned_throughput'],
  ['TRAFFIC_TYPE_UNSPECIFIED', undefined],
])('the Vertex traffic type %s is the service tier %s', (trafficType, tier) => {
  const usageMetadata = { promptTokenCount: 1, candidatesTokenCount: 1, totalTokenCount: 2, trafficType };
  expect(normalizeUsage({ usageMetadata }).serviceTier).toBe(tier);
  expect(
    normalizeUsage({ usageMetadata: { ...usageMetadata, serviceTier: 'SERVICE_TIER_FLEX' } }).serviceTier,
  ).toBe('flex');
});

test('the inference region of an Anthropic call is kept, because it affects the price', () => {
  const usage = { input_tokens: 10, output_tokens: 5, cache_read_input_tokens: 0, inference_geo: 'us' };
  const once = normalizeUsage(usage);
  expect(once).toMatchObject({ inferenceGeo: 'us', warnings: [] });
  expect(normalizeUsage(once).inferenceGeo).toBe('us');
});
