/** Assigns overlapping intervals to lanes. */
/** A time interval, in ms. */
export type Interval = Readonly<{ from: number; to: number }>;

/**
 * Assigns a lane to each interval so that no two in a lane overlap; one may start where another ends. Greedy first-fit
 * by start time, which uses as few lanes as the maximum overlap.
 */
export function packLanes(intervals: readonly Interval[]): number[] {
  const lanes: number[] = Array.from({ length: intervals.length }, () => 0);
  const busyUntil: number[] = [];
  const order = intervals
    .map((_, i) => i)
    .toSorted((i, j) => intervals[i]!.from - intervals[j]!.from || i - j);
  for (const i of order) {
    const { from, to } = intervals[i]!;
    const free = busyUntil.findIndex((until) => until <= from);
    const lane = free === -1 ? busyUntil.length : free;
    lanes[i] = lane;
    busyUntil[lane] = Math.max(from, to);
  }
  return lanes;
}
