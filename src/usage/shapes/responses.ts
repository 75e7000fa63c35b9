import { usdOfTicks } from '../count.js';
import { field, hasAny, listOf, type Fields } from '../fields.js';
import type { Shape } from '../shape.js';

/**
 * OpenAI Responses (also Azure's and xAI's) and Realtime: `input_tokens` with `input_tokens_details` (Realtime:
 * `input_token_details` with `cached_tokens`). Anthropic uses the same two names without the details and without a total.
 */
export const responses: Shape = {
  matches: ({ usage, provider, api }) =>
    hasAny(usage, 'input_tokens', 'output_tokens') &&
    (hasAny(usage, 'input_tokens_details', 'output_tokens_details') ||
      hasAny(field(usage, 'input_token_details'), 'cached_tokens', 'text_tokens') ||
      api === 'responses' ||
      ['openai', 'azure', 'xai'].includes(provider ?? '') ||
      hasAny(usage, 'total_tokens')) &&
    !hasAny(usage, 'cache_creation_input_tokens', 'cache_read_input_tokens') &&
    !hasAny(field(usage, 'output_tokens_details'), 'thinking_tokens'),
  read: ({ usage, parent }) => {
    const input = field(usage, 'input_tokens_details') ?? field(usage, 'input_token_details');
    const output = field(usage, 'output_tokens_details') ?? field(usage, 'output_token_details');
    return {
      source: 'openai-responses',
      counts: {
        input: field(usage, 'input_tokens'),
        cacheRead: field(input, 'cached_tokens'),
        cacheWrite: field(input, 'cache_write_tokens'),
        inputAudio: field(input, 'audio_tokens'),
        inputImage: field(input, 'image_tokens'),
        output: field(usage, 'output_tokens'),
        reasoning: field(output, 'reasoning_tokens'),
        outputAudio: field(output, 'audio_tokens'),
        total: field(usage, 'total_tokens'),
        webSearches: webSearches(parent),
      },
      cache: 'inside',
      reasoning: 'inside',
      serviceTier: field(parent, 'service_tier'),
      reportedCostUsd: usdOfTicks(field(usage, 'cost_in_usd_ticks')) ?? field(usage, 'cost'),
    };
  },
};

// Searches stand among the output items, not in the usage; opening or scanning a found page is not billed as a search.
function webSearches(response: Fields): number | undefined {
  const calls = listOf(field(response, 'output')).filter((item) => field(item, 'type') === 'web_search_call');
  const searches = calls.filter((call) => (field(call, 'action', 'type') ?? 'search') === 'search');
  return calls.length > 0 ? searches.length : undefined;
}
