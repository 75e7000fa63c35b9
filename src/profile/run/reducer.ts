import type { PriceTable } from '../../pricing/table/price-table.js';
import type { BlobStore } from '../../trace/blobs/blob-store.js';
import type { EventOf } from '../../trace/event/event.js';
import { changedSpan, type ChangingFields } from './span-state.js';
import { SpanTable } from './span-table.js';
import type { Call, RunState, Span } from './run-state.js';
import {
  copyTally,
  createTally,
  tallyOfCalls,
  NO_SHARE,
  NO_TOTALS,
  replaceShare,
  shareOf,
  totalsOf,
  type Share,
  type Tally,
} from './totals.js';
import { outwards } from './span-tree.js';

/** A fold under way: the state it shows and what it remembers besides. Its containers are changed in place, its spans replaced. */
export type Fold = {
  readonly prices: PriceTable;
  readonly state: Mutable<Omit<RunState, keyof Containers>> & Containers;
  readonly total: Tally;
  /** By running span, only where a call is below: the sum that the span's totals are made from. */
  readonly tallies: Map<number, Tally>;
  /** The tallies that no other fold has: these may be changed in place. */
  ownTallies: WeakSet<Tally>;
  /** The spans that run: few, where all of them may be a million. */
  readonly running: Set<number>;
  /** Ends that came before their beginnings. */
  readonly earlyEnds: Map<number, EventOf<'span.finished'>>;
  /** Attempts that another one followed: whatever they cost was wasted. */
  readonly superseded: Set<number>;
};

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** What RunState shows read-only. */
type Containers = {
  readonly plans: EventOf<'workflow.planned'>[];
  readonly spans: SpanTable;
  readonly roots: number[];
  readonly changes: EventOf<'store.changed'>[];
  readonly controls: EventOf<'control.changed'>[];
  readonly unknownEvents: Map<string, number>;
};

/** The fold of no events. */
export function createFold(prices: PriceTable, values: BlobStore): Fold {
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
      totals: NO_TOTALS,
      unknownEvents: new Map(),
      values,
    },
    total: createTally(),
    tallies: new Map(),
    ownTallies: new WeakSet(),
    running: new Set(),
    earlyEnds: new Map(),
    superseded: new Set(),
  };
}

/**
 * A fold that goes on from the same point by itself. The spans that are over are shared; of those that run it has lists of
 * its own, because those grow in place.
 */
export function copyFold(fold: Fold): Fold {
  const { state } = fold;
  const spans = state.spans.copy();
  fold.ownTallies = new WeakSet();
  for (const id of fold.running) {
    const span = state.spans.get(id)!;
    spans.put(changedSpan(span, { children: [...span.children], logs: [...span.logs] }));
  }
  return {
    prices: fold.prices,
    state: {
      ...state,
      plans: [...state.plans],
      spans,
      roots: [...state.roots],
      changes: [...state.changes],
      controls: [...state.controls],
      unknownEvents: new Map(state.unknownEvents),
    },
    total: copyTally(fold.total),
    tallies: new Map(fold.tallies),
    ownTallies: new WeakSet(),
    running: new Set(fold.running),
    earlyEnds: new Map(fold.earlyEnds),
    superseded: new Set(fold.superseded),
  };
}

/** Replaces a span by one that differs in some fields; nothing happens when there is no such span. */
export function changeSpan({ state }: Fold, id: number, fields: ChangingFields): void {
  const span = state.spans.get(id);
  if (span) state.spans.put(changedSpan(span, fields));
}

/** Replaces the call of an llm span, and with it its share of every sum above. */
export function changeCall(fold: Fold, id: number, change: (call: Call, span: Span) => Call): void {
  const span = fold.state.spans.get(id);
  if (!span?.call) return;
  const call = change(span.call, span);
  if (call === span.call) return;
  recount(fold, id, shareOf(span.call), shareOf(call));
  changeSpan(fold, id, { call });
}

/** Gives a span the call that it opens. */
export function openCall(fold: Fold, id: number, call: Call): void {
  recount(fold, id, NO_SHARE, shareOf(call));
  changeSpan(fold, id, { call });
}

/** A call is counted at its own span; each span that contains it, and the run, sums what is below. */
function recount(fold: Fold, id: number, previous: Share, next: Share): void {
  for (const span of outwards(fold.state, id)) {
    const tally = tallyOf(fold, span.id);
    replaceShare(tally, previous, next);
    changeSpan(fold, span.id, { totals: totalsOf(tally) });
  }
  replaceShare(fold.total, previous, next);
  fold.state.totals = totalsOf(fold.total);
}

/** The tally of a span, to be changed. That of one that is over is made again: few calls change after that. */
function tallyOf(fold: Fold, id: number): Tally {
  const { tallies, ownTallies } = fold;
  const known = tallies.get(id);
  if (known && ownTallies.has(known)) return known;
  const tally = known ? copyTally(known) : tallyOfCalls(callsIn(fold, id));
  tallies.set(id, tally);
  ownTallies.add(tally);
  return tally;
}

function* callsIn(fold: Fold, id: number): Generator<Call> {
  const span = fold.state.spans.get(id);
  if (!span || span.totals === NO_TOTALS) return;
  if (span.call) yield span.call;
  for (const child of span.children) yield* callsIn(fold, child);
}
