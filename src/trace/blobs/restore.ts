/** Restores captured values to live JavaScript values. */
import { formatPointer } from '../../lib/data/json-pointer.js';
import { listFields, isMarked, type Captured, type Marked } from '../event/captured.js';
import { NO_BLOBS, fullValue, type BlobStore } from './blob-store.js';

/**
 * A part of a value that a trace does not contain: its path as keys and indexes, and the reason as a predicate ("was
 * …").
 */
export type LostPart = Readonly<{ path: readonly (string | number)[]; why: string }>;

/**
 * Converts a captured value back to a live one. What neither the trace nor `values` contains becomes undefined and is
 * listed in `lost`; a value that was partly truncated or masked is lost entirely.
 */
export function restoreValue(captured: Captured, values = NO_BLOBS): { value: unknown; lost: LostPart[] } {
  const walk = new Walk(values);
  return { value: walk.restore(captured, []), lost: walk.lost };
}

type Path = LostPart['path'];

class Walk {
  readonly lost: LostPart[] = [];
  readonly #values: BlobStore;
  /**
   * Containers by pointer. A cycle refers to one that is still being filled, which is the last one set for its pointer.
   */
  readonly #containers = new Map<string, object>();

  constructor(values: BlobStore) {
    this.#values = values;
  }

  restore(part: Captured, at: Path): unknown {
    const captured = fullValue(part, this.#values);
    if (typeof captured === 'string')
      return MASK.test(captured) ? this.#lose(at, 'holds a secret that was masked') : captured;
    if (typeof captured !== 'object' || captured === null) return captured;
    if (isMarked(captured)) return this.#marked(captured, at);
    if (Array.isArray(captured)) return this.#list(captured as readonly Captured[], at);
    return this.#fields(Object.entries(captured), {}, at);
  }

  #marked(marked: Marked, at: Path): unknown {
    switch (marked.$) {
      case 'undefined':
        return undefined;
      case 'number':
        return Number(marked.value);
      case 'bigint':
        return this.#whole(marked.value, at, BigInt);
      case 'date':
        return new Date(marked.value);
      case 'regexp':
        return this.#whole(marked.value, at, regExp);
      case 'url':
        return this.#whole(marked.value, at, (text) => new URL(text));
      case 'error':
        return restoreError(marked);
      case 'map':
        return marked.sha256 === undefined ? this.#map(marked.entries, at) : this.#lose(at, TRUNCATED);
      case 'set':
        return marked.sha256 === undefined ? this.#set(marked.values, at) : this.#lose(at, TRUNCATED);
      case 'object':
        return this.#fields(marked.entries, {}, at);
      case 'cycle':
        return this.#containers.get(marked.path) ?? this.#lose(at, 'refers to a value that is lost');
      case 'instance':
        return this.#instance(marked, at);
      case 'cut-text':
      case 'cut-list':
      case 'cut-object':
      case 'deep':
        return this.#lose(at, TRUNCATED);
      case 'secret':
        return this.#lose(at, 'is a secret and was masked');
      case 'omitted':
        return this.#lose(at, 'was not captured');
      case 'threw':
        return this.#lose(at, 'threw an error when it was read');
      case 'binary':
      case 'weak':
        return this.#lose(at, described(`is of class ${marked.class}`));
      case 'function':
      case 'symbol':
      case 'promise':
        return this.#lose(at, described(`is a ${marked.$}`));
    }
  }

  #lose(path: Path, why: string): undefined {
    this.lost.push({ path, why });
    return undefined;
  }

  /** Parses a value that is useless unless its text is complete. */
  #whole(text: string, at: Path, parse: (text: string) => unknown): unknown {
    if (MASK.test(text)) return this.#lose(at, 'holds a secret that was masked');
    try {
      return parse(text);
    } catch {
      return this.#lose(at, TRUNCATED);
    }
  }

  #list(items: readonly Captured[], at: Path): unknown[] {
    const list: unknown[] = [];
    this.#containers.set(formatPointer(at), list);
    for (const [i, item] of items.entries()) list.push(this.restore(item, [...at, i]));
    return list;
  }

  #fields(entries: readonly (readonly [string, Captured])[], target: object, at: Path): object {
    this.#containers.set(formatPointer(at), target);
    for (const [key, item] of entries) {
      const value = this.restore(item, [...at, key]);
      // Defined instead of assigned: a key "__proto__" stays data.
      Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
    }
    return target;
  }

  #map(entries: readonly (readonly [Captured, Captured])[], at: Path): Map<unknown, unknown> {
    const map = new Map<unknown, unknown>();
    this.#containers.set(formatPointer(at), map);
    for (const [i, [key, value]] of entries.entries()) {
      const step = [...at, i];
      map.set(this.restore(key, step), this.restore(value, step));
    }
    return map;
  }

  #set(values: readonly Captured[], at: Path): Set<unknown> {
    const set = new Set<unknown>();
    this.#containers.set(formatPointer(at), set);
    for (const [i, value] of values.entries()) set.add(this.restore(value, [...at, i]));
    return set;
  }

  /**
   * Restores an error with its own fields; instances of other classes are lost, because only their fields are known.
   */
  #instance({ class: name, value }: Extract<Marked, { $: 'instance' }>, at: Path): unknown {
    const { error, fields = {} } = (value ?? {}) as { error?: Captured; fields?: Captured };
    if (error === undefined || !isMarked(error) || error.$ !== 'error' || typeof fields !== 'object')
      return this.#lose(at, described(`is of class ${name}`));
    const whole = fullValue(fields, this.#values);
    if (isMarked(whole) && whole.$ === 'cut-object') return this.#lose(at, TRUNCATED);
    return this.#fields(listFields(whole), restoreError(error), at);
  }
}

/** The reason of a part that is lost because it was truncated. */
export const TRUNCATED = 'was too large to be captured in full';

/** Whether a part is lost because a secret in it was masked. */
export function isMaskedReason(why: LostPart['why']): boolean {
  return why.endsWith('masked');
}
/** The mask that a redactor leaves in place of a secret. */
const MASK = /\[secret:[^\]]*\]/;

function restoreError({ name, message, stack }: Extract<Marked, { $: 'error' }>): Error {
  const error = new (errorClasses.get(name) ?? Error)(message);
  if (error.name !== name) error.name = name;
  if (stack !== undefined) error.stack = stack;
  return error;
}

const errorClasses: ReadonlyMap<string, new (message: string) => Error> = new Map(
  [EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError].map((each) => [each.name, each]),
);

function regExp(text: string): RegExp {
  const end = text.lastIndexOf('/');
  return new RegExp(text.slice(1, end), text.slice(end + 1));
}

function described(what: string): string {
  return `${what}, of which only a description was captured`;
}
