import { countFitting } from '../../profile/run/sorted.js';
import type { RunState, Span } from '../../profile/run/run-state.js';
import { foldSpans } from '../base/incremental.js';

/** How fast a run spends at `now`. A call counts when it ends, one that runs counts now. */
export function costRate(run: RunState, now: number): CostRate {
  const { ended, running } = spentIn(run);
  let recent = [...running.values()].reduce((sum, usd) => sum + usd, 0);
  for (let i = ended.length - 1; i >= 0 && ended[i]!.at > now - RECENT_MS; i--) recent += ended[i]!.usd;
  const perMinute = 60_000 / Math.max(1, now);
  return { recent: recent * Math.max(1, perMinute), average: run.totals.usd * perMinute };
}

/** USD a minute: lately, and over the whole run so far. Both are lower bounds where a price is not known. */
export type CostRate = Readonly<{ recent: number; average: number }>;

/** What counts as recent: ms. */
const RECENT_MS = 60_000;

/** What calls cost: those that ended, in order of their end, and those that still run, by span. */
type Spent = Readonly<{ ended: { at: number; usd: number }[]; running: Map<number, number> }>;

const spentIn = foldSpans<Spent>(
  () => ({ ended: [], running: new Map() }),
  ({ ended, running }, { before, after }) => {
    if (!after.call) return;
    if (after.finishedAt === undefined) {
      running.set(after.id, usdOf(after));
      return;
    }
    running.delete(after.id);
    // What is known of the cost of a call may still change once it is over.
    const counted = before?.finishedAt === undefined ? 0 : usdOf(before);
    const usd = usdOf(after) - counted;
    const at = after.finishedAt;
    if (usd !== 0)
      ended.splice(
        countFitting(ended, (each) => each.at <= at),
        0,
        { at, usd },
      );
  },
);

function usdOf({ call }: Span): number {
  return call?.cost?.usd ?? 0;
}
