/** Applies trace events to the state of a run. */
import type { PriceTable } from '../../pricing/table/price-table.js';
import type { EventOf, KnownTraceEvent, TraceEvent, UnknownTraceEvent } from '../../trace/event/event.js';
import { isKnownType } from '../../trace/event/event-format.js';
import { NO_BLOBS, type BlobStore } from '../../trace/blobs/blob-store.js';
import { createCall, mergeCalls, withProgress, withRequest, withResponse, type Pricing } from './llm-call.js';
import { changeCall, changeSpan, copyReducer, createReducer, openCall, type Reducer } from './reducer.js';
import { isSuperseded, supersedeAttemptBefore } from './retries.js';
import { EMPTY_LIST, createSpan, identifySpan } from './span-state.js';
import type { Call, RunState, Span } from './run-state.js';
import { applyWait, finishWaited, mayWait, trackWait } from './wait-tracking.js';

/** Reduces trace events to a run state, event by event. */
export interface Profile {
  /** Applies the next event. Never throws: spans that an event refers to may be missing, duplicated or out of order. */
  apply(event: TraceEvent): void;
  /** Read-only view of the state. Always the same object, updated in place; `state.events` is its version. */
  readonly state: RunState;
  /** A copy that continues independently. */
  fork(): Profile;
}

/** Inputs other than the events. */
export type ProfileOptions = Readonly<{
  prices: PriceTable;
  /** Full values that the events show truncated. */
  values?: BlobStore;
}>;

/** Creates a profile. Facts come from the events, costs from `prices` at the rates of each call's day. */
export function createProfile({ prices, values = NO_BLOBS }: ProfileOptions): Profile {
  return createProfileOn(createReducer(prices, values));
}

/** The state after all events. */
export function reduceEvents(events: Iterable<TraceEvent>, options: ProfileOptions): RunState {
  const profile = createProfile(options);
  for (const event of events) profile.apply(event);
  return profile.state;
}

function createProfileOn(reducer: Reducer): Profile {
  return {
    state: reducer.state,
    apply(event) {
      reducer.state.events++;
      if (event.at > reducer.state.lastAt) reducer.state.lastAt = event.at;
      if (isKnown(event)) reduce(reducer, event);
      else countUnknown(reducer, event);
      if (mayWait(reducer)) trackWait(reducer, event.at);
    },
    fork: () => createProfileOn(copyReducer(reducer)),
  };
}

function reduce(reducer: Reducer, event: KnownTraceEvent): void {
  switch (event.type) {
    case 'run.started':
      reducer.state.started ??= event;
      return;
    case 'workflow.planned':
      reducer.state.plans.push(event);
      return;
    case 'span.started':
      return spanStarted(reducer, event);
    case 'span.finished':
      return spanFinished(reducer, event);
    case 'params.resolved':
      return changeSpan(reducer, event.span, { resolved: event });
    case 'store.changed':
      reducer.state.changes.push(event);
      return;
    case 'llm.request':
      return changeCall(reducer, event.span, (call) => withRequest(call, event));
    case 'llm.progress':
      return progressed(reducer, event);
    case 'llm.response':
      return responded(reducer, event);
    case 'call.linked':
      return callLinked(reducer, event);
    case 'log.written':
      return logWritten(reducer, event);
    case 'progress.changed':
      return progressChanged(reducer, event);
    case 'control.changed':
      return controlChanged(reducer, event);
    case 'run.finished':
      return runFinished(reducer, event);
    default:
      event satisfies never;
  }
}

function spanStarted(reducer: Reducer, event: EventOf<'span.started'>): void {
  const { spans, roots } = reducer.state;
  const known = spans.get(event.span);
  if (known) {
    if (known.origin?.provisional && !event.provisional) spans.put(identifySpan(known, event));
    return;
  }
  // A span whose parent is missing from the trace becomes a root, so that it stays visible.
  const parent = event.parent === undefined ? undefined : spans.get(event.parent);
  const span = createSpan(event, parent);
  spans.put(span);
  reducer.running.add(span.id);
  if (parent) {
    supersedeAttemptBefore(reducer, span, parent);
    const children =
      event.from === undefined
        ? appended(parent, parent.children, span.id)
        : insertByStart(reducer, parent.children, span);
    changeSpan(reducer, parent.id, { children });
  } else {
    roots.push(span.id);
  }
  if (event.kind === 'llm') openCall(reducer, span.id, createCall(event));
  const early = reducer.earlyEnds.get(span.id);
  if (early) spanFinished(reducer, early);
}

/** A span that became known late, among its siblings in order of start. */
function insertByStart({ state }: Reducer, siblings: readonly number[], span: Span): readonly number[] {
  const before = siblings.findLastIndex((id) => state.spans.get(id)!.startedAt <= span.startedAt);
  return siblings.toSpliced(before + 1, 0, span.id);
}

