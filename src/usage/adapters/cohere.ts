import { parseCount } from '../count.js';
import { getField, firstPresent, hasAny, type Fields } from '../fields.js';
import type { UsageAdapter } from '../adapter.js';

/**
 * Cohere v2 (`usage`) and v1 (`meta`), in both spellings. What is billed and what went through the model differ widely;
 * the bill is in `billed_units`, so that is what counts.
 */
export const cohere: UsageAdapter = {
  matches: ({ usage }) =>
    hasAny(usage, 'billed_units', 'billedUnits') ||
    hasAny(getField(usage, 'tokens'), 'input_tokens', 'output_tokens', 'inputTokens', 'outputTokens'),
  read: ({ usage }) => {
    const billed = firstPresent(usage, 'billed_units', 'billedUnits') ?? getField(usage, 'tokens');
    const input = firstPresent(billed, 'input_tokens', 'inputTokens');
    return {
      source: 'cohere',
      counts: {
        input,
        cacheRead: cacheRead(usage, input),
        output: firstPresent(billed, 'output_tokens', 'outputTokens'),
      },
      cache: 'inside',
      reasoning: 'inside',
    };
  },
};

// `cached_tokens` counts processed tokens, so it may exceed the billed ones and then says nothing about the bill.
function cacheRead(usage: Fields, billed: unknown): unknown {
  const cached = firstPresent(usage, 'cached_tokens', 'cachedTokens');
  const isPart = (parseCount(cached) ?? 0) <= (parseCount(billed) ?? 0);
  return isPart ? cached : undefined;
}
