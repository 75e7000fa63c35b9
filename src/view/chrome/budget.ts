/** The budget gauge of the header. */

import type { RunState } from '../../profile/run/run-state.js';
import { segment, type Line } from '../base/frame.js';
import type { Glyphs } from '../base/glyphs.js';
import type { StyleName } from '../base/theme.js';
import { costRate } from './cost-rate.js';
import { computeElapsed } from '../../profile/run/waiting.js';

/** The used share of the budget that is closest to its limit, 0 to 1 and above; undefined without limits. */
export function budgetUsed(run: RunState, now: number): number | undefined {
  const limits = run.started?.flags.limits;
  if (!limits) return undefined;
  const shares = [
    share(run.totals.usd, limits.maxCostUsd),
    share(run.totals.tokens, limits.maxTokens),
    share(computeElapsed(run, now), limits.maxDurationMs),
  ].flatMap((each) => each ?? []);
  return shares.length > 0 ? Math.max(...shares) : undefined;
}

/**
 * The estimated ms until a running run reaches one of its limits: for costs at the rate of the last minute, for tokens at the
 * mean of the run. undefined without limits or a basis, and when a limit is reached.
 */
export function estimateLimitMs(run: RunState, now: number): number | undefined {
  const { maxCostUsd, maxTokens, maxDurationMs } = run.started?.flags.limits ?? {};
  const elapsed = computeElapsed(run, now);
  if (run.status !== 'running' || elapsed < BASIS_MS) return undefined;
  const until = (limit: number | undefined, spent: number, perMs: number) =>
    limit === undefined || perMs <= 0 ? [] : [(limit - spent) / perMs];
  const times = [
    ...(maxCostUsd === undefined
      ? []
      : until(maxCostUsd, run.totals.usd, costRate(run, now).recent / 60_000)),
    ...until(maxTokens, run.totals.tokens, run.totals.tokens / elapsed),
    ...until(maxDurationMs, elapsed, 1),
  ];
  const least = Math.min(...times);
  return Number.isFinite(least) && least > 0 ? least : undefined;
}

/** Rates over less than this many ms are no basis for an estimate. */
const BASIS_MS = 5_000;

/** Renders the gauge: `budget ███████░░░░░░░ 49%`, or only the number on a narrow screen. */
export function budgetGauge(used: number, cells: number, glyphs: Glyphs): Line {
  const style: StyleName = used >= 1 ? 'failed' : used >= 0.8 ? 'warning' : 'ok';
  // Rounded down, so that 100 % means reached.
  const percent = `${Math.floor(used * 100 + 1e-6)}%`;
  const full = Math.min(cells, Math.round(used * cells));
  if (cells === 0) return [segment('budget ', 'dim'), segment(percent, style)];
  return [
    segment('budget ', 'dim'),
    segment(glyphs.full.repeat(full) + glyphs.empty.repeat(cells - full), style),
    segment(` ${percent}`, style),
  ];
}

function share(spent: number, limit: number | undefined): number | undefined {
  if (limit === undefined) return undefined;
  return limit > 0 ? spent / limit : 1;
}
