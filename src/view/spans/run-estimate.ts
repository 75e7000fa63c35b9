/** Estimates what is left of a run in progress, from its own batches and loops and from earlier runs of its workflow. */

import { formatCost } from '../../lib/text/format-cost.js';
import { formatDuration, formatUsd } from '../../lib/text/format.js';
import type { EarlierNode, EarlierRuns } from '../../insights/history/earlier-runs.js';
import { computeItemProgress } from '../../profile/analysis/item-progress.js';
import type { RunState, Span } from '../../profile/run/run-state.js';
import { computeDuration } from '../../profile/run/span-tree.js';
import { memoizeLast } from '../base/memo.js';
import { findRunPlan, findWorkflowStage } from './run-progress.js';

/** What a run still needs: ms, and USD where every price is known. Absent without a basis. */
export type RunEstimate = Readonly<{ remainingMs?: number; remainingUsd?: number }>;

/** The part of earlier runs that must have reached a node for it to be expected in this one. */
const LIKELY = 0.5;

/**
 * Estimates the rest of a run at `now`: the sum over the nodes of its plan, which run one after the other. A batch or loop in
 * progress is estimated from itself, any other node from earlier runs. Nothing is estimated if a node that has not finished
 * has no basis.
 */
export function estimateRest(run: RunState, earlier: EarlierRuns | undefined, now: number): RunEstimate {
  const plan = findRunPlan(run);
  if (run.status !== 'running' || run.asking || run.paused || !plan) return {};
  const visits = visitsByNode(run, run.events);
  const rests = plan.nodes.map(({ id }) =>
    estimateNode(run, visits.get(id) ?? [], earlier?.nodes.get(id), earlier !== undefined, now),
  );
  if (rests.some((rest) => rest === undefined)) return {};
  const remainingMs = rests.reduce((sum, rest) => sum + rest!.ms, 0);
  const costs = rests.map((rest) => rest!.usd);
  const remainingUsd = costs.reduce<number>((sum, usd) => sum + (usd ?? 0), 0);
  return {
    ...(remainingMs > 0 ? { remainingMs } : {}),
    ...(remainingUsd > 0 && !costs.includes(null) ? { remainingUsd } : {}),
  };
}

/** The visits of the nodes of the workflow itself, by name. Memoized: a loop may have thousands. */
const visitsByNode = memoizeLast((run: RunState, _version: number): ReadonlyMap<string, readonly Span[]> => {
  const visits = new Map<string, Span[]>();
  for (const id of findWorkflowStage(run)?.children ?? []) {
    const span = run.spans.get(id);
    if (span?.kind !== 'node') continue;
    const same = visits.get(span.name);
    if (same) same.push(span);
    else visits.set(span.name, [span]);
  }
  return visits;
});

/** What is left of a node with its visits so far; undefined without a basis. */
function estimateNode(
  run: RunState,
  visits: readonly Span[],
  earlier: EarlierNode | undefined,
  hasEarlier: boolean,
  now: number,
): Readonly<{ ms: number; usd: number | null }> | undefined {
  const last = visits.at(-1);
  if (!last) {
    if (!hasEarlier) return undefined;
    // A node that earlier runs mostly left out is in a branch that is not taken.
    return earlier && earlier.reached >= LIKELY ? earlier : { ms: 0, usd: 0 };
  }
  if (last.status !== 'running') return { ms: 0, usd: 0 };
  const spent = visits.reduce((sum, { totals }) => sum + totals.usd, 0);
  const usd = earlier ? (earlier.usd === null ? null : Math.max(0, earlier.usd - spent)) : null;
  const ownMs = computeItemProgress(run, last, now)?.remainingMs;
  if (ownMs !== undefined) return { ms: ownMs, usd };
  if (!earlier) return undefined;
  const elapsed = visits.reduce((sum, span) => sum + computeDuration(span, now), 0);
  return { ms: Math.max(0, earlier.ms - elapsed), usd };
}

/** `ETA ~12s`; undefined without an estimate. */
export function formatEta({ remainingMs }: RunEstimate): string | undefined {
  return remainingMs === undefined ? undefined : `ETA ~${formatDuration(remainingMs)}`;
}

/** `$0.0031 → ~$0.009`: the cost so far and the expected one; undefined without an estimate. */
export function formatExpectedCost(run: RunState, { remainingUsd }: RunEstimate): string | undefined {
  const { totals } = run;
  if (remainingUsd === undefined || totals.unpriced.length > 0 || totals.bound) return undefined;
  const spent = totals.calls === 0 ? '$0' : formatCost(totals, { none: '$0', short: true });
  return `${spent} → ~${formatUsd(totals.usd + remainingUsd)}`;
}

/** `ETA ~3s` of one node of the workflow that is in progress, from earlier runs; undefined without a basis. */
export function formatNodeEta(
  run: RunState,
  span: Span,
  earlier: EarlierRuns | undefined,
  now: number,
): string | undefined {
  const expected = earlier?.nodes.get(span.name);
  if (!expected || span.parent !== findWorkflowStage(run)?.id || span.kind !== 'node') return undefined;
  const remainingMs = expected.ms - computeDuration(span, now);
  return remainingMs > 0 ? formatEta({ remainingMs }) : undefined;
}