function spanFinished(reducer: Reducer, event: EventOf<'span.finished'>): void {
  const span = reducer.state.spans.get(event.span);
  if (!span) {
    reducer.earlyEnds.set(event.span, event);
  } else if (span.status === 'running') {
    const finishedAt = Math.max(span.startedAt, event.until ?? event.at);
    changeSpan(reducer, span.id, {
      finishedAt,
      finishedSeq: Math.max(span.startedSeq, event.seq),
      status: event.status,
      // Copying releases the spare capacity of an array that grew.
      children: span.children.length > 0 ? [...span.children] : span.children,
      action: event.action,
      error: event.error,
      waited: finishWaited(span, finishedAt),
      outcome: hasOutcome(event) ? event : undefined,
    });
    reducer.tallies.delete(span.id);
    reducer.running.delete(span.id);
  }
}

function hasOutcome(event: EventOf<'span.finished'>): boolean {
  const { degraded, batch, retryReason, httpStatus, requestId } = event;
  return (degraded ?? batch ?? retryReason ?? httpStatus ?? requestId) !== undefined;
}

function progressed(reducer: Reducer, event: EventOf<'llm.progress'>): void {
  changeCall(reducer, event.span, (call, span) =>
    call.model === undefined ? withProgress(call, event, pricingAt(reducer, span)) : call,
  );
}

function responded(reducer: Reducer, event: EventOf<'llm.response'>): void {
  changeCall(reducer, event.span, (call, span) => {
    if (call.model !== undefined && !isAmendment(call, event)) return call;
    const wasted = event.unusable === true || isSuperseded(reducer, span);
    return { ...withResponse(call, event, pricingAt(reducer, span)), wasted };
  });
}

/** Two spans are the same call: `same` counts, with what either of them knows, and `span` does not. So do those that they were linked to before. */
function callLinked(reducer: Reducer, event: EventOf<'call.linked'>): void {
  const { spans, links } = reducer.state;
  links.push(event);
  const counted = (id: number): number => {
    const same = spans.get(id)?.call?.sameAs;
    return same === undefined ? id : counted(same);
  };
  const [span, same] = [counted(event.span), counted(event.same)];
  const [other, kept] = [spans.get(span)?.call, spans.get(same)?.call];
  if (!other || !kept || span === same) return;
  changeCall(reducer, same, (call) => mergeCalls(call, other));
  changeCall(reducer, span, (call) => ({ ...call, sameAs: same }));
}

/** Whether a later response states the usage of one that came without, or with an estimate. */
function isAmendment(call: Call, { usage, usageOrigin }: EventOf<'llm.response'>): boolean {
  return (
    usage !== null &&
    usageOrigin !== 'none' &&
    call.usageOrigin !== 'reported' &&
    call.usageOrigin !== usageOrigin
  );
}

function logWritten(reducer: Reducer, event: EventOf<'log.written'>): void {
  const span = reducer.state.spans.get(event.span);
  if (span) changeSpan(reducer, span.id, { logs: appended(span, span.logs, event) });
}

function progressChanged(reducer: Reducer, event: EventOf<'progress.changed'>): void {
  changeSpan(reducer, event.span, { progress: event });
}

function controlChanged(reducer: Reducer, event: EventOf<'control.changed'>): void {
  const { state } = reducer;
  state.controls.push(event);
  applyWait(reducer, event);
  if (event.change === 'paused' || event.change === 'breakpoint') state.paused = true;
  if (event.change === 'resumed') state.paused = false;
  if (event.change === 'asked' || event.change === 'answered') state.asking = event.change === 'asked';
}

function runFinished({ state, waits }: Reducer, event: EventOf<'run.finished'>): void {
  if (state.finished) return;
  waits.clear();
  state.finished = event;
  state.status = event.status;
  state.paused = false;
  state.asking = false;
}

function countUnknown({ state }: Reducer, event: UnknownTraceEvent): void {
  const type = event.type.replace(/^unknown:/, '');
  state.unknownEvents.set(type, (state.unknownEvents.get(type) ?? 0) + 1);
}

function isKnown(event: TraceEvent): event is KnownTraceEvent {
  return isKnownType(event.type);
}

/** The prices on the day of the call. */
function pricingAt({ prices, state }: Reducer, span: Span): Pricing {
  const began = Date.parse(state.started?.startedAt ?? '');
  return { prices, at: Number.isNaN(began) ? undefined : new Date(began + span.startedAt) };
}

/**
 * Appends to a list of a span. A running span's list grows in place: copying the children for each of ten thousand
 * batch items would be quadratic. A finished span may be shared with a fork, so late additions go to a copy.
 */
function appended<T>({ status }: Span, list: readonly T[], item: T): readonly T[] {
  if (status !== 'running' || list === EMPTY_LIST) return [...list, item];
  (list as T[]).push(item);
  return list;
}
