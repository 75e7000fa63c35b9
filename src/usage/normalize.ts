/** Normalizes the token usage that any provider, SDK or agent reports into the one canonical record. */
import type { UsageHint } from './adapters/adapter.js';
import { toList } from './fields/fields.js';
import { locateUsage } from './parse/locate.js';
import { mergeStream } from './stream/merge-stream.js';
import { isKnown, type Usage } from './record/usage.js';

/**
 * The canonical usage of whatever a provider or an SDK returned: a response, its usage object, the array of a stream's
 * events or of several responses, a result object, or a canonical usage, which comes back equal. It never throws. What has
 * no counts that we can read gives source `unknown` and no counts, which is not the same as zero.
 */
export function normalizeUsage(source: unknown, hint: UsageHint = {}): Usage {
  try {
    const events = toList(source);
    const usage = events.length > 0 ? mergeStream(events, hint) : locateUsage(source, hint);
    return usage && isKnown(usage) ? usage : unknownUsage(usage?.warnings ?? []);
  } catch {
    return unknownUsage(['the usage could not be read']);
  }
}

function unknownUsage(warnings: readonly string[]): Usage {
  const why = warnings.length > 0 ? warnings : ['no token counts were recognised'];
  return { source: 'unknown', convention: 'assumed', warnings: why };
}
