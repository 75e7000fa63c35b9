/** An object that was not made by us: any read of it may throw, so it is read through `field` only. */
export type Fields = Readonly<Record<string, unknown>>;

/** `value` as an object with fields, or undefined for primitives, arrays and functions. */
export function asFields(value: unknown): Fields | undefined {
  return isFields(value) ? value : undefined;
}

/** What stands at a path of own or inherited fields; undefined where it ends early or a getter throws. */
export function getField(source: unknown, ...path: readonly string[]): unknown {
  let value = source;
  for (const key of path) {
    if (!isFields(value)) return undefined;
    try {
      value = value[key];
    } catch {
      return undefined;
    }
  }
  return value;
}

/** Whether any of the fields is there with a value. */
export function hasAny(source: unknown, ...names: readonly string[]): boolean {
  return names.some((name) => (getField(source, name) ?? undefined) !== undefined);
}

/** The first of the fields that has a value. */
export function firstPresent(source: unknown, ...names: readonly string[]): unknown {
  for (const name of names) {
    const value = getField(source, name) ?? undefined;
    if (value !== undefined) return value;
  }
  return undefined;
}

/** The elements of an array; none for anything else. */
export function toList(value: unknown): readonly unknown[] {
  try {
    return Array.isArray(value) ? value.slice() : [];
  } catch {
    return [];
  }
}

// Array.isArray throws on a revoked proxy.
function isFields(value: unknown): value is Fields {
  try {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
