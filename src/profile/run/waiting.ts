/** Measures the time in which a run waited for its user, which is not work. */
import type { Interval, RunState } from './run-state.js';
import { countFitting } from './sorted.js';

/**
 * The time that the run itself took until `now`, in ms: without the time in which it waited for its user and nothing ran.
 * Every elapsed time, share and rate of a run is based on this.
 */
export function computeElapsed(state: RunState, now: number = state.lastAt): number {
  const end = state.finished?.at ?? now;
  return Math.max(0, end - computeWaitedMs(state, end));
}

/** How long until `now` the run waited for its user while nothing ran, in ms. Overlapping waits count once. */
export function computeWaitedMs(state: RunState, now: number = state.lastAt): number {
  return listWaitingIntervals(state, now).reduce((sum, { from, to }) => sum + to - from, 0);
}

/** The intervals until `now` in which the run waited for its user and nothing ran; disjoint and in order. */
export function listWaitingIntervals(state: RunState, now: number): readonly Interval[] {
  const { waits, waitingSince } = state;
  if (waitingSince === undefined || now <= waitingSince) return waits;
  return [...waits, { from: waitingSince, to: now }];
}

/** How much of the time between two moments is covered by disjoint, sorted intervals, in ms. */
export function timeWithin(intervals: readonly Interval[], from: number, to: number): number {
  let ms = 0;
  for (let i = countFitting(intervals, (each) => each.to <= from); i < intervals.length; i++) {
    const interval = intervals[i]!;
    if (interval.from >= to) break;
    ms += Math.min(interval.to, to) - Math.max(interval.from, from);
  }
  return ms;
}
