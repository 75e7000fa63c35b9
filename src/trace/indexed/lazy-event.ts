import type { Captured } from '../event/captured.js';
import type { EventOf, KnownTraceEvent } from '../event/event.js';
import { LineSearch } from './line-search.js';

/** Where the values of an event are: in the line of the event with that number, which `line` reads. */
export type Place = Readonly<{ event: number; file: TraceLines }>;

/** A trace file, line by line; undefined for what is not there any more. */
type TraceLines = {
  line(event: number): Readonly<Record<string, unknown>> | undefined;
  /** Whether a line has a text, in lower case, somewhere in it; undefined where that is not known yet. */
  lineHas(event: number, wanted: string): boolean | undefined;
};

/** Shorter lines of few long values stay in memory as they are: what would take their place is not much smaller. */
export const LONG_LINE = 640;
/** In characters of JSON, about. */
const LONG_VALUE = 160;

/**
 * An event whose values are read from the file each time that they are looked at: parameters and what was set always, of which
 * a trace is mostly made, any other where it is long. Nothing else tells it from the event as it was read; a copy by spreading
 * has the values themselves.
 */
export function withDeferredValues(event: KnownTraceEvent, length: number, place: Place): KnownTraceEvent {
  if (event.type === 'store.changed') return new DeferredChange(event, place);
  if (event.type === 'params.resolved') return new DeferredParams(event, place);
  if (length < LONG_LINE) return event;
  switch (event.type) {
    case 'llm.request':
      return deferred(event, ['prompt', 'system', 'settings'], place);
    case 'llm.response':
      return deferred(event, ['text', 'object', 'rawUsage'], place);
    case 'workflow.planned':
      return deferred(event, ['ir'], place);
    case 'log.written':
      return deferred(event, ['text'], place);
    default:
      return event;
  }
}

/**
 * Whether the values of an event have a text, which is in lower case; undefined while its file is looked through for it.
 * `look` looks at them: of an event in the file they are only read where the line has the text and may have it elsewhere.
 */
export function valuesHave(event: object, wanted: string, look: () => boolean): boolean | undefined {
  if (event instanceof DeferredChange || event instanceof DeferredParams)
    return event.lineHas(wanted) && (LineSearch.isTelling(wanted) || look());
  const place = PLACE in event ? (event as { [PLACE]: Place })[PLACE] : undefined;
  return place === undefined ? look() : place.file.lineHas(place.event, wanted) && look();
}

type Change = EventOf<'store.changed'>;

/** A change of a store that is in the file. */
export class DeferredChange implements Change {
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

  constructor({ seq, at, span, store, set, deleted }: Change, { event, file }: Place) {
    this.seq = seq;
    this.at = at;
    this.span = span;
    if (store !== undefined) this.store = store;
    Object.defineProperty(this, 'set', DeferredChange.#set);
    if (deleted !== undefined) this.deleted = deleted;
    this.#event = event;
    this.#file = file;
    this.#paths = Object.keys(set);
  }

  lineHas(wanted: string): boolean | undefined {
    return this.#file.lineHas(this.#event, wanted);
  }

  /** The paths of what was set. Who asks first is told without reading the file. */
  takePaths(): readonly string[] {
    const paths = this.#paths ?? Object.keys(this.set);
    this.#paths = undefined;
    return paths;
  }

  static readonly #set: PropertyDescriptor & ThisType<DeferredChange> = {
    enumerable: true,
    get() {
      return this.#file.line(this.#event)?.['set'] ?? {};
    },
  };
}

/** A value in the file: what a change set at a path. */
export class Deferred {
  readonly #change: Change;
  readonly #path: string;
  #field: PropertyDescriptor | undefined;

  constructor(change: Change, path: string) {
    this.#change = change;
    this.#path = path;
  }

  read(): Captured {
    return this.#change.set[this.#path] ?? lost(this.#path);
  }

  /** As a field of another record: always the same getter, which tells that the value is the same. */
  get field(): PropertyDescriptor {
    return (this.#field ??= { enumerable: true, configurable: true, get: () => this.read() });
  }
}

type Resolved = EventOf<'params.resolved'>;

/** The parameters of a node that are in the file. */
class DeferredParams implements Resolved {
  readonly seq: number;
  readonly at: number;
  readonly type = 'params.resolved';
  readonly span: number;
  declare readonly params: Resolved['params'];
  readonly #event: number;
  readonly #file: TraceLines;

  constructor({ seq, at, span }: Resolved, { event, file }: Place) {
    this.seq = seq;
    this.at = at;
    this.span = span;
    Object.defineProperty(this, 'params', DeferredParams.#params);
    this.#event = event;
    this.#file = file;
  }

  lineHas(wanted: string): boolean | undefined {
    return this.#file.lineHas(this.#event, wanted);
  }

  static readonly #params: PropertyDescriptor & ThisType<DeferredParams> = {
    enumerable: true,
    get() {
      return this.#file.line(this.#event)?.['params'] ?? { parameters: { value: lost('parameters') } };
    },
  };
}

/** Where an event is whose long fields are in the file. */
const PLACE = Symbol('place');

/** The event with getters in place of those of its fields that are long. */
function deferred<T extends KnownTraceEvent>(event: T, fields: readonly string[], place: Place): T {
  const long = fields.filter((key) => Object.hasOwn(event, key) && isLong((event as Fields)[key]));
  if (long.length === 0) return event;
  const copy = Object.defineProperty({}, PLACE, { value: place });
  for (const [key, value] of Object.entries(event)) {
    const field = long.includes(key) ? getterOf(key) : { ...DATA, value: value as unknown };
    Object.defineProperty(copy, key, field);
  }
  return copy as T;
}

type Fields = Readonly<Record<string, unknown>>;

const DATA = { enumerable: true, configurable: true, writable: true };

/** By key: events with the same fields then share their shape, which makes each of them small. */
const getters = new Map<string, PropertyDescriptor>();

function getterOf(key: string): PropertyDescriptor {
  let getter = getters.get(key);
  if (!getter) {
    const get = function (this: { [PLACE]: Place }): unknown {
      return fieldIn(this[PLACE], key);
    };
    getters.set(key, (getter = { enumerable: true, configurable: true, get }));
  }
  return getter;
}

function fieldIn({ file, event }: Place, key: string): unknown {
  const line = file.line(event);
  return line !== undefined && Object.hasOwn(line, key) ? line[key] : lost(key);
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
