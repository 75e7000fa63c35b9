import { types } from 'node:util';
import { messageOf } from '../lib/error.js';
import { pointerStep } from '../lib/json-pointer.js';
import { BINARY_LOOK, FULL, HASHED_PARTS, PREVIEW, SPENT } from './capture-limits.js';
import type { Captured } from './captured.js';
import { fingerprint, sha256 } from './fingerprint.js';
import { classOf, kindOf, sizeOf } from './kind.js';
import type { Redactor } from './redact.js';

export type CaptureLevel = 'preview' | 'full' | 'none';

/** Makes the traced form of a value; see TraceSink.capture. */
export type Capture = (value: unknown, key?: string, onObject?: (object: object) => void) => Captured;

/** A capture of the given level. Redaction comes first: nothing that a redactor masks reaches a head, a tail or a hash. */
export function createCapture(options: { level: CaptureLevel; redactor: Redactor }): Capture {
  const limits = options.level === 'full' ? FULL : PREVIEW;
  return (value, key, onObject) => {
    if (options.level !== 'none') return new Walk(limits, options.redactor, onObject).capture(value, key, 0);
    if (onObject) new Walk(limits, options.redactor, onObject).capture(value, key, 0);
    return { $: 'omitted', of: kindOf(value), size: sizeOf(value) };
  };
}

/** One value on its way into the trace. */
class Walk {
  readonly #limits: typeof PREVIEW;
  readonly #redactor: Redactor;
  readonly #onObject: ((object: object) => void) | undefined;
  /** The objects between the root and here (meeting one again is a cycle), and the steps from each to the next. */
  readonly #open: object[] = [];
  readonly #steps: string[] = [];
  readonly #hashing = { parts: HASHED_PARTS };
  #parts = 0;
  #textSoFar = 0;

  constructor(limits: typeof PREVIEW, redactor: Redactor, onObject: ((object: object) => void) | undefined) {
    this.#limits = limits;
    this.#redactor = redactor;
    this.#onObject = onObject;
  }

  capture(value: unknown, key: string | undefined, depth: number): Captured {
    const masked = key === undefined ? undefined : this.#redactor.byKey(key, value);
    if (masked !== undefined) return masked;
    switch (typeof value) {
      case 'string':
        return this.#text(this.#redactor.text(value));
      case 'number':
        if (Object.is(value, -0)) return { $: 'number', value: '-0' };
        return Number.isFinite(value) ? value : { $: 'number', value: String(value) };
      case 'boolean':
        return value;
      case 'undefined':
        return { $: 'undefined' };
      case 'bigint':
        return this.#whole('bigint', String(value));
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
    if (seenAt >= 0) return { $: 'cycle', path: this.#steps.slice(0, seenAt).map(pointerStep).join('') };
    this.#parts++;
    if (depth > this.#limits.depth || this.#parts > this.#limits.parts) {
      return { $: 'deep', of: kindOf(value), size: sizeOf(value), sha256: this.#hash(value) };
    }
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
    if (value instanceof URL) return this.#whole('url', value.href);
    if (types.isNativeError(value) || value instanceof Error) return this.#error(value, depth);
    if (types.isMap(value)) return this.#map(value, depth);
    if (types.isSet(value)) return this.#set(value, depth);
    if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)) return this.#binary(value);
    if (types.isPromise(value)) return { $: 'promise' };
    if (types.isWeakMap(value) || types.isWeakSet(value) || value instanceof WeakRef) {
      return { $: 'weak', class: kindOf(value) };
    }
    if (types.isBoxedPrimitive(value)) {
      return {
        $: 'instance',
        class: kindOf(value),
        value: this.capture(value.valueOf(), undefined, depth + 1),
      };
    }
    const fields = this.#fields(value, Object.keys(value), depth);
    const className = classOf(value);
    return className === undefined ? fields : { $: 'instance', class: this.#label(className), value: fields };
  }

  #text(text: string): Captured {
    const spent = this.#textSoFar > this.#limits.whole;
    this.#textSoFar += text.length;
    if (text.length <= (spent ? SPENT.text : this.#limits.text)) return text;
    const { textHead, textTail } = spent ? SPENT : this.#limits;
    const [head, tail] = [text.slice(0, textHead), text.slice(-textTail)];
    return { $: 'cut-text', head, tail, size: text.length, sha256: sha256(text) };
  }

  /** A value that is nothing without its last character: whole, or cut like any text. */
  #whole(kind: 'bigint' | 'url', text: string): Captured {
    const safe = this.#redactor.text(text);
    return safe.length > this.#limits.text ? this.#text(safe) : { $: kind, value: safe };
  }

  /** A text beside the value: a name or a message. */
  #label(text: unknown): string {
    const safe = this.#redactor.text(String(text));
    return safe.length > this.#limits.label ? `${safe.slice(0, this.#limits.label)}…` : safe;
  }

  #list(list: readonly unknown[], depth: number): Captured {
    const { items, itemsHead, itemsTail } = this.#limits;
    const part = (from: number, to: number): Captured[] => {
      const captured: Captured[] = [];
      for (let i = from; i < to; i++) captured.push(this.#child(list[i], i, undefined, depth));
      return captured;
    };
    const size = list.length;
    if (size <= items) return part(0, size);
    const hash = this.#hash(list);
    return {
      $: 'cut-list',
      head: part(0, itemsHead),
      tail: part(size - itemsTail, size),
      size,
      sha256: hash,
    };
  }

  #fields(value: object, keys: readonly string[], depth: number): Captured {
    const cut = keys.length > this.#limits.items;
    const hash = cut ? this.#hash(value) : '';
    const fields: Record<string, Captured> = {};
    for (const key of cut ? keys.slice(0, this.#limits.itemsHead) : keys) {
      const captured = this.#field(value, key, depth);
      const name = this.#key(key);
      if (name === '__proto__') Object.defineProperty(fields, name, { value: captured, enumerable: true });
      else fields[name] = captured;
    }
    if (cut) return { $: 'cut-object', head: fields, size: keys.length, sha256: hash };
    return Object.hasOwn(fields, '$') ? { $: 'object', entries: Object.entries(fields) } : fields;
  }

  #field(value: object, key: string, depth: number): Captured {
    let field: unknown;
    try {
      field = (value as Record<string, unknown>)[key];
    } catch (error) {
      return { $: 'threw', message: this.#label(messageOf(error)) };
    }
    return this.#child(field, key, key, depth);
  }

  /** A key as the trace names it: long ones keep what tells them apart. */
  #key(key: string): string {
    const safe = this.#redactor.keyText(key);
    return safe.length > this.#limits.label
      ? `${safe.slice(0, this.#limits.label)}…${sha256(safe).slice(0, 16)}`
      : safe;
  }

