/**
 * A value as a count: a finite number from 0 to MAX_SAFE_INTEGER, also when it is written as a string or a BigInt.
 * `undefined` is "not reported"; `null` (the answer, not the input) is "reported, but not a count".
 */
export function parseCount(value: unknown): number | undefined | null {
  if (value === undefined || value === null) return undefined;
  const number = toNumber(value);
  return number >= 0 && number <= Number.MAX_SAFE_INTEGER ? number : null;
}

/** The sum of reported counts. Without any it is undefined; one that is no count is handed on, to be warned about. */
export function addCounts(...values: readonly unknown[]): unknown {
  let sum: number | undefined;
  for (const value of values) {
    const count = parseCount(value);
    if (count === null) return value;
    if (count !== undefined) sum = plus(sum ?? 0, count);
  }
  return sum;
}

/** The largest of counts that several fields repeat: they say the same thing, so they are not added. */
export function maxCount(...values: readonly unknown[]): unknown {
  let largest: number | undefined;
  let invalid: unknown;
  for (const value of values) {
    const count = parseCount(value);
    if (count === null) invalid = value;
    else if (count !== undefined) largest = Math.max(largest ?? 0, count);
  }
  return largest ?? invalid;
}

/** xAI's ticks in USD: 10^10 are one dollar (docs.x.ai/developers/cost-tracking). */
export function usdOfTicks(ticks: unknown): number | undefined {
  const count = parseCount(ticks);
  return typeof count === 'number' ? count / 1e10 : undefined;
}

/** a + b, kept within what counts may be, so that a sum is a count again. */
export function plus(a: number, b: number): number {
  return Math.min(a + b, Number.MAX_SAFE_INTEGER);
}

function toNumber(value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'string' && /^\s*\d+(\.\d+)?\s*$/.test(value)) return Number(value);
  return NaN;
}
