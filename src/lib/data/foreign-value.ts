/** Converts values of foreign JSON to strings and numbers, whatever keys they have. */

/**
 * `String(value)` calls the `toString` and `valueOf` of an object, and throws a TypeError where the JSON has keys of these names
 * (`{"toString": 1}`). Objects and lists are serialized instead.
 */
export function stringifyAny(value: unknown): string {
  return isObject(value) ? JSON.stringify(value) : String(value);
}

/** The same for `Number(value)`: NaN for objects and lists. */
export function toNumber(value: unknown): number {
  return isObject(value) ? Number.NaN : Number(value);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
