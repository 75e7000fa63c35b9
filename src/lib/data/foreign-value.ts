/** Converts values of foreign JSON to strings and numbers, whatever keys they have. */

/**
 * `String(value)` calls the `toString` and `valueOf` of an object, and throws a TypeError where the JSON has keys of these names
 * (`{"toString": 1}`). Objects and lists are serialized instead. Never throws.
 */
export function stringifyAny(value: unknown): string {
  if (!isObject(value)) return String(value);
  try {
    return JSON.stringify(value) ?? typeof value;
  } catch {
    // Cyclic, or nested too deeply.
    return `[${typeof value}]`;
  }
}

/** The same for `Number(value)`: NaN for objects and lists. */
export function toNumber(value: unknown): number {
  return isObject(value) ? Number.NaN : Number(value);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
