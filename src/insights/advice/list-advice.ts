/** Lists the advice on a run, ranked by what it would save. */
import type { PriceTable } from '../../pricing/table/price-table.js';
import { CriticalPath } from '../../profile/analysis/critical-path.js';
import type { RunState } from '../../profile/run/run-state.js';
import { computeElapsed } from '../../profile/run/waiting.js';
import { adviseCache } from './advise-cache.js';
import { adviseFirstToken, adviseRetries, adviseTruncated } from './advise-answers.js';
import { adviseTools } from './advise-context.js';
import { adviseCritical } from './advise-critical.js';
import { adviseParallelBatches, adviseParallelNodes, listNodeVisits } from './advise-parallel.js';
import { adviseUnreadValues } from './advise-unread.js';
import { adviseLoops } from './advise-loops.js';
import { adviseRepeats } from './advise-repeats.js';
import { listAdviceCalls, readStart, type Advice } from './advice-call.js';

/** What a second is worth in the ranking, in USD: a user who waits counts as much as a small call. */
const USD_PER_SECOND = 0.0005;

/** The advice on a run, the most valuable first. Empty for a simulated run. */
export function listAdvice(state: RunState, prices: PriceTable): Advice[] {
  if (state.started?.flags.simulated) return [];
  const calls = listAdviceCalls(state);
  const visits = listNodeVisits(state);
  const loops = adviseLoops(calls);
  const looped = new Set(loops.flatMap(({ spans }) => spans));
  const repeats = adviseRepeats(calls).filter(({ spans }) => !spans.every((span) => looped.has(span)));
  return [
    ...adviseCache(calls, prices, readStart(state)),
    ...loops,
    ...repeats,
    ...adviseTruncated(calls),
    ...adviseRetries(calls),
    ...adviseFirstToken(calls),
    ...adviseTools(calls),
    ...adviseParallelNodes(visits),
    ...adviseParallelBatches(visits),
    ...adviseUnreadValues(state),
    ...adviseCritical(new CriticalPath(state).shares(), computeElapsed(state)),
  ].toSorted((a, b) => valueOf(b) - valueOf(a));
}

function valueOf({ usd, ms }: Advice): number {
  return (usd ?? 0) + ((ms ?? 0) / 1000) * USD_PER_SECOND;
}
