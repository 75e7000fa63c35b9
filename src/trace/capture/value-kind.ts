/** Names the kind and measures the size of live values. */
import { types } from 'node:util';

/** The name of a value's class; undefined for plain objects. */
export function findClassName(value: object): string | undefined {
  const prototype = Object.getPrototypeOf(value) as { constructor?: { name?: unknown } } | null;
  if (prototype === null || prototype === Object.prototype) return undefined;
  const name = prototype.constructor?.name;
  const own =
    typeof name === 'string' && name !== '' ? name : Object.prototype.toString.call(value).slice(8, -1);
  return own === 'Object' ? undefined : own;
}

/** A value's kind in one word: its class, or `list`, `object`, `string` … */
export function describeKind(value: unknown): string {
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value;
  try {
    return Array.isArray(value) ? 'list' : (findClassName(value) ?? 'object');
  } catch {
    return 'object';
  }
}

/** A value's size: characters, elements, fields or bytes. */
export function measureSize(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 1;
  try {
    if (Array.isArray(value)) return value.length;
    if (types.isMap(value) || types.isSet(value)) return value.size;
    if (ArrayBuffer.isView(value)) return value.byteLength;
    return Object.keys(value).length;
  } catch {
    return 0;
  }
}
