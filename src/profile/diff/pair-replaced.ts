/** Pairs the replaced elements of a list with the elements that they became. */
import type { Captured } from '../../trace/event/captured.js';
import type { Match, Stretch } from './align.js';
import { similarity } from './similarity.js';

/** Pairs to weigh beyond which elements are paired by their order alone. */
const MAX_WEIGHED = 2500;
/** What any pair is worth: as many elements as possible are paired, unless that separates ones that resemble each other. */
const ANY_PAIR = 0.01;

/**
 * The pairs of a stretch in which elements of `before` were replaced by elements of `after`, in order; elements in no pair
 * were removed or added. The pairs maximize the sum of their similarities (Needleman–Wunsch without a gap penalty).
 */
export function pairReplaced(
  before: readonly Captured[],
  after: readonly Captured[],
  stretch: Stretch,
): readonly Match[] {
  const [rows, columns] = [lengthOf(stretch.before), lengthOf(stretch.after)];
  const first: Match = { before: stretch.before[0], after: stretch.after[0] };
  if (rows * columns > MAX_WEIGHED || (rows === 1 && columns === 1) || rows * columns === 0)
    return Array.from({ length: Math.min(rows, columns) }, (_, i) => offset(first, i, i));
  const weights = Array.from({ length: rows }, (_, i) =>
    Array.from(
      { length: columns },
      (__, j) => ANY_PAIR + similarity(before[first.before + i]!, after[first.after + j]!),
    ),
  );
  /** `best[i][j]` is the largest sum for the elements from i and j on. */
  const best = Array.from({ length: rows + 1 }, () => new Float64Array(columns + 1));
  for (let i = rows - 1; i >= 0; i--)
    for (let j = columns - 1; j >= 0; j--)
      best[i]![j] = Math.max(weights[i]![j]! + best[i + 1]![j + 1]!, best[i + 1]![j]!, best[i]![j + 1]!);
  const pairs: Match[] = [];
  for (let [i, j] = [0, 0]; i < rows && j < columns;) {
    if (best[i]![j] === weights[i]![j]! + best[i + 1]![j + 1]!) pairs.push(offset(first, i++, j++));
    else if (best[i]![j] === best[i + 1]![j]) i++;
    else j++;
  }
  return pairs;
}

function lengthOf([from, to]: readonly [number, number]): number {
  return to - from;
}

function offset({ before, after }: Match, rows: number, columns: number): Match {
  return { before: before + rows, after: after + columns };
}
