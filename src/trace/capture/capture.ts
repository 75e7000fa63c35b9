/** Converts live values to their captured form: bounded, JSON-safe, redacted. */
import { types } from 'node:util';
import { messageOf } from '../../lib/error.js';
import { escapePointerSegment } from '../../lib/data/json-pointer.js';
import { setOwn } from '../../lib/data/own-property.js';
import {
  BOUNDED_EXTERNAL,
  EXTERNAL,
  FULL,
  JSON_PER_NODE,
  MAX_BINARY_SCAN,
  MAX_EXTERNAL_ITEMS,
  MAX_HASHED_NODES,
  MAX_KEPT_PART,
  MAX_KEPT_VALUE,
  OVER_BUDGET,
  PREVIEW,
  PREVIEW_WITH_BLOBS,
} from './capture-limits.js';
import type { Captured, Fields } from '../event/captured.js';
import { fingerprint, sha256 } from './fingerprint.js';
import { findClassName, describeKind, measureSize } from './value-kind.js';
import { findPairName } from '../redact/names/pair-name.js';
import type { Redactor } from '../redact/redact.js';

export type CaptureLevel = 'preview' | 'full' | 'none';

/** Captures a value; see TraceSink.capture. */
export type Capture = (value: unknown, key?: string, onObject?: (object: object) => void) => Captured;

/** Stores a full value outside the events and returns its hash. */
export type StoreBlob = (fullValue: Captured) => string;

/**
 * Creates a capture function of the given level. Redaction comes first: nothing that a redactor masks reaches a head, a
 * tail or a hash. Events contain previews, and what they show truncated is stored in full by `storeBlob`: at level `preview`
 * up to 256 kB each, at level `full` whatever the size. Without `storeBlob`, `full` puts values inline in full.
 */
export function createCapture(options: {
  level: CaptureLevel;
  redactor: Redactor;
  storeBlob?: StoreBlob | undefined;
}): Capture {
  const { level, redactor, storeBlob } = options;
  const limits = level !== 'full' ? PREVIEW : storeBlob ? PREVIEW_WITH_BLOBS : FULL;
  const store = level === 'none' ? undefined : storeBlob;
  const room = level === 'full' ? UNBOUNDED : BOUNDED;
  const walk = (onObject?: (object: object) => void) => new Walk(limits, redactor, onObject, store, room);
  const plain = walk();
  return (value, key, onObject) => {
    if (level === 'none') {
      if (onObject) walk(onObject).capture(value, key, 0);
      return { $: 'omitted', of: describeKind(value), size: measureSize(value) };
    }
    return isObject(value) ? walk(onObject).capture(value, key, 0) : plain.capturePrimitive(value, key);
  };
}

/** Longer lists of texts are redacted one by one: to join them would take as much memory again. */
const LONGEST_LIST = 1 << 20;

/** How much is kept in blobs, of one part and of all parts of a value, and their limits. */
type Room = Readonly<{ part: number; value: number; limits: typeof PREVIEW }>;
const BOUNDED: Room = { part: MAX_KEPT_PART, value: MAX_KEPT_VALUE, limits: BOUNDED_EXTERNAL };
// Not Infinity, from which nothing can be subtracted.
const UNBOUNDED: Room = {
  part: Number.MAX_SAFE_INTEGER,
  value: Number.MAX_SAFE_INTEGER,
  limits: EXTERNAL,
};

