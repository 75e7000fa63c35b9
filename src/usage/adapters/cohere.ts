/** Cohere v2 (`usage`) and v1 (`meta`), in both spellings: what is billed differs widely from what went through the model. */
import { parseCount } from '../fields/count.js';
import { asFields, firstPresent, getField, hasAny } from '../fields/fields.js';
import { readCounts } from '../fields/read-counts.js';
import { hasField, type UsageAdapter } from './adapter.js';

/** The bill is in `billed_units`, so that is what counts; `tokens` has what was processed. */
export const cohere: UsageAdapter = {
  matches: (candidate) =>
    hasField(candidate, 'billed_units', 'billedUnits') ||
    hasAny(
      getField(candidate.usage, 'tokens'),
      'input_tokens',
      'output_tokens',
      'inputTokens',
      'outputTokens',
    ),
  parse: ({ usage }) => {
    const billed = firstPresent(usage, 'billed_units', 'billedUnits') ?? getField(usage, 'tokens');
    const { counts, unconsumed } = readCounts(asFields(billed) ?? {});
    const { images, ...rest } = counts;
    const cached = firstPresent(usage, 'cached_tokens', 'cachedTokens');
    // `cached_tokens` counts processed tokens: where it exceeds the billed ones it does not describe the bill.
    const isPart = (parseCount(cached) ?? 0) <= (parseCount(counts.input) ?? 0);
    const imageCount = parseCount(images);
    return {
      source: 'cohere',
      counts: isPart ? { ...rest, cacheRead: cached } : rest,
      cache: 'inside',
      reasoning: 'inside',
      // Images of an embedding are inputs with a price of their own.
      unconsumed: imageCount ? { ...unconsumed, 'billed_units.images': imageCount } : unconsumed,
    };
  },
};
