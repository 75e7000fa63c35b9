/** OpenAI Chat Completions and all who copied its names: `prompt_tokens` and `completion_tokens`, in any spelling. */
import { maxCount, parseCount } from '../fields/count.js';
import { omitToolSum } from '../fields/omit.js';
import type { RoleCounts } from '../fields/read-counts.js';
import { getField, hasAny } from '../fields/fields.js';
import { hasField, type Candidate, type UsageAdapter } from './adapter.js';

/**
 * OpenAI, Azure, Mistral, DeepSeek, Groq, xAI, OpenRouter, Perplexity, Moonshot, LiteLLM, local servers. The prompt contains
 * what was cached. The completion contains reasoning, except at xAI and Perplexity.
 */
export const chat: UsageAdapter = {
  matches: (candidate) =>
    hasField(candidate, 'prompt_tokens', 'completion_tokens', 'PromptTokens', 'CompletionTokens'),
  parse: (candidate) => {
    const { counts } = candidate.reported;
    const flavour = flavourOf(candidate);
    return {
      source: flavour === 'openai' ? 'openai-chat' : flavour,
      counts: adjustCounts(counts, flavour),
      unconsumed: omitToolSum(candidate.reported),
      cache: 'inside',
      reasoning: flavour === 'xai' || flavour === 'perplexity' ? 'outside' : 'inside',
    };
  },
};

function adjustCounts(counts: RoleCounts, flavour: string): RoleCounts {
  if (flavour === 'perplexity') return { ...counts, requests: counts.requests ?? 1 };
  if (!parseCount(counts.seconds)) return counts;
  // Mistral bills audio by the second; the total contains its tokens, which no field has.
  const { total: _, ...rest } = counts;
  return rest;
}

/** The same in camelCase: Mistral's TypeScript SDK, LangChain's older `tokenUsage`, AI SDK 4 with its provider metadata. */
export const camelChat: UsageAdapter = {
  matches: (candidate) => hasField(candidate, 'promptTokens', 'completionTokens'),
  parse: ({ reported, parent, provider, key }) => {
    const { counts } = reported;
    const metadata =
      getField(parent, 'providerMetadata') ?? getField(parent, 'experimental_providerMetadata');
    const { openai, anthropic } = {
      openai: getField(metadata, 'openai'),
      anthropic: getField(metadata, 'anthropic'),
    };
    const bedrock = getField(metadata, 'bedrock', 'usage');
    const cacheRead = [
      getField(openai, 'cachedPromptTokens'),
      getField(anthropic, 'cacheReadInputTokens'),
      getField(bedrock, 'cacheReadInputTokens'),
    ].reduce(maxCount, counts.cacheRead);
    const cacheWrite = [
      getField(anthropic, 'cacheCreationInputTokens'),
      getField(bedrock, 'cacheWriteInputTokens'),
    ].reduce(maxCount, counts.cacheWrite);
    const reasoning = maxCount(counts.reasoning, getField(openai, 'reasoningTokens'));
    return {
      source: provider === 'mistral' ? 'mistral' : key === 'tokenUsage' ? 'langchain' : 'ai-sdk-4',
      counts: { ...counts, cacheRead, cacheWrite, reasoning },
      cache: hasAny(metadata, 'anthropic', 'bedrock') ? 'outside' : 'inside',
      reasoning: 'inside',
      totalIsSum: true,
    };
  },
};

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

// Fields that only one provider writes, the most specific first.
const discriminators: readonly (readonly [flavour: string, ...fields: string[]])[] = [
  ['deepseek', 'prompt_cache_hit_tokens', 'prompt_cache_miss_tokens'],
  ['perplexity', 'num_search_queries', 'citation_tokens', 'search_context_size'],
  ['xai', 'cost_in_usd_ticks', 'num_sources_used', 'cached_prompt_text_tokens'],
  ['groq', 'queue_time', 'prompt_time', 'completion_time'],
  ['mistral', 'num_cached_tokens', 'prompt_token_details', 'prompt_audio_seconds'],
  ['openrouter', 'is_byok', 'cost_details', 'cost'],
];
