/** A stretch of time, in ms. */
export type Interval = Readonly<{ from: number; to: number }>;

/**
 * A lane for each interval, so that no two in one lane overlap; one may begin where another ends. Each takes the first
 * lane that is free when it begins, which needs no more lanes than the most that overlap at once.
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
