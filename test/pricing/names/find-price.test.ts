import { expect, test } from 'vitest';
import { loadPrices } from '../../../src/pricing/table/load-prices.js';
import { resolveModel } from '../../../src/pricing/names/resolve-model.js';

const { prices } = loadPrices({ overridePath: '/nowhere/pricing.json' });

function find(name: string, provider?: string): string {
  const result = resolveModel(name, { provider, prices });
  return result.pricedAs === undefined ? result.reason : `${result.pricedAs} ${result.certainty}`;
}

test.for<[name: string, provider: string | undefined, expected: string]>([
  ['command-a-03-2025', undefined, 'cohere/command-a exact'],
  ['command-r-08-2024', undefined, 'cohere/command-r exact'],
  ['command-r-plus-08-2024', undefined, 'cohere/command-r-plus exact'],
  ['command-r7b-12-2024', undefined, 'cohere/command-r7b exact'],
  ['claude-sonnet-4-5[1m]', undefined, 'anthropic/claude-sonnet-4-5 exact'],
  ['claude-sonnet-4-5-20250929[1m]', 'anthropic', 'anthropic/claude-sonnet-4-5 exact'],
  [
    'bedrock/us-east-1/anthropic.claude-3-7-sonnet-20250219-v1:0',
    undefined,
    'aws/anthropic.claude-3-7-sonnet-20250219 exact',
  ],
  [
    'bedrock/invoke/us.anthropic.claude-sonnet-4-5-20250929-v1:0',
    undefined,
    'aws/anthropic.claude-sonnet-4-5-20250929 exact',
  ],
  ['google-gla:gemini-2.5-pro', undefined, 'google/gemini-2.5-pro exact'],
  ['vercel_ai_gateway/anthropic/claude-sonnet-4.5', undefined, 'anthropic/claude-sonnet-4-5 borrowed'],
  ['azure/global/gpt-4.1', undefined, 'openai/gpt-4.1 borrowed'],
  ['azure/responses/gpt-4.1', undefined, 'openai/gpt-4.1 borrowed'],
  ['openai/responses/gpt-5', undefined, 'openai/gpt-5 exact'],
  ['gpt-35-turbo-0125', 'azure', 'openai/gpt-3.5-turbo borrowed'],
  ['openai/gpt-5:nitro', 'openrouter', 'openrouter/openai/gpt-5 exact'],
  ['openrouter/openai/gpt-4o-mini:floor', undefined, 'openrouter/openai/gpt-4o-mini exact'],
  ['claude-3-5-sonnet-v2@20241022', 'google-vertex', 'google/claude-3-5-sonnet exact'],
  ['claude-opus-4-6@default', 'vertex_ai', 'google/claude-opus-4-6 exact'],
  ['gemini-2.5-flash-001', 'google', 'google/gemini-2.5-flash exact'],
  ['@cf/openai/gpt-oss-120b', undefined, 'cloudflare/@cf/openai/gpt-oss-120b exact'],
  ['cloudflare/@cf/openai/gpt-oss-120b', undefined, 'cloudflare/@cf/openai/gpt-oss-120b exact'],
  ['openai/gpt-oss-120b:groq', 'huggingface', 'huggingface_groq/openai/gpt-oss-120b exact'],
  ['huggingface/together/openai/gpt-oss-20b', undefined, 'huggingface_together/openai/gpt-oss-20b exact'],
  ['openai/gpt-oss-safeguard-20b', 'groq', 'groq/openai/gpt-oss-20b exact'],
  ['mistral-large-latest', undefined, 'mistral/mistral-large-2512 exact'],
  ['ft:gpt-4.1-2025-04-14:acme::xyz', undefined, 'openai/ft:gpt-4.1 exact'],
  ['gpt-4o', 'github-copilot', 'github-copilot/gpt-4o exact'],
  ['azure_ai/Phi-4', undefined, 'azure/phi-4 exact'],
])('the price of %s from %s is that of %s', ([name, provider, expected]) => {
  expect(find(name, provider)).toBe(expected);
});

