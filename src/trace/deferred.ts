import type { Captured } from './captured.js';
import type { KnownTraceEvent } from './event.js';

/** Where the long values of an event are: in the line of the event with that number, which `line` reads. */
export type Place = Readonly<{
  event: number;
  file: { line(event: number): Readonly<Record<string, unknown>> | undefined };
}>;

/** Shorter lines stay in memory as they are: what would take their place is not much smaller. */
const LONG_LINE = 640;
/** In characters of JSON, about. */
const LONG_VALUE = 160;

/**
 * An event whose long values are read from the file each time that they are looked at. Nothing else tells it from the
 * event as it was read; a copy by spreading has the values themselves.
 */
export function withDeferredValues(event: KnownTraceEvent, length: number, place: Place): KnownTraceEvent {
  if (length < LONG_LINE) return event;
  switch (event.type) {
    case 'store.changed':
      return { ...event, set: deferred(event.set, Object.keys(event.set), { ...place, path: ['set'] }) };
    case 'params.resolved': {
      const params = Object.entries(event.params).map(
        ([name, param]) =>
          [name, deferred(param, ['template', 'value'], { ...place, path: ['params', name] })] as const,
      );
      return { ...event, params: Object.fromEntries(params) };
    }
    case 'llm.request':
      return deferred(event, ['prompt', 'system', 'settings'], { ...place, path: [] });
    case 'llm.response':
      return deferred(event, ['text', 'object', 'rawUsage'], { ...place, path: [] });
    case 'workflow.planned':
      return deferred(event, ['ir'], { ...place, path: [] });
    case 'log.written':
      return deferred(event, ['text'], { ...place, path: [] });
    default:
      return event;
  }
}

/** A field of a record without looking at it, where its value is still in the file. */
export function fieldOf(record: Readonly<Record<string, Captured>>, key: string): Captured | Deferred {
  const isDeferred = SOURCE in record && Object.getOwnPropertyDescriptor(record, key)?.get;
  return isDeferred ? new Deferred(record, key) : record[key]!;
}

/** A value that is in the file. */
export class Deferred {
  readonly #record: Readonly<Record<string, Captured>>;
  readonly #key: string;
  #field: PropertyDescriptor | undefined;

  constructor(record: Readonly<Record<string, Captured>>, key: string) {
    this.#record = record;
    this.#key = key;
  }

  read(): Captured {
    return this.#record[this.#key]!;
  }

  /** As a field of another record: always the same getter, which tells that the value is the same. */
  get field(): PropertyDescriptor {
    return (this.#field ??= { enumerable: true, configurable: true, get: () => this.read() });
  }
}

/** Where a record's deferred fields are: `path` leads to the record from the line's root. */
const SOURCE = Symbol('source');
type Source = Place & Readonly<{ path: readonly string[] }>;

/** The record with getters in place of those of its fields that are long. */
function deferred<T extends object>(record: T, fields: readonly string[], source: Source): T {
  const long = fields.filter((key) => Object.hasOwn(record, key) && isLong((record as Fields)[key]));
  if (long.length === 0) return record;
  const copy = Object.defineProperty({}, SOURCE, { value: source });
  for (const [key, value] of Object.entries(record)) {
    const field = long.includes(key) ? getterOf(key) : { ...DATA, value: value as unknown };
    Object.defineProperty(copy, key, field);
  }
  return copy as T;
}

type Fields = Readonly<Record<string, unknown>>;

const DATA = { enumerable: true, configurable: true, writable: true };

/** By key: records with the same fields then share their shape, which makes each of them small. */
const getters = new Map<string, PropertyDescriptor>();

function getterOf(key: string): PropertyDescriptor {
  let getter = getters.get(key);
  if (!getter) {
    const get = function (this: { [SOURCE]: Source }): unknown {
      return fieldIn(this[SOURCE], key);
    };
    getters.set(key, (getter = { enumerable: true, configurable: true, get }));
  }
  return getter;
}

function fieldIn({ file, event, path }: Source, key: string): unknown {
  let record: unknown = file.line(event);
  for (const step of [...path, key]) {
    if (typeof record !== 'object' || record === null || !Object.hasOwn(record, step)) return lost(key);
    record = (record as Fields)[step];
  }
  return record;
}

/** What stands for a value whose line is not in the file any more. */
function lost(key: string): Captured {
  const message = 'the trace file was changed while it was open';
  return key === 'text' ? `[${message}]` : { $: 'threw', message };
}

function isLong(value: unknown): boolean {
  return lengthUpTo(LONG_VALUE, value) >= LONG_VALUE;
}

/** About how many characters a value takes as JSON; counting stops at `limit`. */
function lengthUpTo(limit: number, value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 4;
  let length = 2;
  for (const key in value) {
    if (length >= limit) break;
    length +=
      (Array.isArray(value) ? 1 : key.length + 4) + lengthUpTo(limit - length, (value as Fields)[key]);
  }
  return length;
}
