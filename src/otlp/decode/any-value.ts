/** Decodes the attribute values, ids and times of OTLP JSON, in the spellings that its writers use. */
import type { Attributes } from './received.js';
import { stringifyAny, toNumber } from '../../lib/data/foreign-value.js';

type Fields = Readonly<Record<string, unknown>>;

/** `value` as an object; undefined for anything else. */
export function toObject(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

/** The objects in an array; none for anything else. */
export function toObjects(value: unknown): Fields[] {
  return Array.isArray(value) ? value.filter((each): each is Fields => toObject(each) !== undefined) : [];
}

/** A field under its name in lowerCamelCase, or in the snake_case that protobuf's JSON may keep. */
export function pick(object: Fields | undefined, name: string): unknown {
  return object?.[name] ?? object?.[name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)];
}

/** A list of key-value pairs as an object. */
export function decodeAttributes(pairs: unknown): Attributes {
  const attributes: Record<string, unknown> = {};
  for (const { key, value } of toObjects(pairs)) {
    if (typeof key !== 'string') continue;
    Object.defineProperty(attributes, key, {
      value: decodeAnyValue(value),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return attributes;
}

/** An AnyValue as plain JSON. Integers come as numbers or as decimal strings, by writer. */
export function decodeAnyValue(value: unknown, depth = 0): unknown {
  const any = toObject(value);
  if (!any || depth > MAX_DEPTH) return undefined;
  const text = pick(any, 'stringValue');
  if (text !== undefined) return text;
  const integer = pick(any, 'intValue');
  if (integer !== undefined) return decodeInteger(integer);
  const other = pick(any, 'boolValue') ?? pick(any, 'doubleValue') ?? pick(any, 'bytesValue');
  if (other !== undefined) return other;
  const list = toObject(pick(any, 'arrayValue'));
  if (list) {
    return Array.isArray(list['values']) ? list['values'].map((each) => decodeAnyValue(each, depth + 1)) : [];
  }
  const map = toObject(pick(any, 'kvlistValue'));
  if (!map) return undefined;
  return Object.fromEntries(
    toObjects(map['values']).map((each) => [
      stringifyAny(each['key']),
      decodeAnyValue(each['value'], depth + 1),
    ]),
  );
}

/** Deeper values are dropped. */
const MAX_DEPTH = 64;

function decodeInteger(value: unknown): unknown {
  const number = toNumber(value);
  return Number.isSafeInteger(number) ? number : value;
}

/**
 * An id of `bytes` bytes as lowercase hexadecimal. OTLP JSON prescribes hexadecimal, some writers use base64 as in the rest of
 * protobuf's JSON. Undefined where it is missing or all zeros, which means the same.
 */
export function decodeId(value: unknown, bytes: 8 | 16): string | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  const plain = value.replace(/^0x/i, '');
  const isBase64 = plain.length === Math.ceil(bytes / 3) * 4 && /^[A-Za-z0-9+/]+=*$/.test(plain);
  const isHex = /^[0-9a-f]+$/i.test(plain);
  const id = isBase64 && !(isHex && plain.length === bytes * 2) ? fromBase64(plain, bytes) : plain;
  return /^0*$/.test(id) ? undefined : id.toLowerCase();
}

function fromBase64(text: string, bytes: number): string {
  const decoded = Buffer.from(text, 'base64');
  return decoded.length === bytes ? decoded.toString('hex') : text;
}

/** Nanoseconds since 1970 (decimal text, number or bigint) in ms; undefined where they are missing or 0. */
export function decodeTime(value: unknown): number | undefined {
  if (typeof value === 'number') return value > 0 ? value / 1e6 : undefined;
  const digits = typeof value === 'bigint' ? String(value) : value;
  if (typeof digits !== 'string' || !/^\d{1,20}$/.test(digits)) return undefined;
  // Split, because a number holds nanoseconds since 1970 to 256 ns only.
  const ms = Number(digits.slice(0, -6)) + Number(digits.slice(-6)) / 1e6;
  return ms > 0 ? ms : undefined;
}
