import { expect, test } from 'vitest';
import { costOf } from '../../src/pricing/price-call.js';
import { loadPrices } from '../../src/pricing/table/load-prices.js';
import type { PriceTable } from '../../src/pricing/table/price-table.js';
import { normalizeUsage } from '../../src/usage/normalize.js';

// Bills that were disputed or checked in public: what the response said, at which rates, what is right, and the figures that
// well-known tools have shown instead.
const vectors: readonly {
  name: string;
  raw: unknown;
  provider?: string;
  model: string;
  usd: number;
  wrong: Record<string, number>;
}[] = [
  {
    name: 'OpenAI counts cached and reasoning tokens inside',
    raw: {
      usage: {
        prompt_tokens: 1000,
        prompt_tokens_details: { cached_tokens: 800 },
        completion_tokens: 200,
        completion_tokens_details: { reasoning_tokens: 150 },
        total_tokens: 1200,
      },
    },
    model: 'gpt-5',
    usd: 0.00235,
    wrong: { 'cache counted twice': 0.00335, 'reasoning added as well': 0.00485 },
  },
  {
    name: 'Anthropic counts cache writes outside (litellm#9812)',
    raw: {
      usage: {
        input_tokens: 3,
        cache_creation_input_tokens: 12304,
        cache_read_input_tokens: 0,
        output_tokens: 550,
      },
    },
    model: 'claude-sonnet-4-5',
    usd: 0.054399,
    wrong: { 'writes also billed as input': 0.091311 },
  },
  {
    name: 'LangChain on Bedrock leaves the cache out of the input (phoenix#10036)',
    raw: {
      usage_metadata: {
        input_tokens: 3,
        output_tokens: 12,
        total_tokens: 13256,
        input_token_details: { cache_read: 13216, cache_creation: 25 },
      },
    },
    provider: 'bedrock',
    model: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
    usd: 0.004672305,
    wrong: { 'total taken as output': 0.2 },
  },
  {
    name: 'LangChain on OpenAI has the cache in the input (langfuse#4590)',
    raw: {
      usage_metadata: {
        input_tokens: 62394,
        output_tokens: 214,
        total_tokens: 62608,
        input_token_details: { cache_read: 60024 },
      },
    },
    model: 'gpt-4o',
    usd: 0.083095,
    wrong: { 'no rate for cached tokens': 0.158125 },
  },
  {
    name: 'Bedrock Converse leaves the cache out of the input (phoenix#10783)',
    raw: {
      usage: {
        inputTokens: 3,
        outputTokens: 442,
        cacheReadInputTokens: 7917,
        cacheWriteInputTokens: 350,
        totalTokens: 8712,
      },
    },
    provider: 'amazon-bedrock',
    model: 'global.anthropic.claude-sonnet-4-5-20250929-v1:0',
    usd: 0.0103266,
    wrong: { 'output taken as total - input': 0.1306 },
  },
  {
    name: 'Gemini counts thoughts outside the candidates (langfuse#12531)',
    raw: {
      usageMetadata: {
        promptTokenCount: 324,
        candidatesTokenCount: 1364,
        thoughtsTokenCount: 495,
        totalTokenCount: 2183,
      },
    },
    model: 'gemini-3-pro-preview',
    usd: 0.022956,
    wrong: { 'thoughts subtracted': 0.011076, 'thoughts ignored': 0.017016 },
  },
  {
    name: 'xAI counts reasoning outside the completion',
    raw: {
      usage: {
        prompt_tokens: 2640,
        prompt_tokens_details: { cached_tokens: 473 },
        completion_tokens: 182,
        completion_tokens_details: { reasoning_tokens: 672 },
        total_tokens: 3494,
      },
    },
    provider: 'xai',
    model: 'grok-4-fast-reasoning',
    usd: 0.00088405,
    wrong: { 'output of 182 tokens': 0.00054805 },
  },
  {
    name: 'a context tier does not begin at its mark',
    raw: {
      usageMetadata: { promptTokenCount: 200_000, candidatesTokenCount: 1000, totalTokenCount: 201_000 },
    },
    model: 'gemini-2.5-pro',
    usd: 0.26,
    wrong: { 'tier entered': 0.515 },
  },
  {
    name: 'a context tier holds for the whole call',
    raw: {
      usageMetadata: { promptTokenCount: 200_001, candidatesTokenCount: 1000, totalTokenCount: 201_001 },
    },
    model: 'gemini-2.5-pro',
    usd: 0.5150025,
    wrong: { 'only the token above the mark is dearer': 0.2600025 },
  },
  {
    name: 'Cohere bills billed units',
    raw: {
      usage: {
        billed_units: { input_tokens: 8, output_tokens: 50 },
        tokens: { input_tokens: 1394, output_tokens: 54 },
      },
    },
    model: 'command-a',
    usd: (8 * 2.5 + 50 * 10) / 1e6,
    wrong: { 'all tokens': (1394 * 2.5 + 54 * 10) / 1e6 },
  },
  {
    name: 'writes that live for an hour have their own rate',
    raw: {
      usage: {
        input_tokens: 0,
        output_tokens: 0,
        cache_creation_input_tokens: 1000,
        cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 1000 },
      },
    },
    model: 'claude-haiku-4-5',
    usd: 0.002,
    wrong: { 'the 5-minute rate': 0.00125 },
  },
];

const prices: PriceTable = { ...loadPrices({ overridePath: '/nowhere/pricing.json' }).prices };

test.for(vectors)('$name', ({ raw, provider, model, usd, wrong }) => {
  const hint = provider === undefined ? {} : { provider };
  const cost = costOf(normalizeUsage(raw, hint), { model, provider, prices });
  expect(cost.state).toBe('priced');
  expect(Math.abs(cost.usd! - usd)).toBeLessThan(1e-12);
  expect(cost.components.reduce((sum, each) => sum + each.usd, 0)).toBe(cost.usd);
  for (const figure of Object.values(wrong)) expect(Math.abs(cost.usd! - figure)).toBeGreaterThan(1e-6);
});