test.for<[name: string, provider: string | undefined]>([
  ['gemini-pro-latest', undefined],
  ['gemini-flash-latest', 'google'],
  ['claude-opus-4-1-latest', undefined],
  ['magistral-medium-latest', 'mistral'],
])('%s from %s is an alias of a model that the table does not contain', ([name, provider]) => {
  expect(find(name, provider)).toMatch(/^no price is known for .*-latest/);
});

test.for([
  ['novita-2', 'meta-llama/llama-3.3-70b-instruct'],
  ['deepinfra', 'anthropic/claude-3-7-sonnet'],
  ['replicate', 'openai/gpt-oss-120b'],
  ['snowflake', 'claude-4-opus'],
  ['oci', 'google.gemini-2.5-flash-lite'],
  ['watsonx', 'mistralai/mistral-large'],
  ['sambanova', 'DeepSeek-R1'],
] as const)('%s is never priced like another seller', ([provider, model]) => {
  expect(find(model, provider)).toMatch(
    new RegExp(`^the prices of ${provider} are not known, and another seller's would be a guess`),
  );
});

test.for([
  ['azure', 'deepseek-r1'],
  ['azure', 'deepseek-v4-pro'],
  ['azure', 'grok-3-mini'],
  ['azure', 'gpt-oss-120b'],
  ['bedrock', 'cohere.command-r-v1:0'],
  ['bedrock', 'moonshotai.kimi-k2.5'],
  ['google', 'claude-instant'],
  ['gateway', 'deepseek/deepseek-chat'],
  ['gateway', 'perplexity/sonar'],
] as const)("%s does not sell %s at its vendor's price", ([provider, model]) => {
  expect(find(model, provider)).toMatch(/^no price is known for/);
});

test("an unknown host has the vendor's price for closed models and none for open-weight models", () => {
  expect(find('gpt-5', 'llm.corp')).toBe('openai/gpt-5 borrowed');
  expect(find('anthropic/claude-opus-5', 'https://llm.corp/v1')).toBe('anthropic/claude-opus-5 borrowed');
  expect(find('openai/gpt-oss-120b', 'llm.corp')).toMatch(
    /^no price is known for gpt-oss-120b at the host llm.corp/,
  );
  expect(find('deepseek-chat', 'openai-compatible')).toMatch(/^no price is known/);
});

test('the warning about an unknown host contains the line of pricing.json that resolves it', () => {
  const result = resolveModel('gpt-5', { provider: 'llm.corp', prices });
  expect(result).toMatchObject({
    warnings: [
      `the prices of the host llm.corp are not known: this is openai's. If they are those of openai, put {"hosts": {"llm.corp": "openai"}} into ~/.pflow/pricing.json`,
    ],
  });
  expect(find('zai-glm-4.7', 'llm.corp')).toContain(
    'put {"hosts": {"llm.corp": "cerebras"}} into ~/.pflow/pricing.json',
  );
  expect(find('deepseek-chat', 'deepinfra')).toContain('put {"hosts": {"deepinfra": "deepseek"}} into');
});

test('the printed line for a host with a port resolves that host', () => {
  const result = resolveModel('gpt-5', { provider: 'llm.corp:8443', prices });
  const [, line] = /put (\{.*\}) into/.exec(JSON.stringify(result).replaceAll('\\"', '"'))!;
  const { hosts } = JSON.parse(line!) as { hosts: Record<string, string> };
  expect(hosts).toEqual({ 'llm.corp:8443': 'openai' });
  const own = { ...prices, hosts: new Map(Object.entries(hosts)) };
  for (const provider of ['llm.corp:8443', 'https://llm.corp:8443/v1']) {
    expect(resolveModel('gpt-5', { provider, prices: own })).toMatchObject({ certainty: 'exact' });
  }
});

test('an entry of the user assigns a host to the seller whose prices it has', () => {
  const own = { ...prices, hosts: new Map([['llm.corp', 'groq']]) };
  expect(resolveModel('openai/gpt-oss-120b', { provider: 'llm.corp', prices: own })).toMatchObject({
    pricedAs: 'groq/openai/gpt-oss-120b',
    certainty: 'exact',
  });
  expect(resolveModel('gpt-5', { provider: 'llm.corp', prices: own }).pricedAs).toBeUndefined();
});