  #child(value: unknown, step: string | number, key: string | undefined, depth: number): Captured {
    if (typeof value !== 'object' || value === null) {
      this.#parts++;
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
        : { stack: this.#redactor.text(String(stack)).slice(0, this.#limits.text) }),
    } as const;
    const hidden = ['cause', 'errors'].filter((key) => Object.hasOwn(error, key));
    const keys = new Set([...Object.keys(error), ...hidden]);
    if (keys.size === 0) return form;
    const fields = this.#fields(error, [...keys], depth);
    return { $: 'instance', class: this.#label(kindOf(error)), value: { error: form, fields } };
  }

  #map(map: ReadonlyMap<unknown, unknown>, depth: number): Captured {
    const cut = map.size > this.#limits.items ? { sha256: this.#hash(map) } : {};
    const entries: [Captured, Captured][] = [];
    for (const [key, value] of map) {
      if (entries.length >= this.#limits.items) break;
      const step = entries.length;
      const name = typeof key === 'string' ? key : undefined;
      entries.push([this.#child(key, step, undefined, depth), this.#child(value, step, name, depth)]);
    }
    return { $: 'map', size: map.size, entries, ...cut };
  }

  #set(set: ReadonlySet<unknown>, depth: number): Captured {
    const cut = set.size > this.#limits.items ? { sha256: this.#hash(set) } : {};
    const values: Captured[] = [];
    for (const value of set) {
      if (values.length >= this.#limits.items) break;
      values.push(this.#child(value, values.length, undefined, depth));
    }
    return { $: 'set', size: set.size, values, ...cut };
  }

  #binary(value: ArrayBufferView | ArrayBufferLike): Captured {
    const bytes = ArrayBuffer.isView(value)
      ? Buffer.from(value.buffer, value.byteOffset, value.byteLength)
      : Buffer.from(value);
    const text = bytes.toString('latin1', 0, BINARY_LOOK);
    const safe = this.#redactor.text(text);
    const shown =
      safe === text ? bytes : Buffer.concat([Buffer.from(safe, 'latin1'), bytes.subarray(BINARY_LOOK)]);
    const head = shown.subarray(0, 32).toString('hex');
    return { $: 'binary', class: kindOf(value), bytes: bytes.length, sha256: sha256(shown), head };
  }

  #hash(value: object): string {
    return fingerprint(value, { redactor: this.#redactor, onObject: this.#onObject, budget: this.#hashing });
  }
}
