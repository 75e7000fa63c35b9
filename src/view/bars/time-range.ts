/** Sums what happened between two points in time that the user marked. */

import { formatCost, formatTokens } from '../../lib/text/format-cost.js';
import { formatDuration, formatElapsed, plural } from '../../lib/text/format.js';
import { addTotals, emptySum, totalsOfSum } from '../../profile/layout/incremental-sum.js';
import type { RunState, Span } from '../../profile/run/run-state.js';
import type { Totals } from '../../profile/run/run-state.js';
import type { Glyphs } from '../base/glyphs.js';
import { memoizeLast } from '../base/memo.js';
import type { TimeMarks } from '../state/view-state.js';

/** The totals of the calls that started in a range of ms since the run began; a call seen twice counts once. */
function sumRange(run: RunState, from: number, to: number): Totals {
  const sum = emptySum();
  for (const { call, startedAt, totals } of run.spans.values())
    if (call && call.sameAs === undefined && startedAt >= from && startedAt < to) addTotals(sum, totals);
  return totalsOfSum(sum);
}

const sumMemoized = memoizeLast((run: RunState, _version: number, from: number, to: number) =>
  sumRange(run, from, to),
);

/** `range 00:01.2 to 00:05.0 · 3.8s · 4 calls · 2,310 tok · $0.0012`; while it is open, up to the selection. */
export function rangeText(
  run: RunState,
  marks: TimeMarks,
  selected: Span | undefined,
  now: number,
  glyphs: Glyphs,
): string {
  const { from, to } = marks.isOpen ? extendRange(marks, selected, now) : marks;
  const totals = sumMemoized(run, run.events, from, to);
  return [
    `range ${formatElapsed(from)} to ${formatElapsed(to)}`,
    formatDuration(to - from),
    plural(totals.calls, 'call'),
    ...(totals.calls === 0
      ? []
      : [`${formatTokens(totals, { none: '0' })} tok`, formatCost(totals, { none: glyphs.none })]),
    ...(marks.isOpen ? ['V ends it'] : []),
  ].join(` ${glyphs.separator} `);
}

/** Marks the time of the selected row, then extends it to that of another; a third time begins another range. */
export function markRange(marks: TimeMarks | undefined, selected: Span | undefined, now: number): TimeMarks {
  if (marks?.isOpen) return { ...extendRange(marks, selected, now), isOpen: false };
  const from = selected?.startedAt ?? now;
  return { from, to: selected?.finishedAt ?? now, isOpen: true };
}

function extendRange(
  { from, to }: TimeMarks,
  selected: Span | undefined,
  now: number,
): Readonly<{ from: number; to: number }> {
  if (!selected) return { from, to };
  return { from: Math.min(from, selected.startedAt), to: Math.max(to, selected.finishedAt ?? now) };
}
