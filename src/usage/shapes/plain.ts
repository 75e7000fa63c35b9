import { maxCount, parseCount } from '../count.js';
import { field, firstOf, hasAny } from '../fields.js';
import type { Shape } from '../shape.js';

/** simonw/llm: `input`, `output`, and `details` with whatever the provider called the rest. */
export const llm: Shape = {
  matches: ({ usage }) =>
    [field(usage, 'input'), field(usage, 'output')].some(isCount) && !hasAny(usage, 'content'),
  read: ({ usage }) => {
    const details = field(usage, 'details');
    const anthropic = hasAny(details, 'cache_read_input_tokens', 'cache_creation_input_tokens');
    return {
      source: 'llm',
      counts: {
        input: field(usage, 'input'),
        cacheRead: maxCount(
          field(details, 'cache_read_input_tokens'),
          field(details, 'cached_tokens'),
          field(details, 'prompt_tokens_details', 'cached_tokens'),
          field(details, 'input_tokens_details', 'cached_tokens'),
          field(details, 'cachedContentTokenCount'),
        ),
        cacheWrite: field(details, 'cache_creation_input_tokens'),
        cacheWrite5m: field(details, 'cache_creation', 'ephemeral_5m_input_tokens'),
        cacheWrite1h: field(details, 'cache_creation', 'ephemeral_1h_input_tokens'),
        output: field(usage, 'output'),
        reasoning: maxCount(
          field(details, 'completion_tokens_details', 'reasoning_tokens'),
          field(details, 'output_tokens_details', 'reasoning_tokens'),
          field(details, 'thoughtsTokenCount'),
        ),
        total: field(details, 'totalTokenCount') ?? field(usage, 'total'),
      },
      cache: anthropic ? 'outside' : 'inside',
      reasoning: 'inside',
    };
  },
};

/** Counts under names that say what they are, from no provider we know: inclusive unless the total says otherwise. */
export const generic: Shape = {
  matches: ({ usage }) => inputNames.concat(outputNames).some((name) => isCount(field(usage, name))),
  read: ({ usage }) => ({
    source: 'generic',
    counts: {
      input: firstOf(usage, ...inputNames),
      cacheRead: firstOf(usage, 'cached_tokens', 'cache_read_tokens', 'cachedTokens', 'cacheReadTokens'),
      cacheWrite: firstOf(usage, 'cache_write_tokens', 'cacheWriteTokens'),
      output: firstOf(usage, ...outputNames),
      reasoning: firstOf(usage, 'reasoning_tokens', 'reasoningTokens'),
      total: firstOf(usage, 'total_tokens', 'totalTokens', 'total'),
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
