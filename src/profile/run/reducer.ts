/** Holds the mutable state of the run reducer and updates its spans and sums. */
import type { PriceTable } from '../../pricing/table/price-table.js';
import type { BlobStore } from '../../trace/blobs/blob-store.js';
import type { EventOf } from '../../trace/event/event.js';
import { updateSpan, type ChangingFields } from './span-state.js';
import { SpanTable } from './span-table.js';
import type { Call, Interval, RunState, Span } from './run-state.js';
import {
  copyTally,
  createTally,
  tallyCalls,
  ZERO_SHARE,
  ZERO_TOTALS,
  replaceShare,
  computeShare,
  toTotals,
  type Share,
  type Tally,
} from './totals.js';
import { iterateAncestors } from './span-tree.js';

/** The reducer's state: the run state and bookkeeping besides it. Containers are updated in place, spans are replaced. */
export type Reducer = {
  readonly prices: PriceTable;
  readonly state: MutableRunState;
  readonly total: Tally;
  /** Per running span with LLM calls below: the sum behind the span's totals. */
  readonly tallies: Map<number, Tally>;
  /** Tallies that are not shared with a fork and may be updated in place. */
  ownTallies: WeakSet<Tally>;
  /** Ids of running spans: few, while the run may have a million spans. */
  readonly running: Set<number>;
  /** Finish events that arrived before their start events. */
  readonly earlyEnds: Map<number, EventOf<'span.finished'>>;
  /** Attempts that were retried: their cost was wasted. */
  readonly superseded: Set<number>;
  /** The waits that have started and not finished, by their cause and span. */
  readonly waits: Map<string, { count: number; span: number | undefined }>;
};

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A run state as the reducer updates it in place; readers get it as the read-only view RunState. */
export type MutableRunState = Mutable<Omit<RunState, keyof Containers>> & Containers;

/** The containers of a run state, updated in place. */
type Containers = {
  readonly plans: EventOf<'workflow.planned'>[];
  readonly spans: SpanTable;
  readonly roots: number[];
  readonly changes: EventOf<'store.changed'>[];
  readonly controls: EventOf<'control.changed'>[];
  readonly links: EventOf<'call.linked'>[];
  readonly waits: Interval[];
  readonly unknownEvents: Map<string, number>;
};

/** Creates the state before any event. */
export function createReducer(prices: PriceTable, values: BlobStore): Reducer {
  return {
    prices,
    state: {
      events: 0,
      lastAt: 0,
      started: undefined,
      finished: undefined,
      status: 'running',
      paused: false,
      asking: false,
      plans: [],
      spans: new SpanTable(),
      roots: [],
      changes: [],
      controls: [],
      links: [],
      waits: [],
      waitingSince: undefined,
      totals: ZERO_TOTALS,
      unknownEvents: new Map(),
      prices,
      values,
    },
    total: createTally(),
    tallies: new Map(),
    ownTallies: new WeakSet(),
    running: new Set(),
    earlyEnds: new Map(),
    superseded: new Set(),
    waits: new Map(),
  };
}

/**
 * Copies the state, to continue independently. Finished spans are shared; running spans get copies of their lists,
 * which grow in place.
 */
export function copyReducer(reducer: Reducer): Reducer {
  const { state } = reducer;
  const spans = state.spans.copy();
  reducer.ownTallies = new WeakSet();
  for (const id of reducer.running) {
    const span = state.spans.get(id)!;
    spans.put(updateSpan(span, { children: [...span.children], logs: [...span.logs] }));
  }
  return {
    prices: reducer.prices,
    state: {
      ...state,
      plans: [...state.plans],
      spans,
      roots: [...state.roots],
      changes: [...state.changes],
      controls: [...state.controls],
      links: [...state.links],
      waits: [...state.waits],
      unknownEvents: new Map(state.unknownEvents),
    },
    total: copyTally(reducer.total),
    tallies: new Map(reducer.tallies),
    ownTallies: new WeakSet(),
    running: new Set(reducer.running),
    earlyEnds: new Map(reducer.earlyEnds),
    superseded: new Set(reducer.superseded),
    waits: new Map(reducer.waits),
  };
}

/** Replaces a span by a copy with changed fields; does nothing if there is no such span. */
export function changeSpan({ state }: Reducer, id: number, fields: ChangingFields): void {
  const span = state.spans.get(id);
  if (span) state.spans.put(updateSpan(span, fields));
}

/** Replaces the call of an llm span and updates every sum that contains it. */
export function changeCall(reducer: Reducer, id: number, change: (call: Call, span: Span) => Call): void {
  const span = reducer.state.spans.get(id);
  if (!span?.call) return;
  const call = change(span.call, span);
  if (call === span.call) return;
  recount(reducer, id, computeShare(span.call), computeShare(call));
  changeSpan(reducer, id, { call });
}

/** Sets the call of an llm span that started. */
export function openCall(reducer: Reducer, id: number, call: Call): void {
  recount(reducer, id, ZERO_SHARE, computeShare(call));
  changeSpan(reducer, id, { call });
}

/** Updates the sums of a call's span, of all its ancestors and of the run. */
function recount(reducer: Reducer, id: number, previous: Share, next: Share): void {
  for (const span of iterateAncestors(reducer.state, id)) {
    const tally = tallyOf(reducer, span.id);
    replaceShare(tally, previous, next);
    changeSpan(reducer, span.id, { totals: toTotals(tally) });
  }
  replaceShare(reducer.total, previous, next);
  reducer.state.totals = toTotals(reducer.total);
}

/** The mutable tally of a span. For a finished span it is recomputed: few calls change after that. */
function tallyOf(reducer: Reducer, id: number): Tally {
  const { tallies, ownTallies } = reducer;
  const known = tallies.get(id);
  if (known && ownTallies.has(known)) return known;
  const tally = known ? copyTally(known) : tallyCalls(callsIn(reducer, id));
  tallies.set(id, tally);
  ownTallies.add(tally);
  return tally;
}

function* callsIn(reducer: Reducer, id: number): Generator<Call> {
  const span = reducer.state.spans.get(id);
  if (!span || span.totals === ZERO_TOTALS) return;
  if (span.call) yield span.call;
  for (const child of span.children) yield* callsIn(reducer, child);
}
