import { maxCount, parseCount } from '../count.js';
import { getField, firstPresent, hasAny } from '../fields.js';
import type { UsageAdapter } from '../adapter.js';

/** simonw/llm: `input`, `output`, and `details` with whatever the provider called the rest. */
export const llm: UsageAdapter = {
  matches: ({ usage }) =>
    [getField(usage, 'input'), getField(usage, 'output')].some(isCount) && !hasAny(usage, 'content'),
  read: ({ usage }) => {
    const details = getField(usage, 'details');
    const anthropic = hasAny(details, 'cache_read_input_tokens', 'cache_creation_input_tokens');
    return {
      source: 'llm',
      counts: {
        input: getField(usage, 'input'),
        cacheRead: maxCount(
          getField(details, 'cache_read_input_tokens'),
          getField(details, 'cached_tokens'),
          getField(details, 'prompt_tokens_details', 'cached_tokens'),
          getField(details, 'input_tokens_details', 'cached_tokens'),
          getField(details, 'cachedContentTokenCount'),
        ),
        cacheWrite: getField(details, 'cache_creation_input_tokens'),
        cacheWrite5m: getField(details, 'cache_creation', 'ephemeral_5m_input_tokens'),
        cacheWrite1h: getField(details, 'cache_creation', 'ephemeral_1h_input_tokens'),
        output: getField(usage, 'output'),
        reasoning: maxCount(
          getField(details, 'completion_tokens_details', 'reasoning_tokens'),
          getField(details, 'output_tokens_details', 'reasoning_tokens'),
          getField(details, 'thoughtsTokenCount'),
        ),
        total: getField(details, 'totalTokenCount') ?? getField(usage, 'total'),
      },
      cache: anthropic ? 'outside' : 'inside',
      reasoning: 'inside',
    };
  },
};

/** Counts under names that say what they are, from no provider we know: inclusive unless the total says otherwise. */
export const generic: UsageAdapter = {
  matches: ({ usage }) => inputNames.concat(outputNames).some((name) => isCount(getField(usage, name))),
  read: ({ usage }) => ({
    source: 'generic',
    counts: {
      input: firstPresent(usage, ...inputNames),
      cacheRead: firstPresent(usage, 'cached_tokens', 'cache_read_tokens', 'cachedTokens', 'cacheReadTokens'),
      cacheWrite: firstPresent(usage, 'cache_write_tokens', 'cacheWriteTokens'),
      output: firstPresent(usage, ...outputNames),
      reasoning: firstPresent(usage, 'reasoning_tokens', 'reasoningTokens'),
      total: firstPresent(usage, 'total_tokens', 'totalTokens', 'total'),
    },
    cache: 'inside',
    reasoning: 'inside',
    guessed: true,
  }),
};

const inputNames = ['input_tokens', 'inputTokens', 'tokens_input', 'tokens_in', 'tokensIn'];
const outputNames = ['output_tokens', 'outputTokens', 'tokens_output', 'tokens_out', 'tokensOut'];

function isCount(value: unknown): boolean {
  return typeof parseCount(value) === 'number';
}