test.for([
  ['eu.amazon.nova-lite-v1:0', 'aws/eu.amazon.nova-lite exact'],
  ['us.amazon.nova-lite-v1:0', 'aws/amazon.nova-lite exact'],
  ['us.anthropic.claude-opus-4-5-20251101-v1:0', 'aws/anthropic.claude-opus-4-5 exact'],
  ['jp.anthropic.claude-sonnet-4-5-20250929-v1:0', 'aws/anthropic.claude-sonnet-4-5-20250929 exact'],
  ['anthropic.claude-haiku-4-5-20251001-v1:0', 'aws/global.anthropic.claude-haiku-4-5-20251001 bound'],
  ['global.anthropic.claude-3-haiku-20240307-v1:0', 'anthropic/claude-3-haiku borrowed'],
  [
    'arn:aws:bedrock:us-west-2::foundation-model/meta.llama3-1-8b-instruct-v1:0',
    'aws/meta.llama3-1-8b-instruct exact',
  ],
] as const)('Bedrock sells %s as %s', ([name, expected]) => {
  expect([find(name), find(name, 'bedrock')]).toEqual([expected, expected]);
});

test.for([
  'eu.meta.llama3-2-1b-instruct-v1:0',
  'us-gov.anthropic.claude-sonnet-4-5-20250929-v1:0',
  'bedrock/ap-south-1/meta.llama3-8b-instruct-v1:0',
  'bedrock/us-gov-west-1/anthropic.claude-3-haiku-20240307-v1:0',
  'arn:aws:bedrock:eu-west-2::foundation-model/meta.llama3-8b-instruct-v1:0',
])('%s is unpriced because the table only has its price in another region', (name) => {
  expect(find(name)).toMatch(/^no price is known for .* in the region [a-z0-9-]+ of Bedrock$/);
});

test('a model name used by one host only has a borrowed price, and the name of open weights has none', () => {
  expect(resolveModel('llama-3.3-70b-versatile', { prices })).toMatchObject({
    certainty: 'borrowed',
    warnings: [
      'no provider was named: this is the price of groq, the only one in the table with llama-3.3-70b-versatile',
    ],
  });
  expect(find('thinkingmachines/Inkling-NVFP4')).toBe(
    'no price is known for thinkingmachines/inkling-nvfp4 without its provider; the table has that of modal',
  );
});

test('a model that is free at its vendor is not free without a provider', () => {
  expect(find('omni-moderation-latest', 'openai')).toBe('openai/moderation exact');
  expect(find('omni-moderation-latest')).toMatch(/^no price/);
});

test("a router's prices are estimates for open-weight models but not for closed ones", () => {
  expect(resolveModel('qwen/qwen3-coder', { provider: 'openrouter', prices })).toMatchObject({
    certainty: 'estimated',
    warnings: ['openrouter passes qwen/qwen3-coder on to hosts at prices of their own, of which this is one'],
  });
  expect(find('openai/gpt-5', 'openrouter')).toBe('openrouter/openai/gpt-5 exact');
});

test('a price on which sources disagree is an estimate', () => {
  expect(resolveModel('azure/o1-mini', { prices })).toMatchObject({
    pricedAs: 'azure/o1-mini',
    certainty: 'estimated',
    warnings: ['sources differ: litellm has $1.21 in and $4.84 out per million tokens (2026-07-24)'],
  });
});

test('a preview priced as the stable model is an estimate', () => {
  expect(find('gemini-2.5-pro-preview-03-25', 'google')).toMatch(/ (exact|estimated)$/);
  expect(find('gpt-4.1-preview')).toBe('openai/gpt-4.1 estimated');
});

test('a provider that differs from the vendor in the name is treated as the default of a client', () => {
  expect(find('anthropic/claude-opus-5', 'openai')).toBe('anthropic/claude-opus-5 borrowed');
  expect(find('groq/llama-3.3-70b-versatile', 'openai')).toMatch(/^no price is known/);
});
