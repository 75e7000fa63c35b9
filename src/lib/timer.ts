const LONGEST_MS = 2 ** 31 - 1;

/** As long as a timer can wait, if less than `ms`: one that is told to wait longer does not wait at all. */
export function timerMs(ms: number): number {
  return Math.min(ms, LONGEST_MS);
}
