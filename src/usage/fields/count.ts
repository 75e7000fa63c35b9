/** Parses numbers that other software reported as counts, and adds them. */

/**
 * A value as a count: a finite number from 0 to MAX_SAFE_INTEGER, also when it is written as a string or a BigInt.
 * `undefined` is "not reported"; `null` (the result, not the input) is "reported, but not a count".
 */
export function parseCount(value: unknown): number | undefined | null {
  if (typeof value === 'number') return isCount(value) ? value : null;
  if (value === undefined || value === null) return undefined;
  const number = toNumber(value);
  return isCount(number) ? number : null;
}

/** The sum of reported counts; undefined without any. A value that is not a count is returned, so that it can be warned about. */
export function addCounts(...values: readonly unknown[]): unknown {
  let sum: number | undefined;
  for (const value of values) {
    const count = parseCount(value);
    if (count === null) return value;
    if (count !== undefined) sum = addSafely(sum ?? 0, count);
  }
  return sum;
}

/** The larger of two counts under different names: the same tokens named twice, so they are not added. A count beats what is not one. */
export function maxCount(a: unknown, b: unknown): unknown {
  const left = parseCount(a);
  const right = parseCount(b);
  if (typeof left === 'number') return typeof right === 'number' && right > left ? right : left;
  if (typeof right === 'number') return right;
  // Whichever comes first: the order of fields does not matter.
  return left === null && (right === undefined || String(a) < String(b)) ? a : b;
}

/** a + b, clamped to the largest count, so that a sum is a count again. */
export function addSafely(a: number, b: number): number {
  return Math.min(a + b, Number.MAX_SAFE_INTEGER);
}

function isCount(number: number): boolean {
  return number >= 0 && number <= Number.MAX_SAFE_INTEGER;
}

function toNumber(value: unknown): number {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'string' && /^\s*\d+(?:\.\d+)?(?:e[-+]?\d+)?\s*$/i.test(value)) return Number(value);
  return NaN;
}
