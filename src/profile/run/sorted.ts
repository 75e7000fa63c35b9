/** Searches sorted lists by bisection. */
/** An array or array-like. */
type Items<T> = Readonly<{ length: number; at(index: number): T | undefined }>;

/** Number of elements of a sorted list that are at most `limit`. */
export function countUpTo(ascending: Items<number>, limit: number): number {
  return countFitting(ascending, (each) => each <= limit);
}

/** Number of leading items that satisfy a predicate that holds for a prefix of the list. */
export function countFitting<T>(items: Items<T>, fits: (item: T) => boolean): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (fits(items.at(middle)!)) low = middle + 1;
    else high = middle;
  }
  return low;
}
