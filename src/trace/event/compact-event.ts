/** Compact encoding of the hot event types: span starts and ends, resolved parameters and store changes. */
import type { Captured } from './captured.js';
import type { EventOf, KnownTraceEvent, TraceEvent } from './event.js';
import { UNSTAMPED } from './event-format.js';
import { BRACE, COMMA, type JsonBytes } from './json-bytes.js';

/** The phases of a node, in order. */
export const phaseNames = ['prep', 'exec', 'post'] as const;
export type PhaseName = (typeof phaseNames)[number];

/**
 * Compact encoding of the events that nodes emit most. Each is a class with a fixed shape: the file serializes it from
 * constant byte pieces, the log stores only its numbers, and the full event is built for subscribers and readers only.
 * They share no base class: a two-step constructor call would cost more than everything else here.
 */
export type CompactEvent = NodeStarted | PhaseStarted | SpanFinished | ParamsResolved | StoreChanged;

interface Lean {
  seq: number;
  at: number;
  readonly span: number;
  toEvent(): KnownTraceEvent;
  /** Appends the event's line. Returns false, having appended nothing, when it does not fit the template. */
  addTo(json: JsonBytes): boolean;
}

function isLean(reported: { seq?: number }): reported is CompactEvent {
  return 'toEvent' in reported;
}

/** Converts to the full event. */
export function toTraceEvent(reported: TraceEvent | CompactEvent): TraceEvent {
  return isLean(reported) ? reported.toEvent() : reported;
}

/** Start of a node's first visit. */
export class NodeStarted implements Lean {
  seq: number = UNSTAMPED;
  at: number = UNSTAMPED;
  readonly span: number;
  readonly name: string;
  readonly parent: number;
  readonly nodeType: string;

  constructor(span: number, name: string, parent: number, nodeType: string) {
    this.span = span;
    this.name = name;
    this.parent = parent;
    this.nodeType = nodeType;
  }

  toEvent(): EventOf<'span.started'> {
    const { seq, at, span, name, parent, nodeType } = this;
    return { seq, at, type: 'span.started', span, kind: 'node', name, parent, nodeType };
  }

  addTo(json: JsonBytes): boolean {
    if (!json.addFilled(NODE, this.seq, this.at, this.span)) return false;
    json.addText(this.name);
    json.addRaw(PARENT);
    json.addNumber(this.parent);
    json.addRaw(NODE_TYPE);
    json.addText(this.nodeType);
    json.addRaw(END);
    return true;
  }
}

export class PhaseStarted implements Lean {
  seq: number = UNSTAMPED;
  at: number = UNSTAMPED;
  readonly span: number;
  readonly name: PhaseName;
  readonly parent: number;

  constructor(span: number, name: PhaseName, parent: number) {
    this.span = span;
    this.name = name;
    this.parent = parent;
  }

  toEvent(): EventOf<'span.started'> {
    const { seq, at, span, name, parent } = this;
    return { seq, at, type: 'span.started', span, kind: 'phase', name, parent };
  }

  addTo(json: JsonBytes): boolean {
    return json.addFilled(PHASES[this.name], this.seq, this.at, this.span, this.parent);
  }
}

/** End of a span that succeeded, with no further details. */
export class SpanFinished implements Lean {
  seq: number = UNSTAMPED;
  at: number = UNSTAMPED;
  readonly span: number;

  constructor(span: number) {
    this.span = span;
  }

  toEvent(): EventOf<'span.finished'> {
    const { seq, at, span } = this;
    return { seq, at, type: 'span.finished', span, status: 'ok' };
  }

  addTo(json: JsonBytes): boolean {
    return json.addFilled(ENDED, this.seq, this.at, this.span);
  }
}

type Params = EventOf<'params.resolved'>['params'];

export class ParamsResolved implements Lean {
  seq: number = UNSTAMPED;
  at: number = UNSTAMPED;
  readonly span: number;
  readonly params: Params;

  constructor(span: number, params: Params) {
    this.span = span;
    this.params = params;
  }

  toEvent(): EventOf<'params.resolved'> {
    const { seq, at, span, params } = this;
    return { seq, at, type: 'params.resolved', span, params };
  }

  addTo(json: JsonBytes): boolean {
    if (!json.addFilled(PARAMS, this.seq, this.at, this.span)) return false;
    json.addValue(this.params);
    json.addRaw(END);
    return true;
  }
}

/**
 * A change of a store. Keys and values alternate in one list: building a record of keys that occur once would cost more
 * than the values.
 */
export class StoreChanged implements Lean {
  seq: number = UNSTAMPED;
  at: number = UNSTAMPED;
  readonly span: number;
  /** Pointer, value, pointer, value … */
  readonly set: readonly (string | Captured)[];
  readonly store: number | undefined;
  readonly deleted: string[] | undefined;

  constructor(
    span: number,
    set: readonly (string | Captured)[],
    store: number | undefined,
    deleted: string[] | undefined,
  ) {
    this.span = span;
    this.set = set;
    this.store = store;
    this.deleted = deleted;
  }

  toEvent(): EventOf<'store.changed'> {
    const { seq, at, span, store, deleted } = this;
    const set = Object.create(null) as Record<string, Captured>;
    for (let i = 0; i < this.set.length; i += 2) set[this.set[i] as string] = this.set[i + 1]!;
    const event: EventOf<'store.changed'> = { seq, at, type: 'store.changed', span, set };
    if (store !== undefined) event.store = store;
    if (deleted) event.deleted = deleted;
    return event;
  }

  addTo(json: JsonBytes): boolean {
    const { set, store, deleted } = this;
    if (set.length === 0 || !json.addFilled(CHANGED, this.seq, this.at, this.span)) return false;
    for (let i = 0; i < set.length; i += 2) {
      json.addName(i === 0 ? BRACE : COMMA, set[i] as string);
      json.addValue(set[i + 1]);
    }
    json.addRaw(SET_END);
    if (store !== undefined) {
      json.addRaw(STORE);
      json.addNumber(store);
    }
    if (deleted) {
      json.addRaw(DELETED);
      json.addValue(deleted);
    }
    json.addRaw(END);
    return true;
  }
}

/** The constant pieces of a line: before each of its numbers and after the last. */
function pieces(type: KnownTraceEvent['type'], ...more: readonly string[]): Uint8Array[] {
  return ['{"seq":', ',"at":', `,"type":"${type}","span":`, ...more].map((piece) => Buffer.from(piece));
}

const phasePieces = (name: PhaseName): Uint8Array[] =>
  pieces('span.started', `,"kind":"phase","name":"${name}","parent":`, '}\n');

const PHASES = { prep: phasePieces('prep'), exec: phasePieces('exec'), post: phasePieces('post') };
const NODE = pieces('span.started', ',"kind":"node","name":');
const PARENT = Buffer.from(',"parent":');
const NODE_TYPE = Buffer.from(',"nodeType":');
const ENDED = pieces('span.finished', ',"status":"ok"}\n');
const PARAMS = pieces('params.resolved', ',"params":');
const CHANGED = pieces('store.changed', ',"set":');
const SET_END = Buffer.from('}');
const STORE = Buffer.from(',"store":');
const DELETED = Buffer.from(',"deleted":');
const END = Buffer.from('}\n');
