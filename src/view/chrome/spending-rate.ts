/** Formats the spending of a run in progress: its rate, its course as a sparkline, and the time until a limit is reached. */

import { formatDuration, formatUsd } from '../../lib/text/format.js';
import type { RunState } from '../../profile/run/run-state.js';
import { segment, type Line } from '../base/frame.js';
import type { Glyphs } from '../base/glyphs.js';
import type { RunEstimate } from '../spans/run-estimate.js';
import { estimateLimitMs } from './budget.js';
import { costRate, listSpending } from './cost-rate.js';

/** Rates over less than this many ms are not shown. */
const RATE_MS = 5_000;
/** From this width on the header has the spending; the status line has it otherwise. */
const IN_HEADER = 110;
/** From this width on the header has the estimated rest of the run. */
const ESTIMATE_IN_HEADER = 100;
const SPARK_CELLS = 6;

/** Whether the header of a screen this wide has the spending. */
export function isSpendingInHeader(columns: number): boolean {
  return columns >= IN_HEADER;
}

/** The recent cost per minute, and with `average` that of the run if it differs; undefined without a cost or a basis. */
export function formatSpendingRate(run: RunState, now: number, average: boolean): string | undefined {
  const { totals } = run;
  if (totals.usd === 0 || now < RATE_MS) return undefined;
  const mark =
    totals.unpriced.length > 0 || totals.bound ? '≥' : totals.estimated || totals.approximate ? '~' : '';
  const rate = costRate(run, now);
  const [lately, altogether] = [formatUsd(rate.recent), formatUsd(rate.average)];
  return `${mark}${lately}/min${!average || lately === altogether ? '' : ` (average ${mark}${altogether})`}`;
}

/** Whether the header of a screen this wide has the estimated rest of the run; the status line has it otherwise. */
export function hasRoomForEstimate(columns: number): boolean {
  return columns >= ESTIMATE_IN_HEADER;
}

/** `limit in ~19s` for a run that will reach one of its limits before its end; undefined without an estimate. */
export function formatLimit(run: RunState, now: number, { remainingMs }: RunEstimate): string | undefined {
  const ms = estimateLimitMs(run, now);
  if (ms === undefined || (remainingMs !== undefined && remainingMs < ms)) return undefined;
  return `limit in ~${formatDuration(ms)}`;
}

/** Renders the rate with its sparkline for the header: the cost of each interval since the start of the run. */
export function spendingLine(run: RunState, now: number, glyphs: Glyphs): Line {
  const rate = run.status === 'running' ? formatSpendingRate(run, now, false) : undefined;
  if (rate === undefined) return [];
  const spent = listSpending(run, now, SPARK_CELLS);
  const most = Math.max(...spent);
  const { heights } = glyphs;
  const bars = spent.map((usd) => (usd > 0 ? heights[Math.ceil((usd / most) * heights.length) - 1]! : ' '));
  // A set of glyphs without heights has nothing to draw a course with.
  return [segment(rate, 'money'), ...(heights.length > 1 ? [segment(` ${bars.join('')}`, 'plot-cost')] : [])];
}
