/** Tracks while events are reduced when the run waits for its user and nothing of it runs. */
import type { EventOf } from '../../trace/event/event.js';
import type { Reducer } from './reducer.js';
import { changeSpan } from './reducer.js';
import type { Span } from './run-state.js';

/** Applies the start or end of a wait. A version 1 trace has only questions, pauses and breakpoints. */
export function applyWait({ waits }: Reducer, event: EventOf<'control.changed'>): void {
  const { change, cause, span } = event;
  switch (change) {
    case 'asked':
      return void waits.set('asked', { count: 1, span: undefined });
    case 'answered':
      return void waits.delete('asked');
    case 'paused':
    case 'breakpoint':
      return void waits.set('paused', { count: 1, span: undefined });
    case 'resumed':
      return void waits.delete('paused');
    case 'wait-started': {
      const key = `${cause} ${span}`;
      waits.set(key, { count: (waits.get(key)?.count ?? 0) + 1, span });
      return;
    }
    case 'wait-finished': {
      const key = `${cause} ${span}`;
      const wait = waits.get(key);
      if (wait && wait.count > 1) waits.set(key, { ...wait, count: wait.count - 1 });
      else waits.delete(key);
      return;
    }
    default:
      return;
  }
}

/** Whether waits must be tracked with the next event: hardly ever, and events are applied by the million. */
export function mayWait({ waits, state }: Reducer): boolean {
  return waits.size > 0 || state.waitingSince !== undefined;
}

/** Opens or closes the current waiting interval, as of an event that was just applied. */
export function trackWait(reducer: Reducer, at: number): void {
  const { state, running, waits } = reducer;
  if (waits.size > 0 && !isBusy(reducer)) {
    state.waitingSince ??= at;
    for (const id of running) markWaiting(reducer, id, state.waitingSince);
    return;
  }
  const since = state.waitingSince;
  if (since === undefined) return;
  state.waitingSince = undefined;
  if (at > since) state.waits.push({ from: since, to: at });
  for (const id of running) unmarkWaiting(reducer, id, at);
}

/** The waiting time of a span that finishes now. */
export function finishWaited({ waited }: Span, at: number): Span['waited'] {
  if (waited?.since === undefined) return waited;
  return { ms: waited.ms + Math.max(0, at - waited.since), since: undefined };
}

function markWaiting(reducer: Reducer, id: number, since: number): void {
  const span = reducer.state.spans.get(id)!;
  if (span.waited?.since !== undefined) return;
  const waited = { ms: span.waited?.ms ?? 0, since: Math.max(since, span.startedAt) };
  changeSpan(reducer, id, { waited });
}

function unmarkWaiting(reducer: Reducer, id: number, at: number): void {
  const span = reducer.state.spans.get(id)!;
  if (span.waited?.since !== undefined) changeSpan(reducer, id, { waited: finishWaited(span, at) });
}

/** Whether any running span without running children does work of its own. */
function isBusy(reducer: Reducer): boolean {
  for (const id of reducer.running) if (isWorking(reducer, reducer.state.spans.get(id)!)) return true;
  return false;
}

function isWorking({ running, waits }: Reducer, span: Span): boolean {
  if (span.children.some((child) => running.has(child))) return false;
  if (span.kind === 'stage' || span.kind === 'workflow' || span.kind === 'item') return false;
  if (span.kind !== 'node') return true;
  // A node with children is a batch or a flow, between two of them. One without them may be a runnable without phases.
  return span.children.length === 0 && ![...waits.values()].some((wait) => wait.span === span.id);
}
