/** Sums what the nodes of a run used, for its line in the ledger. */
import type { RunState } from '../../profile/run/run-state.js';
import { computeDuration, findNodePath, findStage } from '../../profile/run/span-tree.js';
import type { NodeSums } from '../files/ledger-line.js';

/** The number of nodes up to which a run's line names them: some 60 bytes each. */
const MAX_NODES = 60;

type Sums = { -readonly [K in keyof NodeSums]-?: number };

/** The nodes that ran, without those of the planner; undefined for none, or for more than a line can name. */
export function sumNodes(state: RunState): Record<string, NodeSums> | undefined {
  const sums = new Map<string, Sums>();
  for (const span of state.spans.values()) {
    if (span.kind !== 'node' || span.status === 'skipped') continue;
    if (findStage(state, span.id)?.name === 'planner') continue;
    const path = findNodePath(state, span.id).join('/');
    let sum = sums.get(path);
    if (!sum) {
      if (sums.size === MAX_NODES) return undefined;
      sums.set(path, (sum = { ms: 0, calls: 0, tokens: 0, usd: 0 }));
    }
    sum.ms += computeDuration(span, state.lastAt);
    sum.calls += span.totals.calls;
    sum.tokens += span.totals.tokens;
    sum.usd += span.totals.usd;
  }
  if (sums.size === 0) return undefined;
  return Object.fromEntries(
    Array.from(sums, ([path, { ms, ...used }]) => [
      path,
      { ms: roundMs(ms), ...(used.calls > 0 ? used : {}) },
    ]),
  );
}

/** Rounds to the microsecond like the times of events, because a difference of two times has more digits. */
export function roundMs(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
