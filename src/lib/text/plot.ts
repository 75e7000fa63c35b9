/** Draws values as bars of block characters: one line of them, or a chart of several lines. */

const HEIGHTS = [...'▁▂▃▄▅▆▇█'];

/** One character per value, relative to the largest one; a space for zero. */
export function plotLine(values: readonly number[]): string {
  return plotLines(values, 1)[0]!;
}

/** Lines of one character per value, top line first, relative to the largest value. The smallest value above zero is visible. */
export function plotLines(values: readonly number[], lines: number): string[] {
  const largest = values.reduce((most, value) => Math.max(most, value), 0);
  const steps = lines * HEIGHTS.length;
  const heights = values.map((value) => (value > 0 ? Math.max(1, Math.round((value / largest) * steps)) : 0));
  return Array.from({ length: lines }, (_, line) => {
    const below = (lines - 1 - line) * HEIGHTS.length;
    return heights
      .map((height) => (height <= below ? ' ' : HEIGHTS[Math.min(HEIGHTS.length, height - below) - 1]!))
      .join('');
  });
}

/** At most `count` values: the sums of equally many neighbours, counted from the end. */
export function mergeValues(values: readonly number[], count: number): number[] {
  const size = Math.ceil(values.length / count);
  const length = Math.ceil(values.length / size);
  const merged = Array.from({ length }, () => 0);
  values.forEach((value, i) => (merged[length - 1 - Math.floor((values.length - 1 - i) / size)]! += value));
  return merged;
}
