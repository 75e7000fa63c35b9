import { expect, test } from 'vitest';
import { loadPrices } from '../../../src/pricing/table/load-prices.js';
import { resolveModel, suggestModels } from '../../../src/pricing/names/resolve-model.js';

const { prices } = loadPrices({ overridePath: '/nowhere/pricing.json' });

function resolved(name: string, provider?: string): string {
  const result = resolveModel(name, { provider, prices });
  return result.pricedAs === undefined ? `— ${result.reason}` : `${result.pricedAs} (${result.matchedBy})`;
}

test.for<[name: string, provider: string | undefined, expected: string]>([
  ['gpt-5', undefined, 'openai/gpt-5 (exact)'],
  ['GPT-5 ', undefined, 'openai/gpt-5 (exact)'],
  ['gpt-5-2025-08-07', undefined, 'openai/gpt-5 (alias of openai/gpt-5)'],
  ['gpt-4o', 'openai.responses', 'openai/gpt-4o (exact)'],
  ['openai/gpt-5', undefined, 'openai/gpt-5 (prefix openai/ stripped, exact)'],
  ['openai:gpt-5', undefined, 'openai/gpt-5 (prefix openai: stripped, exact)'],
  [
    'openrouter/anthropic/claude-sonnet-4.5',
    undefined,
    'openrouter/anthropic/claude-sonnet-4.5 (prefix openrouter/ stripped, exact)',
  ],
  [
    'litellm/vertex_ai/gemini-2.5-pro',
    undefined,
    'google/gemini-2.5-pro (prefix litellm/ stripped, prefix vertex_ai/ stripped, exact)',
  ],
  ['models/gemini-2.5-pro', 'google.generative-ai', 'google/gemini-2.5-pro (prefix models/ stripped, exact)'],
  ['xai/grok-4', undefined, 'x-ai/grok-4-0709 (prefix xai/ stripped, alias of x-ai/grok-4-0709)'],
  [
    'claude-sonnet-4-5@20250929',
    'anthropic',
    'anthropic/claude-sonnet-4-5 (@ read as -, -20250929 stripped, exact)',
  ],
  [
    'claude-sonnet-4-5@20250929',
    'google-vertex',
    'google/claude-sonnet-4-5 (@ read as -, -20250929 stripped, exact)',
  ],
  ['claude-sonnet-4-5-20250929', undefined, 'anthropic/claude-sonnet-4-5 (-20250929 stripped, exact)'],
  ['gpt-4.1-2025-04-15', undefined, 'openai/gpt-4.1 (-2025-04-15 stripped, exact)'],
  ['grok-3-mini-0809', 'xai', 'x-ai/grok-3-mini (-0809 stripped, exact)'],
  ['claude-4.5-sonnet', undefined, 'anthropic/claude-sonnet-4-5 (spelled claude-sonnet-4-5, exact)'],
  ['gpt-4-1-mini', undefined, 'openai/gpt-4.1-mini (spelled gpt-4.1-mini, exact)'],
  ['gpt-4o-2024-05-13', undefined, 'openai/gpt-4o-2024-05-13 (exact)'],
  ['gpt-5', 'azure', 'openai/gpt-5 (azure priced like openai, exact)'],
  ['llama-3.3-70b-versatile', 'groq', 'groq/llama-3.3-70b-versatile (exact)'],
  ['llama-3.3-70b-versatile', undefined, 'groq/llama-3.3-70b-versatile (only at groq)'],
  ['openai/gpt-oss-120b', 'groq', 'groq/openai/gpt-oss-120b (exact)'],
  ['groq/openai/gpt-oss-120b', undefined, 'groq/openai/gpt-oss-120b (prefix groq/ stripped, exact)'],
  [
    'ft:gpt-4o-2024-08-06:acme:support:abc123',
    'openai',
    'openai/ft:gpt-4o (fine-tune, -2024-08-06 stripped, exact)',
  ],
])('%s from %s resolves to %s', ([name, provider, expected]) => {
  expect(resolved(name, provider)).toBe(expected);
});

test.for([
  ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'aws/anthropic.claude-sonnet-4-5-20250929', 3.3, 16.5],
  ['eu.anthropic.claude-sonnet-4-5-20250929-v1:0', 'aws/anthropic.claude-sonnet-4-5-20250929', 3.3, 16.5],
  [
    'global.anthropic.claude-sonnet-4-5-20250929-v1:0',
    'aws/global.anthropic.claude-sonnet-4-5-20250929',
    3,
    15,
  ],
  [
    'bedrock/converse/us.anthropic.claude-sonnet-4-5-20250929-v1:0',
    'aws/anthropic.claude-sonnet-4-5-20250929',
    3.3,
    16.5,
  ],
  [
    'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-sonnet-4-5-20250929-v1:0',
    'aws/anthropic.claude-sonnet-4-5-20250929',
    3.3,
    16.5,
  ],
  ['meta.llama3-1-8b-instruct-v1:0', 'aws/meta.llama3-1-8b-instruct', 0.22, 0.22],
] as const)('Bedrock sells %s as %s', ([name, key, input, output]) => {
  for (const provider of [undefined, 'amazon-bedrock']) {
    const result = resolveModel(name, { provider, prices });
    expect(result).toMatchObject({ pricedAs: key, price: { input, output } });
  }
});

test.for([
  ['gpt-4o-mini-turbo', 'contains a known name'],
  ['gpt-5.2-mini', 'begins like a known name'],
  ['my-gpt-5', 'ends like a known name'],
  ['claude-sonnet-4-5-20259999', 'ends in digits that are no date'],
  ['mistral-large-2501', 'ends in a year and month, which tell Mistral models apart'],
  ['amazon.titan-embed-text-v2:0', 'is another version'],
  ['', 'is empty'],
  ['__proto__', 'is a property of objects'],
  ['arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123', 'does not say which model'],
] as const)('%s is unpriced: it %s', ([name]) => {
  expect(resolveModel(name, { prices }).pricedAs).toBeUndefined();
});

test('a fine-tuned model is never priced as its base model', () => {
  expect(resolved('ft:gpt-4.5-2025-04-14:acme::xyz')).toBe(
    "— no price is known for fine-tunes of gpt-4.5-2025-04-14; the base model's price is not theirs",
  );
});

test("a model that a host does not list is not priced like its vendor's", () => {
  expect(resolveModel('openai/gpt-5', { provider: 'groq', prices }).pricedAs).toBeUndefined();
});

test('a model sold by several hosts requires the name of the host', () => {
  expect(resolved('gpt-oss-20b')).toBe(
    '— gpt-oss-20b has a price of its own at each of fireworks, ovhcloud; name the provider',
  );
});

test('suggestions are not used for pricing', () => {
  expect(suggestModels('gpt-5-mino', prices)).toContain('gpt-5-mini');
  expect(resolveModel('gpt-5-mino', { prices }).pricedAs).toBeUndefined();
});
