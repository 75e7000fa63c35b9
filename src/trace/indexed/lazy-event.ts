/** Defines lazy events, whose large values are re-read from the trace file on access. */
import type { Captured } from '../event/captured.js';
import type { EventOf, KnownTraceEvent } from '../event/event.js';
import { LineSearch } from './line-search.js';

/** Location of an event's values: the line of that event, read by `file`. */
export type LineReference = Readonly<{ event: number; file: TraceLines }>;

/** Line access to a trace file; undefined for a line that is no longer there. */
type TraceLines = {
  line(event: number): Readonly<Record<string, unknown>> | undefined;
  /** Whether a line contains a lower-case text; undefined if that is not known yet. */
  lineHas(event: number, wanted: string): boolean | undefined;
};

/** Shorter lines without store changes or parameters stay in memory: a lazy event would hardly be smaller. */
export const LONG_LINE = 640;
/** In characters of JSON, approximately. */
const LONG_VALUE = 160;

/**
 * Lazily loaded event: large values are re-read from the file on access. Parameters and store changes, most of a trace,
 * are always lazy, other fields if they are long; this keeps memory bounded when a large trace is opened. It behaves
 * like the original event; a copy made by spreading contains the values themselves.
 */
export function toLazyEvent(event: KnownTraceEvent, length: number, place: LineReference): KnownTraceEvent {
  if (event.type === 'store.changed') return new LazyStoreChange(event, place);
  if (event.type === 'params.resolved') return new LazyParams(event, place);
  if (length < LONG_LINE) return event;
  switch (event.type) {
    case 'llm.request':
      return makeLazy(event, ['prompt', 'system', 'settings', 'parts', 'tools', 'responseFormat'], place);
    case 'llm.response':
      return makeLazy(event, ['text', 'object', 'rawUsage', 'reasoning', 'toolCalls'], place);
    case 'workflow.planned':
      return makeLazy(event, ['ir'], place);
    case 'log.written':
      return makeLazy(event, ['text'], place);
    default:
      return event;
  }
}

/**
 * Whether an event's values contain a lower-case text; undefined while the file is still being searched. `look` checks
 * the values themselves; for a lazy event it is only called if the line contains the text, possibly outside its values.
 */
export function valuesInclude(event: object, wanted: string, look: () => boolean): boolean | undefined {
  if (event instanceof LazyStoreChange || event instanceof LazyParams)
    return event.lineHas(wanted) && (LineSearch.isUnambiguous(wanted) || look());
  const place = PLACE in event ? (event as { [PLACE]: LineReference })[PLACE] : undefined;
  return place === undefined ? look() : place.file.lineHas(place.event, wanted) && look();
}

type Change = EventOf<'store.changed'>;

/** A lazy store change. */
export class LazyStoreChange implements Change {
  readonly seq: number;
  readonly at: number;
  readonly type = 'store.changed';
  readonly span: number;
  declare readonly store?: number;
  declare readonly set: Change['set'];
  declare readonly deleted?: string[];
  readonly #event: number;
  readonly #file: TraceLines;
  #paths: readonly string[] | undefined;

  constructor({ seq, at, span, store, set, deleted }: Change, { event, file }: LineReference) {
    this.seq = seq;
    this.at = at;
    this.span = span;
    if (store !== undefined) this.store = store;
    Object.defineProperty(this, 'set', LazyStoreChange.#set);
    if (deleted !== undefined) this.deleted = deleted;
    this.#event = event;
    this.#file = file;
    this.#paths = Object.keys(set);
  }

  lineHas(wanted: string): boolean | undefined {
    return this.#file.lineHas(this.#event, wanted);
  }

  /** The paths that were set; the first call needs no file access. */
  takePaths(): readonly string[] {
    const paths = this.#paths ?? Object.keys(this.set);
    this.#paths = undefined;
    return paths;
  }

  static readonly #set: PropertyDescriptor & ThisType<LazyStoreChange> = {
    enumerable: true,
    get() {
      return this.#file.line(this.#event)?.['set'] ?? {};
    },
  };
}

/** A lazy value: what a change set at a path. */
export class LazyValue {
  readonly #change: Change;
  readonly #path: string;
  #field: PropertyDescriptor | undefined;

  constructor(change: Change, path: string) {
    this.#change = change;
    this.#path = path;
  }

  read(): Captured {
    const { set } = this.#change;
    return Object.hasOwn(set, this.#path) ? set[this.#path]! : lost(this.#path);
  }

  /** As a property of another record: always the same getter, which identifies the value as unchanged. */
  get field(): PropertyDescriptor {
    return (this.#field ??= { enumerable: true, configurable: true, get: () => this.read() });
  }
}

type Resolved = EventOf<'params.resolved'>;

/** A lazy event of resolved parameters. */
class LazyParams implements Resolved {
  readonly seq: number;
  readonly at: number;
  readonly type = 'params.resolved';
  readonly span: number;
  declare readonly params: Resolved['params'];
  readonly #event: number;
  readonly #file: TraceLines;

  constructor({ seq, at, span }: Resolved, { event, file }: LineReference) {
    this.seq = seq;
    this.at = at;
    this.span = span;
    Object.defineProperty(this, 'params', LazyParams.#params);
    this.#event = event;
    this.#file = file;
  }

  lineHas(wanted: string): boolean | undefined {
    return this.#file.lineHas(this.#event, wanted);
  }

  static readonly #params: PropertyDescriptor & ThisType<LazyParams> = {
    enumerable: true,
    get() {
      return this.#file.line(this.#event)?.['params'] ?? { parameters: { value: lost('parameters') } };
    },
  };
}

/** Key for the location of a lazy event's long fields. */
const PLACE = Symbol('place');

/** Replaces the long fields of an event by getters. */
function makeLazy<T extends KnownTraceEvent>(event: T, fields: readonly string[], place: LineReference): T {
  const long = fields.filter((key) => Object.hasOwn(event, key) && isLong((event as Fields)[key]));
  if (long.length === 0) return event;
  const copy = Object.defineProperty({}, PLACE, { value: place });
  for (const [key, value] of Object.entries(event)) {
    const field = long.includes(key) ? getterFor(key) : { ...DATA, value: value as unknown };
    Object.defineProperty(copy, key, field);
  }
  return copy as T;
}

type Fields = Readonly<Record<string, unknown>>;

const DATA = { enumerable: true, configurable: true, writable: true };

/** Shared per key: events with the same fields then share a hidden class, which keeps each of them small. */
const getters = new Map<string, PropertyDescriptor>();

function getterFor(key: string): PropertyDescriptor {
  let getter = getters.get(key);
  if (!getter) {
    const get = function (this: { [PLACE]: LineReference }): unknown {
      return fieldIn(this[PLACE], key);
    };
    getters.set(key, (getter = { enumerable: true, configurable: true, get }));
  }
  return getter;
}

function fieldIn({ file, event }: LineReference, key: string): unknown {
  const line = file.line(event);
  return line !== undefined && Object.hasOwn(line, key) ? line[key] : lost(key);
}

/** Placeholder for a value whose line is no longer in the file. */
function lost(key: string): Captured {
  const message = 'the trace file was changed while it was open';
  return key === 'text' ? `[${message}]` : { $: 'threw', message };
}

function isLong(value: unknown): boolean {
  return lengthUpTo(LONG_VALUE, value) >= LONG_VALUE;
}

/** Approximate length of a value's JSON; stops counting at `limit`. */
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
