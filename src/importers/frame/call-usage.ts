/** Normalizes the usage of a call in a foreign trace. */
import { normalizeUsage } from '../../usage/normalize.js';
import { hasCounts, type Usage } from '../../usage/record/usage.js';

/** The known origin of a usage. */
export type UsageOf = Readonly<{
  provider?: string | undefined;
  model?: string | undefined;
  api?: string | undefined;
}>;

/** The canonical usage in a record; null if it has no counts, which differs from zero. */
export function readUsage(source: unknown, { provider, model, api }: UsageOf = {}): Usage | null {
  if (source === undefined || source === null) return null;
  const usage = normalizeUsage(source, {
    ...(provider === undefined ? {} : { provider }),
    ...(model === undefined ? {} : { model }),
    ...(api === undefined ? {} : { api }),
  });
  return hasCounts(usage) ? usage : null;
}

/** Input and output together, by which two levels of a trace are compared; undefined for an unknown usage. */
export function countTokens(usage: Usage | null): number | undefined {
  return usage === null ? undefined : (usage.input ?? 0) + (usage.output ?? 0);
}
