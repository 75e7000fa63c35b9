import { isCancellation, messageOf, PflowError } from '../../lib/error.js';
import { formatCaptured } from '../event/captured.js';
import {
  UNSTAMPED,
  type EventBody,
  type EventOf,
  type SpanStatus,
  type TraceEventType,
  type TracedError,
} from '../event/event.js';
import { NodeStarted, PhaseStarted, SpanFinished, type PhaseName } from '../event/compact-event.js';
import type { TraceSink } from '../event/trace-sink.js';

/** A node that finished with this action states none. */
const DEFAULT_ACTION = 'default';

type EventBodyOf<T extends TraceEventType> = Extract<EventBody, { type: T }>;

export type SpanStart = Omit<EventOf<'span.started'>, 'seq' | 'at' | 'type' | 'span' | 'parent'> & {
  parent?: number | undefined;
};

/** Opens a span and gives its id. */
export function startSpan(sink: TraceSink, start: SpanStart): number {
  const span = sink.nextSpan();
  const event = { seq: UNSTAMPED, at: UNSTAMPED, type: 'span.started' as const, span, ...start };
  if (event.parent === undefined) delete event.parent;
  sink.emit(event as EventBodyOf<'span.started'>);
  return span;
}

/** Opens the span of a node that is entered for the first time. */
export function startNode(sink: TraceSink, name: string, parent: number, nodeType: string): number {
  const span = sink.nextSpan();
  sink.emit(new NodeStarted(span, name, parent, nodeType));
  return span;
}

/** Opens the span of a phase. */
export function startPhase(sink: TraceSink, name: PhaseName, parent: number): number {
  const span = sink.nextSpan();
  sink.emit(new PhaseStarted(span, name, parent));
  return span;
}

/** Closes a span: with an error as failed or cancelled, without one as ok. */
export function finishSpan(sink: TraceSink, span: number, end?: { action?: string; error?: unknown }): void {
  const action = end?.action === DEFAULT_ACTION ? undefined : end?.action;
  const failed = end !== undefined && 'error' in end;
  if (!failed && action === undefined) return sink.emit(new SpanFinished(span));
  const event: EventBodyOf<'span.finished'> = {
    seq: UNSTAMPED,
    at: UNSTAMPED,
    type: 'span.finished',
    span,
    status: failed ? statusOf(end.error) : 'ok',
  };
  if (action !== undefined) event.action = action;
  if (failed) event.error = tracedError(end.error, sink);
  sink.emit(event);
}

function statusOf(error: unknown): SpanStatus {
  return isCancellation(error) ? 'cancelled' : 'failed';
}

/** An error as the trace holds it: redacted like any value. The stack is left out where pflow itself explains the error. */
export function tracedError(error: unknown, sink: TraceSink): TracedError {
  const text = (value: string) => formatCaptured(sink.capture(value));
  if (error instanceof PflowError) {
    return {
      name: error.name,
      message: text(error.message),
      code: error.code,
      ...(error.hint === undefined ? {} : { hint: text(error.hint) }),
    };
  }
  const thrown = error as { name?: unknown; code?: unknown; stack?: unknown } | null | undefined;
  const name = error instanceof Error ? textOf(() => thrown?.name) : undefined;
  const code = textOf(() => thrown?.code);
  const stack = error instanceof Error ? textOf(() => thrown?.stack) : undefined;
  return {
    name: name ?? typeof error,
    message: text(messageOf(error)),
    ...(code === undefined ? {} : { code }),
    ...(stack ? { stack: text(stack) } : {}),
  };
}

/** What a property holds if it is text. What was thrown may throw in turn when it is looked at. */
function textOf(read: () => unknown): string | undefined {
  try {
    const value = read();
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
