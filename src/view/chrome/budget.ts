/** The budget gauge of the header. */

import type { RunState } from '../../profile/run/run-state.js';
import { segment, type Line } from '../base/frame.js';
import type { Glyphs } from '../base/glyphs.js';
import type { StyleName } from '../base/theme.js';
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