function isObject(value: unknown): boolean {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/** The traversal of one value. */
class Walk {
  #limits: typeof PREVIEW;
  readonly #redactor: Redactor;
  readonly #onObject: ((object: object) => void) | undefined;
  readonly #storeBlob: StoreBlob | undefined;
  readonly #room: Room;
  /** What the blobs of this value may still take, and the blob that is being built; below 0 it does not fit. */
  #left: number;
  #blobLeft = Infinity;
  /** Ancestors of the current object (meeting one again is a cycle), and the path steps between them. */
  readonly #open: object[] = [];
  readonly #steps: string[] = [];
  /** Remaining node budget for hashing; absent until the first hash. */
  #hashing: { nodes: number } | undefined;
  #nodes = 0;
  #textSoFar = 0;
  /** Objects visited in total, including those in blobs, and cycles found. */
  #visited = 0;
  #cycles = 0;
  /** Hashes of objects that were stored as blobs because they are too long or too deep; absent until the first. */
  #stored: Readonly<Record<'long' | 'deep', Map<object, string>>> | undefined;

  constructor(
    limits: typeof PREVIEW,
    redactor: Redactor,
    onObject: ((object: object) => void) | undefined,
    storeBlob: StoreBlob | undefined,
    room: Room,
  ) {
    this.#limits = limits;
    this.#room = room;
    this.#left = room.value;
    this.#redactor = redactor;
    this.#onObject = onObject;
    this.#storeBlob = storeBlob;
  }

  /** Captures a value without children. The traversal keeps no state of it and can be reused. */
  capturePrimitive(value: unknown, key: string | undefined): Captured {
    this.#textSoFar = 0;
    this.#left = this.#room.value;
    return this.capture(value, key, 0);
  }

  capture(value: unknown, key: string | undefined, depth: number): Captured {
    // A blob that is too large already is abandoned.
    if (this.#blobLeft < 0) return null;
    const masked = key === undefined ? undefined : this.#redactor.byKey(key, value);
    if (masked !== undefined) return masked;
    switch (typeof value) {
      case 'string':
        return this.#textSoFar > this.#limits.maxScan && value.length > OVER_BUDGET.text
          ? { $: 'omitted', of: describeKind(value), size: measureSize(value) }
          : this.#text(this.#redactor.text(value));
      case 'number':
        if (Object.is(value, -0)) return { $: 'number', value: '-0' };
        return Number.isFinite(value) ? value : { $: 'number', value: String(value) };
      case 'boolean':
        return value;
      case 'undefined':
        return { $: 'undefined' };
      case 'bigint':
        return this.#unsplittable('bigint', String(value));
      case 'symbol':
        return { $: 'symbol', value: this.#label(value.description ?? '') };
      case 'function':
        return this.#function(value);
      case 'object':
        return value === null ? null : this.#object(value, depth);
    }
  }

  #function(value: object): Captured {
    this.#onObject?.(value);
    try {
      return { $: 'function', name: this.#label((value as { name: unknown }).name) };
    } catch (error) {
      return { $: 'threw', message: this.#label(messageOf(error)) };
    }
  }

  #object(value: object, depth: number): Captured {
    const seenAt = this.#open.indexOf(value);
    if (seenAt >= 0) {
      this.#cycles++;
      return { $: 'cycle', path: this.#steps.slice(0, seenAt).map(escapePointerSegment).join('') };
    }
    this.#nodes++;
    if (this.#storeBlob && (++this.#visited > FULL.maxNodes || this.#open.length > FULL.depth))
      return this.#leftOut(value);
    if (depth > this.#limits.depth || this.#nodes > this.#limits.maxNodes) {
      const sha256 = this.#hash(value, 'deep', () => this.#enter(value, 0));
      return { $: 'deep', of: describeKind(value), size: measureSize(value), sha256 };
    }
    return this.#enter(value, depth);
  }

  #enter(value: object, depth: number): Captured {
    this.#onObject?.(value);
    this.#open.push(value);
    try {
      return this.#kind(value, depth);
    } catch (error) {
      // A proxy or an exotic object may throw from anywhere.
      return { $: 'threw', message: this.#label(messageOf(error)) };
    } finally {
      this.#open.pop();
    }
  }

  #kind(value: object, depth: number): Captured {
    if (Array.isArray(value)) return this.#list(value, depth);
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Object.prototype || prototype === null)
      return this.#fields(value, Object.keys(value), depth);
    if (types.isDate(value)) {
      return { $: 'date', value: Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString() };
    }
    if (types.isRegExp(value)) return { $: 'regexp', value: this.#label(String(value)) };
    if (value instanceof URL) return this.#unsplittable('url', value.href);
    if (types.isNativeError(value) || value instanceof Error) return this.#error(value, depth);
    if (types.isMap(value)) return this.#map(value, depth);
    if (types.isSet(value)) return this.#set(value, depth);
    if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)) return this.#binary(value);
    if (types.isPromise(value)) return { $: 'promise' };
    if (types.isWeakMap(value) || types.isWeakSet(value) || value instanceof WeakRef) {
      return { $: 'weak', class: describeKind(value) };
    }
    if (types.isBoxedPrimitive(value)) {
      return {
        $: 'instance',
        class: describeKind(value),
        value: this.capture(value.valueOf(), undefined, depth + 1),
      };
    }
    const fields = this.#fields(value, Object.keys(value), depth);
    const className = findClassName(value);
    return className === undefined ? fields : { $: 'instance', class: this.#label(className), value: fields };
  }

  #text(text: string, fullValue: Captured = text): Captured {
    const overBudget = this.#textSoFar > this.#limits.maxText;
    this.#textSoFar += text.length;
    if (text.length <= (overBudget ? OVER_BUDGET.text : this.#limits.text)) {
      this.#blobLeft -= text.length;
      return text;
    }
    const { textHead, textTail } = overBudget ? OVER_BUDGET : this.#limits;
    const [head, tail] = [text.slice(0, textHead), text.slice(text.length - textTail)];
    const hash = this.#storeText(text, fullValue) ?? sha256(text);
    this.#blobLeft -= head.length + tail.length;
    return { $: 'cut-text', head, tail, size: text.length, sha256: hash };
  }

  #storeText(text: string, fullValue: Captured): string | undefined {
    if (!this.#storeBlob || text.length > Math.min(this.#room.part, this.#left)) return undefined;
    this.#left -= text.length;
    return this.#storeBlob(fullValue);
  }

  /** Captures a value that is useless unless its text is complete: unchanged, or truncated like any text. */
  #unsplittable(kind: 'bigint' | 'url', text: string): Captured {
    const safe = this.#redactor.text(text);
    const fullValue = { $: kind, value: safe } as const;
    return safe.length > this.#limits.text ? this.#text(safe, fullValue) : fullValue;
  }

  /** Captures text that describes a value: a name or a message. */
  #label(text: unknown): string {
    const safe = this.#redactor.text(String(text));
    return safe.length > this.#limits.label ? `${safe.slice(0, this.#limits.label)}…` : safe;
  }

  #list(list: readonly unknown[], depth: number): Captured {
    const { items, itemsHead, itemsTail } = this.#limits;
    const part = (from: number, to: number, at = depth): Captured[] => {
      const texts = this.#texts(list, from, to);
      if (texts) return texts;
      const captured: Captured[] = [];
      for (let i = from; i < to; i++) captured.push(this.#child(list[i], i, undefined, at));
      return captured;
    };
    const size = list.length;
    if (size <= items) return part(0, size);
    if (this.#storeBlob && size > MAX_EXTERNAL_ITEMS) return this.#leftOut(list);
    const hash = this.#hash(list, 'long', () => part(0, size, 0));
    return {
      $: 'cut-list',
      head: part(0, itemsHead),
      tail: part(size - itemsTail, size),
      size,
      sha256: hash,
    };
  }

  /** The elements of a list of strings only, which are redacted together; undefined for any other list. */
  #texts(list: readonly unknown[], from: number, to: number): Captured[] | undefined {
    if (to - from < 2 || this.#textSoFar > this.#limits.maxScan) return undefined;
    let length = 0;
    for (let i = from; i < to; i++) {
      const text = list[i];
      if (typeof text !== 'string' || (length += text.length) > LONGEST_LIST) return undefined;
    }
    this.#nodes += to - from;
    this.#blobLeft -= (to - from) * JSON_PER_NODE;
    return this.#redactor.texts(list.slice(from, to) as string[]).map((text) => this.#text(text));
  }

  #fields(value: object, keys: readonly string[], depth: number): Captured {
    const { items, itemsHead } = this.#limits;
    if (keys.length <= items) return this.#record(value, keys, depth);
    const hash = this.#hash(value, 'long', () => this.#record(value, keys, 0));
    const head = this.#record(value, keys.slice(0, itemsHead), depth);
    return { $: 'cut-object', head, size: keys.length, sha256: hash };
  }

  #record(value: object, keys: readonly string[], depth: number): Fields {
    const fields: Record<string, Captured> = {};
    for (const key of keys) {
      const captured = this.#field(value, key, depth);
      setOwn(fields, this.#key(key), captured);
    }
    return Object.hasOwn(fields, '$') ? { $: 'object', entries: Object.entries(fields) } : fields;
  }

  #field(value: object, key: string, depth: number): Captured {
    let field: unknown;
    try {
      field = (value as Record<string, unknown>)[key];
    } catch (error) {
      return { $: 'threw', message: this.#label(messageOf(error)) };
    }
    return this.#child(field, key, findPairName(value as Record<string, unknown>, key) ?? key, depth);
  }

  /** A key as stored; a truncated one ends in a hash, so that different keys stay different. */
  #key(key: string): string {
    this.#blobLeft -= key.length;
    const safe = this.#redactor.keyText(key);
    return safe.length > this.#limits.label
      ? `${safe.slice(0, this.#limits.label)}…${sha256(safe).slice(0, 16)}`
      : safe;
  }

  #child(value: unknown, step: string | number, key: string | undefined, depth: number): Captured {
    this.#blobLeft -= JSON_PER_NODE;
    if (typeof value !== 'object' || value === null) {
      this.#nodes++;
      return this.capture(value, key, depth + 1);
    }
    this.#steps.push(String(step));
    const captured = this.capture(value, key, depth + 1);
    this.#steps.pop();
    return captured;
  }

  #error(error: Error, depth: number): Captured {
    const { name, message, stack } = error;
    const form = {
      $: 'error',
      name: this.#label(name),
      message: this.#label(message),
      ...(stack === undefined
        ? {}
        : { stack: this.#redactor.text(String(stack)).slice(0, this.#limits.stack) }),
    } as const;
    const hidden = ['cause', 'errors'].filter((key) => Object.hasOwn(error, key));
    const keys = new Set([...Object.keys(error), ...hidden]);
    if (keys.size === 0) return form;
    const fields = this.#fields(error, [...keys], depth);
    return { $: 'instance', class: this.#label(describeKind(error)), value: { error: form, fields } };
  }

  #map(map: ReadonlyMap<unknown, unknown>, depth: number): Captured {
    const { items, entries } = this.#limits;
    const form = (most: number, at: number) => {
      const captured: [Captured, Captured][] = [];
      for (const [key, value] of map) {
        if (captured.length >= most) break;
        const step = captured.length;
        const name = typeof key === 'string' ? key : undefined;
        captured.push([this.#child(key, step, undefined, at), this.#child(value, step, name, at)]);
      }
      return { $: 'map', size: map.size, entries: captured } as const;
    };
    if (map.size <= items) return form(items, depth);
    const hash = this.#hash(map, 'long', () => form(map.size, 0));
    return { ...form(entries, depth), sha256: hash };
  }

  #set(set: ReadonlySet<unknown>, depth: number): Captured {
    const { items, entries } = this.#limits;
    const form = (most: number, at: number) => {
      const captured: Captured[] = [];
      for (const value of set) {
        if (captured.length >= most) break;
        captured.push(this.#child(value, captured.length, undefined, at));
      }
      return { $: 'set', size: set.size, values: captured } as const;
    };
    if (set.size <= items) return form(items, depth);
    const hash = this.#hash(set, 'long', () => form(set.size, 0));
    return { ...form(entries, depth), sha256: hash };
  }

  #binary(value: ArrayBufferView | ArrayBufferLike): Captured {
    const bytes = ArrayBuffer.isView(value)
      ? Buffer.from(value.buffer, value.byteOffset, value.byteLength)
      : Buffer.from(value);
    const text = bytes.toString('latin1', 0, MAX_BINARY_SCAN);
    const safe = this.#redactor.text(text);
    const shown =
      safe === text ? bytes : Buffer.concat([Buffer.from(safe, 'latin1'), bytes.subarray(MAX_BINARY_SCAN)]);
    const head = shown.subarray(0, 32).toString('hex');
    return { $: 'binary', class: describeKind(value), bytes: bytes.length, sha256: sha256(shown), head };
  }

  /** The hash of a truncated object: the key of its blob if it is stored, otherwise a fingerprint. */
  #hash(value: object, as: 'long' | 'deep', full: () => Captured): string {
    const { part } = this.#room;
    if (!this.#storeBlob || measureSize(value) * JSON_PER_NODE > Math.min(part, this.#left))
      return this.#fingerprint(value);
    const stored = (this.#stored ??= { long: new Map(), deep: new Map() });
    return this.#storeObject(value, stored[as], full, this.#storeBlob);
  }

  #storeObject(
    value: object,
    stored: Map<object, string>,
    full: () => Captured,
    storeBlob: StoreBlob,
  ): string {
    const known = stored.get(value);
    if (known !== undefined) return known;
    const before = {
      limits: this.#limits,
      nodes: this.#nodes,
      text: this.#textSoFar,
      cycles: this.#cycles,
      blobLeft: this.#blobLeft,
    };
    const room = Math.min(this.#room.part, this.#left);
    this.#limits = this.#room.limits;
    this.#blobLeft = room;
    try {
      const blob = full();
      const fits = this.#blobLeft >= 0;
      // What an abandoned blob has taken already counts, so that values which do not fit are not walked again and again.
      this.#left -= room - this.#blobLeft;
      const hash = fits ? storeBlob(blob) : this.#fingerprint(value);
      // A cycle is written as a path within the root value, so the same object has another form elsewhere.
      if (this.#cycles === before.cycles) stored.set(value, hash);
      return hash;
    } finally {
      this.#limits = before.limits;
      this.#nodes = before.nodes;
      this.#textSoFar = before.text;
      this.#blobLeft = before.blobLeft;
    }
  }

  /** Omits an object that expands beyond the limits of even a full capture. */
  #leftOut(value: object): Captured {
    if (this.#onObject) this.#fingerprint(value);
    return { $: 'omitted', of: describeKind(value), size: measureSize(value) };
  }

  #fingerprint(value: object): string {
    const budget = (this.#hashing ??= { nodes: MAX_HASHED_NODES });
    return fingerprint(value, { redactor: this.#redactor, onObject: this.#onObject, budget });
  }
}
