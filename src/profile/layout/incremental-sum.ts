/** Running sums over spans that are added and removed one at a time. */

import type { RunState, Span, Totals } from '../run/run-state.js';
import { computeDuration } from '../run/span-tree.js';
import { ZERO_TOTALS } from '../run/totals.js';

/**
 * A sum over spans that supports adding and removing single spans. Running spans contribute their start times, so the
 * elapsed time at any moment is known without visiting them.
 */
export type Sum = {
  spans: number;
  failed: number;
  /** Total duration of the other spans, in ms. */
  closedMs: number;
  running: number;
  /** The running spans whose time passes: none while the run waits for its user. */
  counting: number;
  /** Sum of the start times of these, in ms. */
  runningSince: number;
  calls: number;
  tokens: number;
  usd: number;
  estimated: number;
  bound: number;
  approximate: number;
  priced: number;
  free: number;
  byRules: number;
  unpriced: number;
};

/** Creates an empty sum. */
export function emptySum(): Sum {
  return {
    spans: 0,
    failed: 0,
    closedMs: 0,
    running: 0,
    counting: 0,
    runningSince: 0,
    calls: 0,
    tokens: 0,
    usd: 0,
    estimated: 0,
    bound: 0,
    approximate: 0,
    priced: 0,
    free: 0,
    byRules: 0,
    unpriced: 0,
  };
}

/** Adds the time of a span to a sum, or with -1 removes it. */
export function addTime(sum: Sum, span: Span, sign: 1 | -1 = 1): void {
  sum.spans += sign;
  if (span.status === 'failed') sum.failed += sign;
  if (span.finishedAt === undefined) sum.running += sign;
  // While the run waits for its user, no time of a running span passes.
  if (span.finishedAt !== undefined || span.waited?.since !== undefined) {
    sum.closedMs += sign * computeDuration(span, span.waited?.since ?? 0);
  } else {
    sum.counting += sign;
    sum.runningSince += sign * (span.startedAt + (span.waited?.ms ?? 0));
  }
}

/** Adds tokens and cost to a sum, or with -1 removes them. */
export function addTotals(sum: Sum, totals: Totals, sign: 1 | -1 = 1): void {
  if (totals.calls === 0) return;
  sum.calls += sign * totals.calls;
  sum.tokens += sign * totals.tokens;
  sum.usd += sign * totals.usd;
  if (totals.estimated) sum.estimated += sign;
  if (totals.bound) sum.bound += sign;
  if (totals.approximate) sum.approximate += sign;
  if (totals.priced) sum.priced += sign;
  if (totals.free) sum.free += sign;
  if (totals.byRules) sum.byRules += sign;
  if (totals.unpriced.length > 0) sum.unpriced += sign;
}

/** The total time of a sum at a moment, in ms. Running time advances in steps of 0.1 s. */
export function msOf(sum: Sum, now: number): number {
  const open = sum.counting * now - sum.runningSince;
  return sum.closedMs + (sum.counting === 0 ? 0 : Math.floor(Math.max(0, open) / 100) * 100);
}

/** The tokens and cost of a sum as totals. A sum does not track which models are unpriced. */
export function totalsOfSum(sum: Sum): Totals {
  return {
    ...ZERO_TOTALS,
    calls: sum.calls,
    tokens: sum.tokens,
    usd: sum.usd,
    estimated: sum.estimated > 0,
    bound: sum.bound > 0,
    approximate: sum.approximate > 0,
    priced: sum.priced > 0,
    free: sum.free > 0,
    byRules: sum.byRules > 0,
    unpriced: sum.unpriced > 0 ? unnamed : [],
  };
}

/** Sums disjoint spans in their current state. */
export function sumOf(run: RunState, ids: readonly number[]): Sum {
  const sum = emptySum();
  for (const id of ids) {
    const span = run.spans.get(id);
    if (!span) continue;
    addTime(sum, span);
    addTotals(sum, span.totals);
  }
  return sum;
}

const unnamed = ['a model'] as const;
