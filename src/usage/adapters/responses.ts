import { usdOfTicks } from '../count.js';
import { getField, hasAny, toList, type Fields } from '../fields.js';
import type { UsageAdapter } from '../adapter.js';

/**
 * OpenAI Responses (also Azure's and xAI's) and Realtime: `input_tokens` with `input_tokens_details` (Realtime:
 * `input_token_details` with `cached_tokens`). Anthropic uses the same two names without the details and without a total.
 */
export const responses: UsageAdapter = {
  matches: ({ usage, provider, api }) =>
    hasAny(usage, 'input_tokens', 'output_tokens') &&
    (hasAny(usage, 'input_tokens_details', 'output_tokens_details') ||
      hasAny(getField(usage, 'input_token_details'), 'cached_tokens', 'text_tokens') ||
      api === 'responses' ||
      ['openai', 'azure', 'xai'].includes(provider ?? '') ||
      hasAny(usage, 'total_tokens')) &&
    !hasAny(usage, 'cache_creation_input_tokens', 'cache_read_input_tokens') &&
    !hasAny(getField(usage, 'output_tokens_details'), 'thinking_tokens'),
  read: ({ usage, parent }) => {
    const input = getField(usage, 'input_tokens_details') ?? getField(usage, 'input_token_details');
    const output = getField(usage, 'output_tokens_details') ?? getField(usage, 'output_token_details');
    return {
      source: 'openai-responses',
      counts: {
        input: getField(usage, 'input_tokens'),
        cacheRead: getField(input, 'cached_tokens'),
        cacheWrite: getField(input, 'cache_write_tokens'),
        inputAudio: getField(input, 'audio_tokens'),
        inputImage: getField(input, 'image_tokens'),
        output: getField(usage, 'output_tokens'),
        reasoning: getField(output, 'reasoning_tokens'),
        outputAudio: getField(output, 'audio_tokens'),
        total: getField(usage, 'total_tokens'),
        webSearches: webSearches(parent),
      },
      cache: 'inside',
      reasoning: 'inside',
      serviceTier: getField(parent, 'service_tier'),
      reportedCostUsd: usdOfTicks(getField(usage, 'cost_in_usd_ticks')) ?? getField(usage, 'cost'),
    };
  },
};

// Searches stand among the output items, not in the usage; opening or scanning a found page is not billed as a search.
function webSearches(response: Fields): number | undefined {
  const calls = toList(getField(response, 'output')).filter(
    (item) => getField(item, 'type') === 'web_search_call',
  );
  const searches = calls.filter((call) => (getField(call, 'action', 'type') ?? 'search') === 'search');
  return calls.length > 0 ? searches.length : undefined;
}
