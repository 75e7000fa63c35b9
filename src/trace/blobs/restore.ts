import { formatPointer } from '../../lib/data/json-pointer.js';
import { fieldsOf, isMarked, type Captured, type Marked } from '../event/captured.js';
import { NO_VALUES, wholeOf, type Values } from './blob-store.js';

/** A part of a value that a trace does not hold: its place as keys and indexes, and why, as what follows its name. */
export type Lost = Readonly<{ path: readonly (string | number)[]; why: string }>;

/**
 * A captured value as it was. What the trace does not hold of it, nor `values`, stands as undefined and is named; what was cut
 * or masked in part is lost as a whole.
 */
export function restoreValue(captured: Captured, values = NO_VALUES): { value: unknown; lost: Lost[] } {
  const walk = new Walk(values);
  return { value: walk.restore(captured, []), lost: walk.lost };
}

type Path = Lost['path'];

class Walk {
  readonly lost: Lost[] = [];
  readonly #values: Values;
  /** The containers by pointer. A cycle leads to one that is still being filled, which is the last one of its pointer. */
  readonly #containers = new Map<string, object>();

  constructor(values: Values) {
    this.#values = values;
  }

  restore(part: Captured, at: Path): unknown {
    const captured = wholeOf(part, this.#values);
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
        return marked.sha256 === undefined ? this.#map(marked.entries, at) : this.#lose(at, CUT);
      case 'set':
        return marked.sha256 === undefined ? this.#set(marked.values, at) : this.#lose(at, CUT);
      case 'object':
        return this.#fields(marked.entries, {}, at);
      case 'cycle':
        return this.#containers.get(marked.path) ?? this.#lose(at, 'refers to what is lost');
      case 'instance':
        return this.#instance(marked, at);
      case 'cut-text':
      case 'cut-list':
      case 'cut-object':
      case 'deep':
        return this.#lose(at, CUT);
      case 'secret':
        return this.#lose(at, 'is a secret and was masked');
      case 'omitted':
        return this.#lose(at, 'was left out');
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

  /** A value that is nothing without its last character. */
  #whole(text: string, at: Path, parse: (text: string) => unknown): unknown {
    if (MASK.test(text)) return this.#lose(at, 'holds a secret that was masked');
    try {
      return parse(text);
    } catch {
      return this.#lose(at, CUT);
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

  /** An error with fields of its own comes back; of any other class only the fields are known, and not what they mean. */
  #instance({ class: name, value }: Extract<Marked, { $: 'instance' }>, at: Path): unknown {
    const { error, fields = {} } = (value ?? {}) as { error?: Captured; fields?: Captured };
    if (error === undefined || !isMarked(error) || error.$ !== 'error' || typeof fields !== 'object')
      return this.#lose(at, described(`is of class ${name}`));
    const whole = wholeOf(fields, this.#values);
    if (isMarked(whole) && whole.$ === 'cut-object') return this.#lose(at, CUT);
    return this.#fields(fieldsOf(whole), restoreError(error), at);
  }
}

const CUT = 'was too large to be kept whole';
/** What a redactor leaves in place of a secret. */
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
  return `${what}, of which only a description was kept`;
}
