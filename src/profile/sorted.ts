/** How many of some ascending numbers are at most `limit`. */
export function countUpTo(ascending: readonly number[], limit: number): number {
  return countFitting(ascending, (each) => each <= limit);
}

/** How many items at the front of a list fit, where all that fit come before all that do not. */
export function countFitting<T>(items: readonly T[], fits: (item: T) => boolean): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (fits(items[middle]!)) low = middle + 1;
    else high = middle;
  }
  return low;
}
