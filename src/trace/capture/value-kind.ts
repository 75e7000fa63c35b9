/** Names the kind and measures the size of live values. */
import { types } from 'node:util';

/** The name of a value's class; undefined for plain objects. */
export function findClassName(value: object): string | undefined {
  const prototype = Object.getPrototypeOf(value) as { constructor?: { name?: unknown } } | null;
  if (prototype === null || prototype === Object.prototype) return undefined;
  const name = Object.hasOwn(prototype, 'constructor') ? prototype.constructor?.name : undefined;
  if (typeof name === 'string' && name !== '') return name === 'Object' ? undefined : name;
  // An inherited constructor names a base class; that of an iterator is `Iterator` or `Object`, depending on the engine.
  const tag = Object.prototype.toString.call(value).slice(8, -1);
  if (tag !== 'Object') return tag.replaceAll(' ', '');
  const inherited = prototype.constructor?.name;
  return typeof inherited === 'string' && inherited !== 'Object' && inherited !== '' ? inherited : undefined;
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
