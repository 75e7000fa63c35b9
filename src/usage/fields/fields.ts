/** Reads objects that other software made: any property access may throw, so none escapes this file. */

export type Fields = Readonly<Record<string, unknown>>;

/** `value` as an object with fields, or undefined for primitives, arrays and functions. */
export function asFields(value: unknown): Fields | undefined {
  return isFields(value) ? value : undefined;
}

/** The value at a path of own or inherited fields; undefined where the path ends early or a getter throws. */
export function getField(source: unknown, ...path: readonly string[]): unknown {
  let value = source;
  for (const key of path) {
    if (!isFields(value)) return undefined;
    value = readField(value, key);
  }
  return value;
}

/** One field of an object, undefined where its getter throws. */
export function readField(source: Fields, key: string): unknown {
  try {
    return source[key];
  } catch {
    return undefined;
  }
}

/** Whether any of the fields has a value other than null. */
export function hasAny(source: unknown, ...names: readonly string[]): boolean {
  return names.some((name) => (getField(source, name) ?? undefined) !== undefined);
}

/** The first of the fields that has a value other than null. */
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

/** The names of an object's own fields and, for an instance of a class, of its getters. */
export function fieldNames(source: Fields): readonly string[] {
  try {
    const names = Object.keys(source);
    const prototype: unknown = Object.getPrototypeOf(source);
    if (prototype === Object.prototype || prototype === null) return names;
    return [...new Set([...names, ...getterNames(prototype)])];
  } catch {
    return [];
  }
}

/** JSON text of an object as that object: traces and databases keep usage as text. Anything else is returned unchanged. */
export function parseIfJson(value: unknown): unknown {
  if (typeof value !== 'string' || value.length > MAX_JSON || !/^\s*\{/.test(value)) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

const MAX_JSON = 1_000_000;

// A proxy may claim to be its own prototype: the chain is followed a few levels only.
function getterNames(prototype: unknown, depth = 4): string[] {
  if (!prototype || prototype === Object.prototype || depth === 0) return [];
  const own = Object.entries(Object.getOwnPropertyDescriptors(prototype)).filter(([, each]) => each.get);
  return [...own.map(([name]) => name), ...getterNames(Object.getPrototypeOf(prototype), depth - 1)];
}

// Array.isArray throws on a revoked proxy.
function isFields(value: unknown): value is Fields {
  try {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
