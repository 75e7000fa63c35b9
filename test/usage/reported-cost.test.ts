import { expect, test } from 'vitest';
import { normalizeUsage } from '../../src/usage/normalize.js';
import type { CostSource } from '../../src/usage/record/usage.js';

const chat = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
const sdk = { inputTokens: 10, outputTokens: 5, totalTokens: 15 };

test.for<[string, unknown, number, CostSource]>([
  ["OpenRouter's own", { usage: { ...chat, cost: 0.02 } }, 0.02, 'provider'],
  ['as text', { usage: { ...chat, cost: '2e-2' } }, 0.02, 'provider'],
  [
    "the fee and the bill of the user's own key",
    { usage: { ...chat, cost: 0.001, is_byok: true, cost_details: { upstream_inference_cost: 0.019 } } },
    0.02,
    'provider',
  ],
  [
    'a fee of 0 and a bill, in the metadata of the AI SDK',
    {
      usage: sdk,
      providerMetadata: { openrouter: { usage: { cost: 0, costDetails: { upstreamInferenceCost: 0.02 } } } },
    },
    0.02,
    'provider',
  ],
  [
    'a cost that already contains what was paid upstream',
    { usage: { ...chat, cost: 0.02, is_byok: false, cost_details: { upstream_inference_cost: 0.02 } } },
    0.02,
    'provider',
  ],
  ['Perplexity', { usage: { ...chat, cost: { request_cost: 0.01, total_cost: 0.02 } } }, 0.02, 'provider'],
  [
    'Perplexity through the AI SDK',
    { usage: sdk, providerMetadata: { perplexity: { cost: { requestCost: 0.01, totalCost: 0.02 } } } },
    0.02,
    'provider',
  ],
  ['xAI ticks', { usage: { ...chat, cost_in_usd_ticks: 200_000_000 } }, 0.02, 'provider'],
  ['DeepInfra', { usage: { ...chat, estimated_cost: 0.02 } }, 0.02, 'provider'],
  [
    'Vercel gateway',
    { usage: sdk, providerMetadata: { gateway: { cost: '0.02', marketCost: '0.03' } } },
    0.02,
    'gateway',
  ],
  [
    "Vercel gateway with the user's own key",
    { usage: sdk, providerMetadata: { gateway: { cost: '0', marketCost: '0.02' } } },
    0.02,
    'gateway',
  ],
  [
    'Vercel gateway, every step',
    {
      usage: sdk,
      steps: [
        { providerMetadata: { gateway: { cost: '0.005' } } },
        { providerMetadata: { gateway: { cost: '0.015' } } },
      ],
      providerMetadata: { gateway: { cost: '0.015' } },
    },
    0.02,
    'gateway',
  ],
  ['LiteLLM, Python', { usage: chat, _hidden_params: { response_cost: 0.02 } }, 0.02, 'gateway'],
  [
    "LiteLLM's header",
    { headers: { 'x-litellm-response-cost': '0.02' }, data: { usage: chat } },
    0.02,
    'gateway',
  ],
  [
    "LiteLLM's header in a Headers object",
    { headers: new Headers({ 'X-LiteLLM-Response-Cost': '0.02' }), data: { usage: chat } },
    0.02,
    'gateway',
  ],
  ['an agent beside the usage', { cost: 0.02, usage: chat }, 0.02, 'tool'],
  [
    'Langfuse',
    { usageDetails: { input: 10, output: 5 }, costDetails: { input: 0.01, output: 0.01, total: 0.02 } },
    0.02,
    'tool',
  ],
  ['a cost alone', { type: 'result', total_cost_usd: 0.02 }, 0.02, 'tool'],
])('a reported cost is found: %s', ([, raw, usd, source]) => {
  const usage = normalizeUsage(raw);
  expect(usage.reportedCostUsd).toBeCloseTo(usd, 12);
  expect(usage).toMatchObject({ reportedCostSource: source, warnings: [] });
});

test('a cost in another currency or of some steps only is ignored with a warning', () => {
  const euros = normalizeUsage({ usage: { ...chat, cost: { amount: 1, currency: 'EUR' } } });
  expect(euros.reportedCostUsd).toBeUndefined();
  expect(euros.warnings).toEqual(['the reported cost is in EUR, not in USD: it is not used']);
  const some = normalizeUsage({
    usage: sdk,
    steps: [{ providerMetadata: { gateway: { cost: '0.005' } } }, { providerMetadata: {} }],
    providerMetadata: { gateway: { cost: '0.005' } },
  });
  expect(some.reportedCostUsd).toBeUndefined();
  expect(some.warnings).toEqual(['a cost was reported for 1 of 2 steps only: it is not used']);
});

test('a cost that is not an amount is a warning', () => {
  const usage = normalizeUsage({ usage: { ...chat, cost: 'cheap' } });
  expect(usage.reportedCostUsd).toBeUndefined();
  expect(usage.warnings).toEqual(['reportedCostUsd: "cheap" is not an amount']);
});
