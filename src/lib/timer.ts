/** Clamps timer delays to what setTimeout can represent. */

const MAX_DELAY_MS = 2 ** 31 - 1;

/** Clamps a delay to the maximum of setTimeout (2³¹−1 ms); a larger value would fire immediately. */
export function clampDelay(ms: number): number {
  return Math.min(ms, MAX_DELAY_MS);
}
