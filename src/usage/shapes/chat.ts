import { addCounts, maxCount, usdOfTicks } from '../count.js';
import { field, firstOf, hasAny, type Fields } from '../fields.js';
import type { Found, Shape } from '../shape.js';

/**
 * `prompt_tokens` and `completion_tokens`: OpenAI Chat Completions, and everyone who speaks it (Azure, Mistral, DeepSeek,
 * Groq, xAI, OpenRouter, Perplexity, Moonshot, LiteLLM, local servers). The prompt contains what was cached. The
 * completion contains reasoning, except at xAI and Perplexity. Cached tokens stand in a different place at nearly
 * every provider, and at some in two places: the same number, so the largest is taken and nothing is added.
 */
export const chat: Shape = {
  matches: ({ usage }) => hasAny(usage, 'prompt_tokens', 'completion_tokens'),
  read: (found) => {
    const { usage, parent } = found;
    const flavour = flavourOf(found);
    return {
      source: flavour === 'openai' ? 'openai-chat' : flavour,
      counts: {
        input: field(usage, 'prompt_tokens'),
        cacheRead: cacheRead(usage),
        cacheWrite: maxCount(
          field(usage, 'prompt_tokens_details', 'cache_write_tokens'),
          field(usage, 'prompt_tokens_details', 'cache_creation_tokens'),
          field(usage, 'cache_creation_input_tokens'),
          field(usage, 'cache_write_tokens'),
        ),
        cacheWrite5m: field(usage, 'cache_creation', 'ephemeral_5m_input_tokens'),
        cacheWrite1h: field(usage, 'cache_creation', 'ephemeral_1h_input_tokens'),
        inputAudio: field(usage, 'prompt_tokens_details', 'audio_tokens'),
        inputImage: field(usage, 'prompt_tokens_details', 'image_tokens'),
        output: field(usage, 'completion_tokens'),
        reasoning: maxCount(
          field(usage, 'completion_tokens_details', 'reasoning_tokens'),
          field(usage, 'reasoning_tokens'),
        ),
        outputAudio: field(usage, 'completion_tokens_details', 'audio_tokens'),
        total: field(usage, 'total_tokens'),
        webSearches: firstOf(usage, 'num_search_queries'),
        requests: flavour === 'perplexity' ? 1 : undefined,
      },
      cache: 'inside',
      reasoning: flavour === 'xai' || flavour === 'perplexity' ? 'outside' : 'inside',
      serviceTier: field(parent, 'service_tier') ?? field(usage, 'service_tier'),
      reportedCostUsd: reportedCost(usage, parent),
    };
  },
};

/** The same in camelCase: Mistral's TypeScript SDK, LangChain's older `tokenUsage`, AI SDK 4. */
export const camelChat: Shape = {
  matches: ({ usage }) => hasAny(usage, 'promptTokens', 'completionTokens'),
  read: ({ usage, parent, provider }) => {
    const metadata = field(parent, 'providerMetadata') ?? field(parent, 'experimental_providerMetadata');
    const exclusive = hasAny(metadata, 'anthropic', 'bedrock');
    return {
      source: provider === 'mistral' ? 'mistral' : hasAny(parent, 'tokenUsage') ? 'langchain' : 'ai-sdk-4',
      counts: {
        input: field(usage, 'promptTokens'),
        cacheRead: maxCount(
          field(usage, 'promptTokensDetails', 'cachedTokens'),
          field(usage, 'numCachedTokens'),
          field(metadata, 'openai', 'cachedPromptTokens'),
          field(metadata, 'anthropic', 'cacheReadInputTokens'),
          field(metadata, 'bedrock', 'usage', 'cacheReadInputTokens'),
        ),
        cacheWrite: maxCount(
          field(metadata, 'anthropic', 'cacheCreationInputTokens'),
          field(metadata, 'bedrock', 'usage', 'cacheWriteInputTokens'),
        ),
        output: field(usage, 'completionTokens'),
        reasoning: maxCount(
          field(usage, 'completionTokensDetails', 'reasoningTokens'),
          field(metadata, 'openai', 'reasoningTokens'),
        ),
        total: field(usage, 'totalTokens'),
      },
      cache: exclusive ? 'outside' : 'inside',
      reasoning: 'inside',
      totalIsSum: true,
    };
  },
};

function cacheRead(usage: Fields): unknown {
  return maxCount(
    field(usage, 'prompt_tokens_details', 'cached_tokens'),
    field(usage, 'prompt_token_details', 'cached_tokens'),
    field(usage, 'prompt_cache_hit_tokens'),
    field(usage, 'num_cached_tokens'),
    field(usage, 'cached_tokens'),
    field(usage, 'cached_prompt_text_tokens'),
    field(usage, 'cache_read_input_tokens'),
  );
}

function flavourOf({ usage, parent, provider }: Found): string {
  if (provider !== undefined && flavours.has(provider)) return provider;
  return (
    marks.find(([, ...names]) => hasAny(usage, ...names))?.[0] ??
    (hasAny(parent, 'x_groq') ? 'groq' : 'openai')
  );
}

const flavours = new Set([
  'openai',
  'azure',
  'mistral',
  'deepseek',
  'groq',
  'xai',
  'openrouter',
  'perplexity',
  'moonshot',
]);

// Fields that only one provider writes, the most telling first.
const marks: readonly (readonly [flavour: string, ...fields: string[]])[] = [
  ['deepseek', 'prompt_cache_hit_tokens', 'prompt_cache_miss_tokens'],
  ['perplexity', 'num_search_queries', 'citation_tokens', 'search_context_size'],
  ['xai', 'cost_in_usd_ticks', 'num_sources_used', 'cached_prompt_text_tokens'],
  ['groq', 'queue_time', 'prompt_time', 'completion_time'],
  ['mistral', 'num_cached_tokens', 'prompt_token_details'],
  ['openrouter', 'is_byok', 'cost_details', 'cost'],
];

// With a key of the user's own at OpenRouter, `cost` is OpenRouter's fee only and the provider's bill stands beside it.
function reportedCost(usage: Fields, parent: Fields): unknown {
  const byok = field(usage, 'is_byok') === true;
  const cost = field(usage, 'cost', 'total_cost') ?? field(usage, 'cost');
  return (
    usdOfTicks(field(usage, 'cost_in_usd_ticks')) ??
    (byok ? addCounts(cost, field(usage, 'cost_details', 'upstream_inference_cost')) : cost) ??
    field(parent, 'response_cost') ??
    field(parent, '_hidden_params', 'response_cost')
  );
}
