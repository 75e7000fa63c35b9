import type { RunState, Span, Totals } from '../../profile/run/run-state.js';
import { ZERO_TOTALS } from '../../profile/run/totals.js';

/**
 * A sum over spans that they enter and leave one by one. Spans that run are counted by when they began, so that what they
 * have taken up to now is known without visiting them.
 */
export type Sum = {
  spans: number;
  failed: number;
  /** ms of the spans that are over. */
  closedMs: number;
  running: number;
  /** The sum of the moments at which the running ones began. */
  runningSince: number;
  calls: number;
  tokens: number;
  usd: number;
  estimated: number;
  priced: number;
  free: number;
  byRules: number;
  unpriced: number;
};

/** A sum of nothing. */
export function emptySum(): Sum {
  return {
    spans: 0,
    failed: 0,
    closedMs: 0,
    running: 0,
    runningSince: 0,
    calls: 0,
    tokens: 0,
    usd: 0,
    estimated: 0,
    priced: 0,
    free: 0,
    byRules: 0,
    unpriced: 0,
  };
}

/** Puts a span's time into a sum, or with -1 takes it out again. */
export function addTime(sum: Sum, span: Span, sign: 1 | -1 = 1): void {
  sum.spans += sign;
  if (span.status === 'failed') sum.failed += sign;
  if (span.finishedAt !== undefined) {
    sum.closedMs += sign * (span.finishedAt - span.startedAt);
  } else {
    sum.running += sign;
    sum.runningSince += sign * span.startedAt;
  }
}

/** Puts tokens and money into a sum, or with -1 takes them out again. */
export function addTotals(sum: Sum, totals: Totals, sign: 1 | -1 = 1): void {
  if (totals.calls === 0) return;
  sum.calls += sign * totals.calls;
  sum.tokens += sign * totals.tokens;
  sum.usd += sign * totals.usd;
  if (totals.estimated) sum.estimated += sign;
  if (totals.priced) sum.priced += sign;
  if (totals.free) sum.free += sign;
  if (totals.byRules) sum.byRules += sign;
  if (totals.unpriced.length > 0) sum.unpriced += sign;
}

/** The milliseconds of a sum at a moment. What runs moves in tenths of a second. */
export function msOf(sum: Sum, now: number): number {
  const open = sum.running * now - sum.runningSince;
  return sum.closedMs + (sum.running === 0 ? 0 : Math.floor(Math.max(0, open) / 100) * 100);
}

/** The tokens and the money of a sum, as totals that can be written. Which models have no price is not known of a sum. */
export function totalsOfSum(sum: Sum): Totals {
  return {
    ...ZERO_TOTALS,
    calls: sum.calls,
    tokens: sum.tokens,
    usd: sum.usd,
    estimated: sum.estimated > 0,
    priced: sum.priced > 0,
    free: sum.free > 0,
    byRules: sum.byRules > 0,
    unpriced: sum.unpriced > 0 ? unnamed : [],
  };
}

/** The sum of some spans as they stand, of which none contains another. */
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
