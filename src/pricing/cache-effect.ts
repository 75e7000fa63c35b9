/** Computes what prompt caching saved or cost in one call. */
import type { Usage } from '../usage/usage.js';
import { costOf, type CostOptions } from './price-call.js';

/** What prompt caching did to the cost of a call, in USD against the same call without a cache. */
export type CacheEffect = Readonly<{
  /** Saved by reading from the cache. */
  savedUsd: number;
  /** Paid on top for writing to it: lost, unless a later call reads what was written. */
  penaltyUsd: number;
  /** savedUsd − penaltyUsd. */
  netUsd: number;
}>;

/** The effect of caching on one call; null where the call has no price from a table or nothing was cached. */
export function cacheEffect(usage: Usage, options: CostOptions): CacheEffect | null {
  if (!usage.cacheRead && !usage.cacheWrite) return null;
  const { reportedCostUsd: _, ...counted } = usage;
  const cost = costOf(counted, options);
  const plain = inputRate(counted, options);
  if (plain === undefined || (cost.state !== 'priced' && cost.state !== 'estimated')) return null;
  let savedUsd = 0;
  let penaltyUsd = 0;
  for (const { kind, count, rate } of cost.components) {
    const difference = (count * (rate - plain)) / 1_000_000;
    if (kind === 'cacheRead') savedUsd -= difference;
    if (kind === 'cacheWrite5m' || kind === 'cacheWrite1h') penaltyUsd += difference;
  }
  return { savedUsd, penaltyUsd, netUsd: savedUsd - penaltyUsd };
}

// The same call without a cache has the same total input, so the same tier, and shows the plain rate.
function inputRate(usage: Usage, options: CostOptions): number | undefined {
  const {
    cacheRead: _,
    cacheWrite: _w,
    cacheWrite5m: _5,
    cacheWrite1h: _1,
    inputAudio: _a,
    ...plain
  } = usage;
  return costOf(plain, options).components.find(({ kind }) => kind === 'input')?.rate;
}
