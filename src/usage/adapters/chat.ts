import { addCounts, maxCount, usdOfTicks } from '../count.js';
import { getField, firstPresent, hasAny, type Fields } from '../fields.js';
import type { Candidate, UsageAdapter } from '../adapter.js';

/**
 * `prompt_tokens` and `completion_tokens`: OpenAI Chat Completions, and everyone who speaks it (Azure, Mistral, DeepSeek,
 * Groq, xAI, OpenRouter, Perplexity, Moonshot, LiteLLM, local servers). The prompt contains what was cached. The
 * completion contains reasoning, except at xAI and Perplexity. Cached tokens stand in a different place at nearly
 * every provider, and at some in two places: the same number, so the largest is taken and nothing is added.
 */
export const chat: UsageAdapter = {
  matches: ({ usage }) => hasAny(usage, 'prompt_tokens', 'completion_tokens'),
  read: (found) => {
    const { usage, parent } = found;
    const flavour = flavourOf(found);
    return {
      source: flavour === 'openai' ? 'openai-chat' : flavour,
      counts: {
        input: getField(usage, 'prompt_tokens'),
        cacheRead: cacheRead(usage),
        cacheWrite: maxCount(
          getField(usage, 'prompt_tokens_details', 'cache_write_tokens'),
          getField(usage, 'prompt_tokens_details', 'cache_creation_tokens'),
          getField(usage, 'cache_creation_input_tokens'),
          getField(usage, 'cache_write_tokens'),
        ),
        cacheWrite5m: getField(usage, 'cache_creation', 'ephemeral_5m_input_tokens'),
        cacheWrite1h: getField(usage, 'cache_creation', 'ephemeral_1h_input_tokens'),
        inputAudio: getField(usage, 'prompt_tokens_details', 'audio_tokens'),
        inputImage: getField(usage, 'prompt_tokens_details', 'image_tokens'),
        output: getField(usage, 'completion_tokens'),
        reasoning: maxCount(
          getField(usage, 'completion_tokens_details', 'reasoning_tokens'),
          getField(usage, 'reasoning_tokens'),
        ),
        outputAudio: getField(usage, 'completion_tokens_details', 'audio_tokens'),
        total: getField(usage, 'total_tokens'),
        webSearches: firstPresent(usage, 'num_search_queries'),
        requests: flavour === 'perplexity' ? 1 : undefined,
      },
      cache: 'inside',
      reasoning: flavour === 'xai' || flavour === 'perplexity' ? 'outside' : 'inside',
      serviceTier: getField(parent, 'service_tier') ?? getField(usage, 'service_tier'),
      reportedCostUsd: reportedCost(usage, parent),
    };
  },
};

/** The same in camelCase: Mistral's TypeScript SDK, LangChain's older `tokenUsage`, AI SDK 4. */
export const camelChat: UsageAdapter = {
  matches: ({ usage }) => hasAny(usage, 'promptTokens', 'completionTokens'),
  read: ({ usage, parent, provider }) => {
    const metadata =
      getField(parent, 'providerMetadata') ?? getField(parent, 'experimental_providerMetadata');
    const exclusive = hasAny(metadata, 'anthropic', 'bedrock');
    return {
      source: provider === 'mistral' ? 'mistral' : hasAny(parent, 'tokenUsage') ? 'langchain' : 'ai-sdk-4',
      counts: {
        input: getField(usage, 'promptTokens'),
        cacheRead: maxCount(
          getField(usage, 'promptTokensDetails', 'cachedTokens'),
          getField(usage, 'numCachedTokens'),
          getField(metadata, 'openai', 'cachedPromptTokens'),
          getField(metadata, 'anthropic', 'cacheReadInputTokens'),
          getField(metadata, 'bedrock', 'usage', 'cacheReadInputTokens'),
        ),
        cacheWrite: maxCount(
          getField(metadata, 'anthropic', 'cacheCreationInputTokens'),
          getField(metadata, 'bedrock', 'usage', 'cacheWriteInputTokens'),
        ),
        output: getField(usage, 'completionTokens'),
        reasoning: maxCount(
          getField(usage, 'completionTokensDetails', 'reasoningTokens'),
          getField(metadata, 'openai', 'reasoningTokens'),
        ),
        total: getField(usage, 'totalTokens'),
      },
      cache: exclusive ? 'outside' : 'inside',
      reasoning: 'inside',
      totalIsSum: true,
    };
  },
};

function cacheRead(usage: Fields): unknown {
  return maxCount(
    getField(usage, 'prompt_tokens_details', 'cached_tokens'),
    getField(usage, 'prompt_token_details', 'cached_tokens'),
    getField(usage, 'prompt_cache_hit_tokens'),
    getField(usage, 'num_cached_tokens'),
    getField(usage, 'cached_tokens'),
    getField(usage, 'cached_prompt_text_tokens'),
    getField(usage, 'cache_read_input_tokens'),
  );
}

function flavourOf({ usage, parent, provider }: Candidate): string {
  if (provider !== undefined && flavours.has(provider)) return provider;
  return (
    discriminators.find(([, ...names]) => hasAny(usage, ...names))?.[0] ??
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
const discriminators: readonly (readonly [flavour: string, ...fields: string[]])[] = [
  ['deepseek', 'prompt_cache_hit_tokens', 'prompt_cache_miss_tokens'],
  ['perplexity', 'num_search_queries', 'citation_tokens', 'search_context_size'],
  ['xai', 'cost_in_usd_ticks', 'num_sources_used', 'cached_prompt_text_tokens'],
  ['groq', 'queue_time', 'prompt_time', 'completion_time'],
  ['mistral', 'num_cached_tokens', 'prompt_token_details'],
  ['openrouter', 'is_byok', 'cost_details', 'cost'],
];

// With a key of the user's own at OpenRouter, `cost` is OpenRouter's fee only and the provider's bill stands beside it.
function reportedCost(usage: Fields, parent: Fields): unknown {
  const byok = getField(usage, 'is_byok') === true;
  const cost = getField(usage, 'cost', 'total_cost') ?? getField(usage, 'cost');
  return (
    usdOfTicks(getField(usage, 'cost_in_usd_ticks')) ??
    (byok ? addCounts(cost, getField(usage, 'cost_details', 'upstream_inference_cost')) : cost) ??
    getField(parent, 'response_cost') ??
    getField(parent, '_hidden_params', 'response_cost')
  );
}
