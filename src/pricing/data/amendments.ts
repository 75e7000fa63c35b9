/** The amendments of the price table, each with its source and date: what genai-prices has wrong or lacks. */
import {
  addAliases,
  addRates,
  addServiceTier,
  removeAliases,
  replaceRates,
  type Amendment,
} from './amend-prices.js';
import { disputedPrices } from './disputed-prices.js';
import type { ModelPrice, SellerTerms } from '../table/price-table.js';

/** Prices that litellm publishes with these sources of its own, in its data of that day. */
const litellm = 'model_prices_and_context_window.json of github.com/BerriAI/litellm';
const litellmDate = '2026-07-24';

const phiPrices: readonly (readonly [model: string, input: number, output: number])[] = [
  ['phi-3-medium-128k-instruct', 0.17, 0.68],
  ['phi-3-mini-128k-instruct', 0.13, 0.52],
  ['phi-4', 0.125, 0.5],
  ['phi-4-mini-instruct', 0.075, 0.3],
  ['phi-4-multimodal-instruct', 0.08, 0.32],
];

/** In the order in which they are applied. */
export const amendments: readonly Amendment[] = [
  {
    id: 'mistral-large-latest',
    reason: 'the pointer moved to Mistral Large 3 (2512)',
    source: 'docs.mistral.ai/models/mistral-large-3-25-12',
    date: litellmDate,
    models: /^mistral\/mistral-large$/,
    change: removeAliases('mistral-large-latest'),
  },
  {
    id: 'mistral-large-3',
    reason: 'mistral-large-latest points to Mistral Large 3 (2512)',
    source: 'docs.mistral.ai/models/mistral-large-3-25-12',
    date: litellmDate,
    models: /^mistral\/mistral-large-2512$/,
    change: addAliases('mistral-large-latest'),
  },
  {
    id: 'mistral-medium',
    reason: 'the pointer has named three models at three prices',
    source: 'docs.mistral.ai/getting-started/models',
    date: litellmDate,
    models: /^mistral\/mistral-medium-3-1$/,
    change: removeAliases('mistral-medium'),
  },
  {
    id: 'deepseek-flat',
    reason: 'off-peak discounts ended on 2025-09-05, and V3.2 lowered the prices on 2025-09-29',
    source: 'api-docs.deepseek.com/quick_start/pricing',
    date: litellmDate,
    models: /^deepseek\/deepseek-(chat|reasoner)$/,
    change: flattenDeepSeek,
  },
  {
    id: 'deepseek-r1-names',
    reason: "names of the open weights, which are not models of DeepSeek's API",
    source: 'api-docs.deepseek.com/quick_start/pricing',
    date: litellmDate,
    models: /^deepseek\/deepseek-(chat|reasoner)$/,
    change: removeAliases('deepseek-r1', 'deepseek-r1-0528', 'deepseek-chat-v3-0324'),
  },
  {
    id: 'resold-weights',
    reason: 'prices of OpenRouter for models that their makers do not sell under these names',
    source: 'developers.openai.com/api/docs/models, api-docs.deepseek.com/quick_start/pricing',
    date: litellmDate,
    remove:
      /^openai\/(gpt-oss|gpt-5-image|gpt-5\.4-image|gpt-4o:extended)|^deepseek\/deepseek-v3\.|^mistral\/mistral-small-(24b|3\.\d-24b)-instruct|^(azure|mistral)\/.*:free$|^azure\/(wizardlm|phi-3\.5|phi-4-reasoning)/,
  },
  ...phiPrices.map(([model, input, output]): Amendment => ({
    id: `azure-${model}`,
    reason: 'the source has the price of OpenRouter',
    source: 'azure.microsoft.com/pricing/details/phi-3, as quoted in ' + litellm,
    date: litellmDate,
    models: new RegExp(`^azure/${model}$`),
    change: (price) =>
      price.input === input && price.output === output ? price : { ...price, input, output },
  })),
  {
    id: 'fireworks-gemma-3',
    reason: 'models of more than 16B parameters cost $0.90 per million tokens',
    source: 'fireworks.ai/pricing, as quoted in ' + litellm,
    date: litellmDate,
    models: /^fireworks\/gemma-3-27b-it$/,
    change: replaceRates({ input: 0.1, output: 0.1 }, { input: 0.9, output: 0.9 }),
  },
  {
    id: 'fine-tunes',
    reason: 'fine-tuned models have prices of their own',
    source: 'developers.openai.com/api/docs/pricing (Fine-tuning)',
    date: litellmDate,
    add: {
      'openai/ft:gpt-4.1': { input: 3, cacheRead: 0.75, output: 12 },
      'openai/ft:gpt-4.1-mini': { input: 0.8, cacheRead: 0.2, output: 3.2 },
      'openai/ft:gpt-4.1-nano': { input: 0.2, cacheRead: 0.05, output: 0.8 },
      'openai/ft:o4-mini': { input: 4, cacheRead: 1, output: 16 },
    },
  },
  {
    id: 'gpt-oss-safeguard-alias',
    reason: 'gpt-oss-safeguard-20b has the price of the 20b model, not of the 120b',
    source: 'groq.com/pricing',
    date: litellmDate,
    models: /^groq\/openai\/gpt-oss-120b$/,
    change: removeAliases('openai/gpt-oss-safeguard-20b'),
  },
  {
    id: 'gpt-oss-safeguard',
    reason: 'gpt-oss-safeguard-20b has the price of the 20b model, not of the 120b',
    source: 'groq.com/pricing',
    date: litellmDate,
    models: /^groq\/openai\/gpt-oss-20b$/,
    change: addAliases('openai/gpt-oss-safeguard-20b'),
  },
  {
    id: 'perplexity-fee',
    reason: 'the fee of a request depends on the search context; the source has the highest',
    source: 'docs.perplexity.ai/docs/getting-started/pricing',
    date: litellmDate,
    models: /^perplexity\/sonar(-reasoning)?$/,
    change: replaceRates(
      { perRequest: 0.012 },
      { perRequest: 0.005, perRequestMedium: 0.008, perRequestHigh: 0.012 },
    ),
  },
  {
    id: 'perplexity-pro-fee',
    reason: 'the fee of a request depends on the search context; the source has the highest',
    source: 'docs.perplexity.ai/docs/getting-started/pricing',
    date: litellmDate,
    models: /^perplexity\/sonar-(pro|reasoning-pro)$/,
    change: replaceRates(
      { perRequest: 0.014 },
      { perRequest: 0.006, perRequestMedium: 0.01, perRequestHigh: 0.014 },
    ),
  },
  {
    id: 'gpt-4o-audio',
    reason: 'audio has rates of its own',
    source: 'developers.openai.com/api/docs/models/gpt-4o-audio-preview',
    date: litellmDate,
    models: /^openai\/gpt-4o-audio-preview$/,
    change: addRates({ inputAudio: 40, outputAudio: 80 }),
  },
  {
    id: 'gpt-4o-mini-audio',
    reason: 'audio has rates of its own',
    source: 'developers.openai.com/api/docs/models/gpt-4o-mini-audio-preview',
    date: litellmDate,
    models: /^openai\/gpt-4o-mini-audio-preview$/,
    change: addRates({ inputAudio: 10, outputAudio: 20 }),
  },
  {
    id: 'gpt-4o-mini-tts-audio',
    reason: 'the output is audio, at the one rate for output',
    source: 'developers.openai.com/api/docs/models/gpt-4o-mini-tts',
    date: litellmDate,
    models: /^openai\/gpt-4o-mini-tts$/,
    change: (price) => addRates({ outputAudio: price.output! })(price, ''),
  },
  {
    id: 'gpt-image-output',
    reason: 'the output is images, at the one rate for output',
    source: 'developers.openai.com/api/docs/models/gpt-image-1',
    date: '2026-09-23',
    models: /^openai\/gpt-image-(1|1-mini|2)$/,
    change: (price) => addRates({ outputImage: price.output! })(price, ''),
  },
  {
    id: 'claude-1h-writes',
    reason: '1-hour cache writes cost 2 × input where 5-minute writes cost 1.25 ×',
    source:
      'docs.claude.com/en/docs/build-with-claude/prompt-caching, aws.amazon.com/bedrock/pricing, cloud.google.com/vertex-ai/generative-ai/pricing',
    date: litellmDate,
    models: /claude/,
    change: addHourWrites,
  },
  {
    id: 'claude-fast-6x',
    reason: 'fast mode costs 6 × the standard rates',
    source: 'platform.claude.com/docs/en/build-with-claude/fast-mode',
    date: litellmDate,
    models: /^anthropic\/claude-opus-4-[67]$/,
    change: addServiceTier('fast', 6),
  },
  {
    id: 'claude-fast-2x',
    reason: 'fast mode costs 2 × the standard rates',
    source: 'platform.claude.com/docs/en/build-with-claude/fast-mode',
    date: litellmDate,
    models: /^anthropic\/claude-opus-(4-8|5)$/,
    change: addServiceTier('fast', 2),
  },
  {
    id: 'openai-priority-2x',
    reason: 'priority processing costs 2 × the standard rates',
    source: 'developers.openai.com/api/docs/pricing (Priority)',
    date: litellmDate,
    models:
      /^openai\/(gpt-4\.1-nano|gpt-5|gpt-5\.1|gpt-5\.2|gpt-5\.3|gpt-5\.3-codex|gpt-5\.4|gpt-5\.4-mini|gpt-5\.5|gpt-5\.6-(sol|terra|luna))$/,
    change: addServiceTier('priority', 2),
  },
  {
    id: 'openai-priority-1.8x',
    reason: 'priority processing costs 1.8 × the standard rates',
    source: 'developers.openai.com/api/docs/pricing (Priority)',
    date: litellmDate,
    models: /^openai\/(gpt-5-mini|gpt-5\.1-codex-mini)$/,
    change: addServiceTier('priority', 1.8),
  },
  {
    id: 'openai-priority-1.75x',
    reason: 'priority processing costs 1.75 × the standard rates',
    source: 'developers.openai.com/api/docs/pricing (Priority)',
    date: litellmDate,
    models: /^openai\/(gpt-4\.1|gpt-4\.1-mini|gpt-4o-2024-05-13|o3)$/,
    change: addServiceTier('priority', 1.75),
  },
  {
    id: 'openai-priority-1.7x',
    reason: 'priority processing costs 1.7 × the standard rates',
    source: 'developers.openai.com/api/docs/pricing (Priority)',
    date: litellmDate,
    models: /^openai\/gpt-4o$/,
    change: addServiceTier('priority', 1.7),
  },
  {
    id: 'openai-priority-5/3x',
    reason: 'priority processing costs $0.25 and $1 per million tokens',
    source: 'developers.openai.com/api/docs/pricing (Priority)',
    date: litellmDate,
    models: /^openai\/gpt-4o-mini$/,
    change: (price) => ({
      ...price,
      serviceTiers: { priority: { input: 0.25, cacheRead: 0.125, output: 1 } },
    }),
  },
  {
    id: 'openai-priority-o4-mini',
    reason: 'priority processing costs $2 and $8 per million tokens',
    source: 'developers.openai.com/api/docs/pricing (Priority)',
    date: litellmDate,
    models: /^openai\/o4-mini$/,
    change: (price) => ({ ...price, serviceTiers: { priority: { input: 2, cacheRead: 0.5, output: 8 } } }),
  },
  {
    id: 'gemini-priority',
    reason: 'priority inference costs 1.8 × the standard rates',
    source:
      'ai.google.dev/gemini-api/docs/pricing, cloud.google.com/vertex-ai/generative-ai/pricing (Priority)',
    date: litellmDate,
    models:
      /^google\/gemini-3(-pro-preview|-flash-preview|\.1-flash-lite|\.1-pro-preview|\.5-flash|\.5-flash-lite|\.6-flash)$/,
    change: addServiceTier('priority', 1.8),
  },
  {
    id: 'included-in-subscription',
    reason: 'included in every plan: requests cost nothing more',
    source: 'docs.github.com/en/copilot/concepts/billing (models included in a plan)',
    date: '2026-09-03',
    add: {
      'github-copilot/gpt-3.5-turbo': { free: true, aliases: ['gpt-3.5-turbo-0613'] },
      'github-copilot/gpt-4.1': { free: true, aliases: ['gpt-4.1-2025-04-14'] },
      'github-copilot/gpt-4o': {
        free: true,
        aliases: ['gpt-4-o-preview', 'gpt-4o-2024-05-13', 'gpt-4o-2024-08-06', 'gpt-4o-2024-11-20'],
      },
      'github-copilot/gpt-4o-mini': { free: true, aliases: ['gpt-4o-mini-2024-07-18'] },
    },
  },
  {
    id: 'free-of-charge',
    reason: 'free of charge, without a paid tier',
    source: 'developers.openai.com/api/docs/models/omni-moderation-latest',
    date: '2026-09-23',
    add: {
      'openai/moderation': { free: true, aliases: ['omni-moderation-latest', 'text-moderation-latest'] },
    },
  },
  {
    id: 'cohere-rerank',
    reason: 'rerankers are billed by the search',
    source: 'cohere.com/pricing',
    date: litellmDate,
    add: {
      'cohere/rerank-english-v3.0': { rerankPer1k: 2 },
      'cohere/rerank-multilingual-v3.0': { rerankPer1k: 2 },
      'cohere/rerank-v3.5': { rerankPer1k: 2 },
    },
  },
  {
    id: 'openai-speech',
    reason: 'speech is billed by the character',
    source: 'developers.openai.com/api/docs/models/tts-1',
    date: litellmDate,
    add: {
      'openai/tts-1': { charactersPerMillion: 15 },
      'openai/tts-1-hd': { charactersPerMillion: 30 },
    },
  },
  {
    id: 'azure-whisper',
    reason: 'transcription is billed by the second',
    source: litellm,
    date: litellmDate,
    add: { 'azure/whisper-1': { perSecond: 0.0001, aliases: ['whisper'] } },
  },
  {
    id: 'nova-regions',
    reason: 'Nova costs more in the regions of Europe and Asia than in the US, which the source has',
    source: litellm,
    date: litellmDate,
    add: {
      'aws/apac.amazon.nova-lite': { input: 0.063, output: 0.252 },
      'aws/apac.amazon.nova-micro': { input: 0.037, output: 0.148 },
      'aws/apac.amazon.nova-pro': { input: 0.84, output: 3.36 },
      'aws/eu.amazon.nova-lite': { input: 0.078, output: 0.312 },
      'aws/eu.amazon.nova-micro': { input: 0.046, output: 0.184 },
      'aws/eu.amazon.nova-pro': { input: 1.05, output: 4.2 },
    },
  },
  {
    id: 'disputed',
    reason: 'two sources differ, and neither is the seller',
    source: litellm,
    date: litellmDate,
    models: /./,
    change: (price, key) => {
      const other = disputedPrices[key];
      if (!other || (price.input === other[0] && price.output === other[1])) return price;
      const rates = other.map((usd) => `$${usd}`).join(' in and ');
      return { ...price, disputed: `litellm has ${rates} out per million tokens (${litellmDate})` };
    },
  },
];

