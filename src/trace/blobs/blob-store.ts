import { createHash } from 'node:crypto';
import { isMarked, type Captured } from '../event/captured.js';
import { jsonPieces } from '../event/json-pieces.js';

/** Where the whole of a value is found that an event shows a part of, by the sha256 that its cut form names. */
export interface Values {
  has(sha256: string): boolean;
  /** The whole; parts of it may be cut in turn. Undefined when it is not at hand. */
  lookup(sha256: string): Captured | undefined;
}

/** For runs that keep previews only. */
export const NO_VALUES: Values = { has: () => false, lookup: () => undefined };

/** Where a full capture keeps wholes: equal ones once. */
export interface ValueKeeper {
  /** Returns the sha256 of the value's JSON. */
  keep(whole: Captured): string;
}

/** Wholes in memory, for a run that leaves no trace. */
export function valuesInMemory(): Values & ValueKeeper {
  const wholes = new Map<string, Captured>();
  return {
    keep(whole) {
      const sha256 = hashOf(whole);
      if (!wholes.has(sha256)) wholes.set(sha256, whole);
      return sha256;
    },
    has: (sha256) => wholes.has(sha256),
    lookup: (sha256) => wholes.get(sha256),
  };
}

/** The sha256 of a value's JSON: what was masked in the value is masked in what is hashed. */
export function hashOf(value: Captured): string {
  const hash = createHash('sha256');
  jsonPieces(value, (piece) => hash.update(piece));
  return hash.digest('hex');
}

/** The hash that the whole of a cut value is found by; undefined for every other value. */
export function cutHash(value: Captured): string | undefined {
  if (!isMarked(value)) return undefined;
  switch (value.$) {
    case 'cut-text':
    case 'cut-list':
    case 'cut-object':
    case 'deep':
    case 'map':
    case 'set':
      return value.sha256;
    default:
      return undefined;
  }
}

/** A cut value whole, where its whole is at hand; every other value as it is. Parts of the whole may be cut in turn. */
export function wholeOf(value: Captured, values: Values): Captured {
  const sha256 = cutHash(value);
  const whole = sha256 === undefined ? undefined : values.lookup(sha256);
  return whole === undefined ? value : wholeOf(whole, values);
}

/** A value with every part whole whose whole is at hand. */
export function allWhole(value: Captured, values: Values): Captured {
  const whole = wholeOf(value, values);
  if (typeof whole !== 'object' || whole === null || values === NO_VALUES) return whole;
  if (Array.isArray(whole)) return whole.map((part: Captured) => allWhole(part, values));
  const parts = Object.entries(whole).map(
    ([key, part]) => [key, allWhole(part as Captured, values)] as const,
  );
  return Object.fromEntries(parts);
}

/** Every hash that a value refers to by its cut parts. */
export function* referencesIn(value: Captured): Generator<string, undefined> {
  if (typeof value !== 'object' || value === null) return;
  const sha256 = cutHash(value);
  if (sha256 !== undefined) yield sha256;
  for (const part of Object.values(value)) yield* referencesIn(part as Captured);
}
