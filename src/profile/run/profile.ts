import type { PriceTable } from '../../pricing/table/price-table.js';
import type { EventOf, KnownTraceEvent, TraceEvent, UnknownTraceEvent } from '../../trace/event/event.js';
import { isKnownType } from '../../trace/event/event-format.js';
import { NO_BLOBS, type BlobStore } from '../../trace/blobs/blob-store.js';
import { callOf, withProgress, withRequest, withResponse, type Pricing } from './llm-call.js';
import { changeCall, changeSpan, copyFold, createFold, openCall, type Fold } from './reducer.js';
import { isSuperseded, supersedeAttemptBefore } from './retries.js';
import { NONE, spanOf } from './span-state.js';
import type { RunState, Span } from './run-state.js';

/** A fold of trace events that is under way: what is known of the run after the events applied so far. */
export interface Profile {
  /** Takes in the next event. It never throws: what an event refers to may be missing, doubled or out of order. */
  apply(event: TraceEvent): void;
  /** Always the same object, changed in place; `state.events` tells one version from another. */
  readonly state: RunState;
  /** Another profile that goes on from here by itself. */
  fork(): Profile;
}

/** What a fold is made with besides its events. */
export type ProfileOptions = Readonly<{
  prices: PriceTable;
  /** The wholes of what the events show in part. */
  values?: BlobStore;
}>;

/** Starts a fold. Facts come from the events; money comes from `prices`, at the rates of the day of each call. */
export function createProfile({ prices, values = NO_BLOBS }: ProfileOptions): Profile {
  return profileOn(createFold(prices, values));
}

/** The profile's state after all of the events. */
export function profileOf(events: Iterable<TraceEvent>, options: ProfileOptions): RunState {
  const profile = createProfile(options);
  for (const event of events) profile.apply(event);
  return profile.state;
}

function profileOn(fold: Fold): Profile {
  return {
    state: fold.state,
    apply(event) {
      fold.state.events++;
      if (event.at > fold.state.lastAt) fold.state.lastAt = event.at;
      if (isKnown(event)) reduce(fold, event);
      else countUnknown(fold, event);
    },
    fork: () => profileOn(copyFold(fold)),
  };
}

function reduce(fold: Fold, event: KnownTraceEvent): void {
  switch (event.type) {
    case 'run.started':
      fold.state.started ??= event;
      return;
    case 'workflow.planned':
      fold.state.plans.push(event);
      return;
    case 'span.started':
      return spanStarted(fold, event);
    case 'span.finished':
      return spanFinished(fold, event);
    case 'params.resolved':
      return changeSpan(fold, event.span, { resolved: event });
    case 'store.changed':
      fold.state.changes.push(event);
      return;
    case 'llm.request':
      return changeCall(fold, event.span, (call) => withRequest(call, event));
    case 'llm.progress':
      return progressed(fold, event);
    case 'llm.response':
      return responded(fold, event);
    case 'log.written':
      return logWritten(fold, event);
    case 'control.changed':
      return controlChanged(fold, event);
    case 'run.finished':
      return runFinished(fold, event);
    default:
      event satisfies never;
  }
}

function spanStarted(fold: Fold, event: EventOf<'span.started'>): void {
  const { spans, roots } = fold.state;
  if (spans.has(event.span)) return;
  // A span whose parent is not in the trace stands at the top, where it can be seen.
  const parent = event.parent === undefined ? undefined : spans.get(event.parent);
  const span = spanOf(event, parent);
  spans.put(span);
  fold.running.add(span.id);
  if (parent) {
    supersedeAttemptBefore(fold, span, parent);
    changeSpan(fold, parent.id, { children: appended(parent, parent.children, span.id) });
  } else {
    roots.push(span.id);
  }
  if (event.kind === 'llm') openCall(fold, span.id, callOf(event));
  const early = fold.earlyEnds.get(span.id);
  if (early) spanFinished(fold, early);
}

function spanFinished(fold: Fold, event: EventOf<'span.finished'>): void {
  const span = fold.state.spans.get(event.span);
  if (!span) {
    fold.earlyEnds.set(event.span, event);
  } else if (span.status === 'running') {
    changeSpan(fold, span.id, {
      finishedAt: Math.max(span.startedAt, event.at),
      finishedSeq: Math.max(span.startedSeq, event.seq),
      status: event.status,
      // A list that grew has room for more, which it does not need any more.
      children: span.children.length > 0 ? [...span.children] : span.children,
      action: event.action,
      error: event.error,
    });
    fold.tallies.delete(span.id);
    fold.running.delete(span.id);
  }
}

function progressed(fold: Fold, event: EventOf<'llm.progress'>): void {
  changeCall(fold, event.span, (call, span) =>
    call.model === undefined ? withProgress(call, event, pricingAt(fold, span)) : call,
  );
}

function responded(fold: Fold, event: EventOf<'llm.response'>): void {
  changeCall(fold, event.span, (call, span) => {
    if (call.model !== undefined) return call;
    const wasted = event.unusable === true || isSuperseded(fold, span);
    return { ...withResponse(call, event, pricingAt(fold, span)), wasted };
  });
}

function logWritten(fold: Fold, event: EventOf<'log.written'>): void {
  const span = fold.state.spans.get(event.span);
  if (span) changeSpan(fold, span.id, { logs: appended(span, span.logs, event) });
}

function controlChanged({ state }: Fold, event: EventOf<'control.changed'>): void {
  state.controls.push(event);
  if (event.change === 'paused' || event.change === 'breakpoint') state.paused = true;
  if (event.change === 'resumed') state.paused = false;
  if (event.change === 'asked' || event.change === 'answered') state.asking = event.change === 'asked';
}

function runFinished({ state }: Fold, event: EventOf<'run.finished'>): void {
  if (state.finished) return;
  state.finished = event;
  state.status = event.status;
  state.paused = false;
  state.asking = false;
}

function countUnknown({ state }: Fold, event: UnknownTraceEvent): void {
  const type = event.type.replace(/^unknown:/, '');
  state.unknownEvents.set(type, (state.unknownEvents.get(type) ?? 0) + 1);
}

function isKnown(event: TraceEvent): event is KnownTraceEvent {
  return isKnownType(event.type);
}

/** The rates of the day the call was made. */
function pricingAt({ prices, state }: Fold, span: Span): Pricing {
  const began = Date.parse(state.started?.startedAt ?? '');
  return { prices, at: Number.isNaN(began) ? undefined : new Date(began + span.startedAt) };
}

/**
 * Grows a list of a running span in place: a batch of ten thousand items must not copy its children for each. A span that
 * is over may be shared with a fork, so that what comes late is added to a copy.
 */
function appended<T>({ status }: Span, list: readonly T[], item: T): readonly T[] {
  if (status !== 'running' || list === NONE) return [...list, item];
  (list as T[]).push(item);
  return list;
}
