/** Measures the time in which a run waited for its user. */
import type { RunState } from './run-state.js';
import { countFitting } from './sorted.js';

/** How long the run waited for its user, in ms: with a question open or while paused. Nodes that kept running meanwhile are not subtracted. */
export function computeWaitedMs(state: RunState, now: number): number {
  return listWaitingIntervals(state, now).reduce((sum, { from, to }) => sum + to - from, 0);
}

/** The intervals, in ms since the run started, in which it waited for its user; disjoint and in order. */
export function listWaitingIntervals(state: RunState, now: number): { from: number; to: number }[] {
  const intervals: { from: number; to: number }[] = [];
  let since: number | undefined;
  let asking = false;
  let paused = false;
  const end = state.finished?.at ?? now;
  for (const { at, change } of state.controls) {
    if (change === 'asked' || change === 'answered') asking = change === 'asked';
    if (change === 'paused' || change === 'breakpoint') paused = true;
    if (change === 'resumed') paused = false;
    if (asking || paused) since ??= at;
    else if (since !== undefined) {
      intervals.push({ from: since, to: at });
      since = undefined;
    }
  }
  if (since !== undefined && end > since) intervals.push({ from: since, to: end });
  return intervals;
}

/** How much of the time between two moments is covered by disjoint, sorted intervals, in ms. */
export function timeWithin(
  intervals: readonly { from: number; to: number }[],
  from: number,
  to: number,
): number {
  let ms = 0;
  for (let i = countFitting(intervals, (each) => each.to <= from); i < intervals.length; i++) {
    const interval = intervals[i]!;
    if (interval.from >= to) break;
    ms += Math.min(interval.to, to) - Math.max(interval.from, from);
  }
  return ms;
}
