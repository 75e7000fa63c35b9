import type { PriceTable } from '../pricing/table.js';
import type { EventOf } from '../trace/event.js';
import type { Call, RunState, Span } from './state.js';
import {
  createTally,
  NO_SHARE,
  NO_TOTALS,
  replaceShare,
  shareOf,
  totalsOf,
  type Share,
  type Tally,
} from './totals.js';
import { outwards } from './tree.js';

/** A fold under way: the state it shows and what it remembers besides. Its containers are changed in place, its spans replaced. */
export type Fold = {
  readonly prices: PriceTable;
  readonly state: Mutable<Omit<RunState, keyof Containers>> & Containers;
  readonly total: Tally;
  /** By span, only where a call is below: the sum that the span's totals are made from. */
  readonly tallies: Map<number, Tally>;
  /** Ends that came before their beginnings. */
  readonly earlyEnds: Map<number, EventOf<'span.finished'>>;
  /** Attempts that another one followed: whatever they cost was wasted. */
  readonly superseded: Set<number>;
};

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** What RunState shows read-only. */
type Containers = {
  readonly plans: EventOf<'workflow.planned'>[];
  readonly spans: Map<number, Span>;
  readonly roots: number[];
  readonly changes: EventOf<'store.changed'>[];
  readonly controls: EventOf<'control.changed'>[];
  readonly unknownEvents: Map<string, number>;
};

/** The fold of no events. */
export function createFold(prices: PriceTable): Fold {
  return {
    prices,
    state: {
      events: 0,
      lastAt: 0,
      started: undefined,
      finished: undefined,
      status: 'running',
      paused: false,
      plans: [],
      spans: new Map(),
      roots: [],
      changes: [],
      controls: [],
      totals: NO_TOTALS,
      unknownEvents: new Map(),
    },
    total: createTally(),
    tallies: new Map(),
    earlyEnds: new Map(),
    superseded: new Set(),
  };
}

/** Replaces a span by one that differs in some fields; nothing happens when there is no such span. */
export function changeSpan({ state }: Fold, id: number, fields: Partial<Span>): void {
  const span = state.spans.get(id);
  if (span) state.spans.set(id, { ...span, ...fields });
}

/** Replaces the call of an llm span, and with it its share of every sum above. */
export function changeCall(fold: Fold, id: number, change: (call: Call, span: Span) => Call): void {
  const span = fold.state.spans.get(id);
  if (!span?.call) return;
  const call = change(span.call, span);
  if (call === span.call) return;
  changeSpan(fold, id, { call });
  recount(fold, id, shareOf(span.call), shareOf(call));
}

/** Counts the call that an llm span has just opened. */
export function countCall(fold: Fold, id: number, call: Call): void {
  recount(fold, id, NO_SHARE, shareOf(call));
}

/** A call is counted at its own span; each span that contains it, and the run, sums what is below. */
function recount(fold: Fold, id: number, previous: Share, next: Share): void {
  for (const span of outwards(fold.state, id)) {
    let tally = fold.tallies.get(span.id);
    if (!tally) fold.tallies.set(span.id, (tally = createTally()));
    replaceShare(tally, previous, next);
    changeSpan(fold, span.id, { totals: totalsOf(tally) });
  }
  replaceShare(fold.total, previous, next);
  fold.state.totals = totalsOf(fold.total);
}
