/** Renders the minimap: concurrency over the complete run. */

import type { RunState, Span } from '../../profile/run/run-state.js';
import { timeEnd } from './axis.js';
import { segment, type Line, type Segment } from '../base/frame.js';
import type { Glyphs } from '../base/glyphs.js';
import { aggregateSpans } from '../../profile/layout/incremental.js';
import type { TimeWindow } from '../state/view-state.js';

/** Renders the complete run in one line: column height is the number of concurrent nodes, brackets mark the visible window. */
export function minimapLine(
  run: RunState,
  now: number,
  window: TimeWindow | undefined,
  cells: number,
  glyphs: Glyphs,
): Line {
  if (cells <= 0) return [];
  const end = timeEnd(now, run.finished !== undefined);
  const activity = activityOf(run, now, end, cells);
  // A concurrency of one is half height, so that a sequential run is a low line and not a wall.
  const most = Math.max(2, ...activity);
  const [first, last] = window
    ? [cellOf(window.from, end, cells), Math.max(0, Math.ceil((window.to / end) * cells) - 1)]
    : [0, cells - 1];
  return activity.map((count, cell): Segment => {
    const isEdge = window && (cell === first || cell === last);
    if (isEdge) return segment(glyphs.brackets[cell === first ? 0 : 1], 'accent');
    const height = Math.ceil((count / most) * glyphs.heights.length);
    return segment(
      height === 0 ? ' ' : glyphs.heights[height - 1]!,
      cell < first || cell > last ? 'dim' : 'accent',
    );
  });
}

/** The maximum number of concurrent nodes and items in the interval of each cell. */
function activityOf(run: RunState, now: number, end: number, cells: number): number[] {
  const work = workOf(run);
  if (work.end !== end || work.cells !== cells)
    Object.assign(work, { end, cells, counted: 0, changes: noChanges(cells) });
  // Finished spans are counted once per axis.
  for (; work.counted < work.over.length; work.counted++)
    count(work.changes, work.over[work.counted]!, now, end, cells);
  const changes = [...work.changes];
  for (const span of work.running.values()) count(changes, span, now, end, cells);
  let sum = 0;
  return changes.slice(0, cells).map((change) => (sum += change));
}

/** The times at which the concurrency changes. */
function noChanges(cells: number): number[] {
  return Array.from({ length: cells + 1 }, () => 0);
}

function count(changes: number[], span: Span, now: number, end: number, cells: number): void {
  const first = Math.min(cells - 1, Math.round((span.startedAt / end) * cells));
  const last = Math.max(first + 1, Math.round(((span.finishedAt ?? now) / end) * cells));
  changes[first]!++;
  changes[Math.min(cells, last)]!--;
}

function cellOf(at: number, end: number, cells: number): number {
  return Math.min(cells - 1, Math.max(0, Math.floor((at / end) * cells)));
}

/** Finished and running nodes and items, and how many of the finished ones `changes` includes. */
type Work = {
  readonly over: Span[];
  readonly running: Map<number, Span>;
  end: number;
  cells: number;
  counted: number;
  changes: number[];
};

const workOf = aggregateSpans<Work>(
  () => ({ over: [], running: new Map(), end: 0, cells: 0, counted: 0, changes: [] }),
  ({ over, running }, { before, after }) => {
    if (after.kind !== 'node' && after.kind !== 'item') return;
    if (after.finishedAt === undefined) {
      running.set(after.id, after);
    } else {
      running.delete(after.id);
      if (before?.finishedAt === undefined) over.push(after);
    }
  },
);