/** What holds for all models of a seller. Anthropic's and Google's search fees are in the prices of their models. */
export const sellerTerms: Readonly<Record<string, SellerTerms>> = {
  // File searches and containers are billed by the piece, executed code by its container.
  openai: {
    rates: { fileSearchPer1k: 2.5, perContainer: 0.03 },
    asText: ['inputImage'],
    source:
      'developers.openai.com/api/docs/pricing (Tools; images are billed as text tokens where no rate is listed)',
    date: litellmDate,
  },
  anthropic: {
    asText: ['inputImage'],
    source: 'docs.claude.com/en/docs/build-with-claude/vision (images are billed as input tokens)',
    date: litellmDate,
  },
  // A rate of a model that lists none for audio holds for text, images, video and audio alike.
  google: {
    rates: { codeCallPer1k: 0 },
    asText: ['inputAudio', 'inputImage', 'inputVideo'],
    source: 'ai.google.dev/gemini-api/docs/pricing; /code-execution (no charge besides tokens)',
    date: litellmDate,
  },
  aws: {
    asText: ['inputImage'],
    source: 'aws.amazon.com/bedrock/pricing (images are billed as input tokens)',
    date: litellmDate,
  },
};

// Until 2025-09-05 the price depended on the hour; what the source has as the latest price is that of then.
function flattenDeepSeek(price: ModelPrice): ModelPrice {
  const { input, cacheRead, output, hours, ...rest } = price;
  if (input !== 0.135 || !hours) return price;
  return {
    ...rest,
    input: 0.28,
    cacheRead: 0.028,
    output: 0.42,
    history: [
      {
        until: '2025-09-05',
        input,
        ...(cacheRead === undefined ? {} : { cacheRead }),
        ...(output === undefined ? {} : { output }),
        hours,
      },
      { until: '2025-09-29', input: 0.56, cacheRead: 0.07, output: 1.68 },
    ],
  };
}

function addHourWrites(price: ModelPrice): ModelPrice {
  const twice = <T extends { input?: number; cacheWrite?: number; cacheWrite1h?: number }>(rates: T): T => {
    const { input, cacheWrite, cacheWrite1h } = rates;
    if (input === undefined || cacheWrite === undefined || cacheWrite1h !== undefined) return rates;
    return Math.abs(cacheWrite - 1.25 * input) < 1e-9 * input
      ? { ...rates, cacheWrite1h: round(2 * input) }
      : rates;
  };
  const base = twice(price);
  const tiers = price.tiers?.map(twice);
  const isSame = base === price && (tiers?.every((tier, index) => tier === price.tiers![index]) ?? true);
  return isSame ? price : { ...base, ...(tiers ? { tiers } : {}) };
}

function round(usd: number): number {
  return Number(usd.toPrecision(12));
}
