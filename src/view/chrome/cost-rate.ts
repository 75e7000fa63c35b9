/** The spending rate of a run. */

import { countFitting } from '../../profile/run/sorted.js';
import type { RunState, Span } from '../../profile/run/run-state.js';
import { aggregateSpans } from '../../profile/layout/incremental.js';
import { computeElapsed, listWaitingIntervals, timeWithin } from '../../profile/run/waiting.js';

/** The spending rate at `now`. A finished call counts at its end, a running one at `now`. */
export function costRate(run: RunState, now: number): CostRate {
  const { ended, running } = spentIn(run);
  let recent = [...running.values()].reduce((sum, usd) => sum + usd, 0);
  const waited = timeWithin(listWaitingIntervals(run, now), now - RECENT_MS, now);
  const before = countFitting(ended, ({ at }) => at <= now - RECENT_MS - waited);
  recent += (ended.at(-1)?.sum ?? 0) - (ended[before - 1]?.sum ?? 0);
  const perMinute = 60_000 / Math.max(1, computeElapsed(run, now));
  return { recent: recent * Math.max(1, perMinute), average: run.totals.usd * perMinute };
}

/** USD per minute, recently and over the complete run so far. Lower bounds if a price is unknown. */
export type CostRate = Readonly<{ recent: number; average: number }>;

/** The recent interval in ms. */
const RECENT_MS = 60_000;

/**
 * What the calls that finished in each of at most `cells` equal intervals since the start cost, in USD; running calls count in
 * the last. Intervals are a power of two of a second long, so that the cells change only when one is added.
 */
export function listSpending(run: RunState, now: number, cells: number): readonly number[] {
  const { ended, running } = spentIn(run);
  let ms = 1000;
  while (ms * cells <= now) ms *= 2;
  const spent: number[] = Array.from({ length: Math.floor(now / ms) + 1 }, () => 0);
  for (const { at, usd } of ended) spent[Math.min(spent.length - 1, Math.floor(at / ms))]! += usd;
  for (const usd of running.values()) spent[spent.length - 1]! += usd;
  return spent;
}

/** Costs of calls: finished ones in order of their end, each with the sum up to it, and running ones by span. */
type Spent = Readonly<{ ended: { at: number; usd: number; sum: number }[]; running: Map<number, number> }>;

const spentIn = aggregateSpans<Spent>(
  () => ({ ended: [], running: new Map() }),
  ({ ended, running }, { before, after }) => {
    if (!after.call) return;
    if (after.finishedAt === undefined) {
      running.set(after.id, usdOf(after));
      return;
    }
    running.delete(after.id);
    // The cost of a finished call may still change when late usage arrives.
    const counted = before?.finishedAt === undefined ? 0 : usdOf(before);
    const usd = usdOf(after) - counted;
    const at = after.finishedAt;
    if (usd === 0) return;
    const place = countFitting(ended, (each) => each.at <= at);
    ended.splice(place, 0, { at, usd, sum: 0 });
    for (let i = place; i < ended.length; i++) ended[i]!.sum = (ended[i - 1]?.sum ?? 0) + ended[i]!.usd;
  },
);

function usdOf({ call }: Span): number {
  return call?.cost?.usd ?? 0;
}
