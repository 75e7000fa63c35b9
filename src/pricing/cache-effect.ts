/** Computes what prompt caching saved or cost in one call. */
import type { CostComponent } from './cost.js';
import type { Rates } from './table/price-table.js';

/** What prompt caching did to the cost of a call, in USD against the same call without a cache. */
export type CacheEffect = Readonly<{
  /** Saved by reading from the cache. */
  savedUsd: number;
  /** Paid in addition for writing to it: lost, unless a later call reads what was written. */
  penaltyUsd: number;
  /** savedUsd − penaltyUsd. */
  netUsd: number;
}>;

/**
 * The effect of caching on a bill; null where nothing was cached. The same call without a cache has the same total input,
 * and so the same tier and the same `rates`.
 */
export function computeCacheEffect(components: readonly CostComponent[], rates: Rates): CacheEffect | null {
  const { input: text = 0 } = rates;
  const plain: Partial<Record<CostComponent['kind'], number>> = {
    cacheRead: text,
    cacheReadAudio: rates.inputAudio ?? text,
    cacheReadImage: rates.inputImage ?? text,
    cacheWrite5m: text,
    cacheWrite1h: text,
  };
  let savedUsd = 0;
  let penaltyUsd = 0;
  let isCached = false;
  for (const { kind, count, rate } of components) {
    const uncached = plain[kind];
    if (uncached === undefined) continue;
    isCached = true;
    const difference = (count * (rate - uncached)) / 1_000_000;
    if (kind.startsWith('cacheRead')) savedUsd -= difference;
    else penaltyUsd += difference;
  }
  return isCached ? { savedUsd, penaltyUsd, netUsd: savedUsd - penaltyUsd } : null;
}

/** The sum of effects; null without any. */
export function addCacheEffects(effects: readonly (CacheEffect | null)[]): CacheEffect | null {
  return effects.reduce(
    (sum, effect) =>
      sum && effect
        ? {
            savedUsd: sum.savedUsd + effect.savedUsd,
            penaltyUsd: sum.penaltyUsd + effect.penaltyUsd,
            netUsd: sum.netUsd + effect.netUsd,
          }
        : (sum ?? effect),
    null,
  );
}
