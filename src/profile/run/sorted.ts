/** An array, or what is read like one. */
type Items<T> = Readonly<{ length: number; at(index: number): T | undefined }>;

/** How many of some ascending numbers are at most `limit`. */
export function countUpTo(ascending: Items<number>, limit: number): number {
  return countFitting(ascending, (each) => each <= limit);
}

/** How many items at the front of a list fit, where all that fit come before all that do not. */
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
