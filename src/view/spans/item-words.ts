/** Formats how far a batch or a loop has come: counts, rate, estimated time and cost. */

import { formatCost } from '../../lib/text/format-cost.js';
import { formatDuration, formatUsd } from '../../lib/text/format.js';
import { computeItemProgress, type ItemProgress } from '../../profile/analysis/item-progress.js';
import { listItems } from '../../profile/layout/span-outline.js';
import type { RunState, Span } from '../../profile/run/run-state.js';
import type { Glyphs } from '../base/glyphs.js';

const MOST_COUNTED = 2000;

/** `7/20 ▸4 ✗1 ↻2`: finished of all, running, failed, repeated; parts that are zero are left out. */
function countText(run: RunState, span: Span, progress: ItemProgress, glyphs: Glyphs): string {
  const { doneItems, of, running, failed } = progress;
  const retried = countRetries(run, span, progress);
  return [
    of === undefined ? `${doneItems}` : `${doneItems}/${of}`,
    running > 0 ? `${glyphs.folded}${running}` : '',
    failed > 0 ? `${glyphs.status.failed}${failed}` : '',
    retried > 0 ? `${glyphs.repaired}${retried}` : '',
  ]
    .filter(Boolean)
    .join(' ');
}

/** The counts of a batch or loop in progress; undefined for any other span. */
export function runningCountText(run: RunState, span: Span, now: number, glyphs: Glyphs): string | undefined {
  if (span.status !== 'running' || span.kind !== 'node') return undefined;
  const progress = computeItemProgress(run, span, now);
  return progress && countText(run, span, progress, glyphs);
}

/** Counts, rate, time remaining, and cost so far with the expected one. Estimates are marked `~`, and omitted without a basis. */
export function progressParts(
  run: RunState,
  span: Span,
  progress: ItemProgress,
  glyphs: Glyphs,
): readonly string[] {
  const { doneItems, ratePerSecond, remainingMs } = progress;
  const parts = [countText(run, span, progress, glyphs)];
  if (doneItems > 0 && ratePerSecond > 0) parts.push(formatRate(ratePerSecond));
  if (remainingMs !== undefined && remainingMs > 0) parts.push(`ETA ~${formatDuration(remainingMs)}`);
  const cost = formatCost(span.totals, { short: true });
  if (cost !== '') {
    const expected = estimateUsd(run, span, progress);
    parts.push(expected === undefined ? cost : `${cost} → ~${formatUsd(expected)}`);
  }
  return parts;
}

function formatRate(perSecond: number): string {
  if (perSecond >= 1) return `${perSecond.toFixed(1)} items/s`;
  return `${(perSecond * 60).toFixed(perSecond * 60 >= 10 ? 0 : 1)} items/min`;
}

/** The cost of all items in USD at the mean of the finished ones; undefined without a price, or when all have started. */
function estimateUsd(run: RunState, span: Span, { doneItems, of }: ItemProgress): number | undefined {
  if (of === undefined || doneItems === 0 || doneItems >= of || !span.totals.priced) return undefined;
  const done = listItems(run, span).filter(({ status }) => status !== 'running');
  const usd = done.reduce((sum, { totals }) => sum + totals.usd, 0);
  return usd > 0 ? Math.max(span.totals.usd, (usd / doneItems) * of) : undefined;
}

/** How many further attempts the items needed. */
function countRetries(run: RunState, span: Span, { doneItems, running }: ItemProgress): number {
  // Counting them in every frame of a very large batch would cost more than the rest of the frame.
  if (doneItems + running > MOST_COUNTED) return 0;
  return listItems(run, span).filter(({ outcome }) => outcome?.retryReason !== undefined).length;
}
