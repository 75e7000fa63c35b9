/** Starts and finishes spans in a trace. */
import { isCancellation, joinHints, messageOf, PflowError } from '../../lib/error.js';
import { formatCaptured } from '../event/captured.js';
import type { EventBody, EventOf, SpanStatus, TraceEventType, TracedError } from '../event/event.js';
import { UNSTAMPED } from '../event/event-format.js';
import { NodeStarted, PhaseStarted, SpanFinished, type PhaseName } from '../event/compact-event.js';
import type { TraceSink } from '../event/trace-sink.js';

/** A node that finished with this action states none. */
const DEFAULT_ACTION = 'default';

type EventBodyOf<T extends TraceEventType> = Extract<EventBody, { type: T }>;

export type SpanStart = Omit<EventOf<'span.started'>, 'seq' | 'at' | 'type' | 'span' | 'parent'> & {
  parent?: number | undefined;
};

/** Starts a span and returns its id. */
export function startSpan(sink: TraceSink, start: SpanStart): number {
  const span = sink.nextSpan();
  const event = { seq: UNSTAMPED, at: UNSTAMPED, type: 'span.started' as const, span, ...start };
  if (event.parent === undefined) delete event.parent;
  sink.emit(event as EventBodyOf<'span.started'>);
  return span;
}

/** Starts the span of a node's first visit. */
export function startNode(sink: TraceSink, name: string, parent: number, nodeType: string): number {
  const span = sink.nextSpan();
  sink.emit(new NodeStarted(span, name, parent, nodeType));
  return span;
}

/** Starts the span of a phase. */
export function startPhase(sink: TraceSink, name: PhaseName, parent: number): number {
  const span = sink.nextSpan();
  sink.emit(new PhaseStarted(span, name, parent));
  return span;
}

/** Facts of a span's end besides its status. */
export type FinishFacts = Pick<
  EventOf<'span.finished'>,
  'degraded' | 'batch' | 'retryReason' | 'httpStatus' | 'requestId'
>;

/** Finishes a span: failed or cancelled with an error, otherwise ok. */
export function finishSpan(
  sink: TraceSink,
  span: number,
  end?: {
    action?: string;
    error?: unknown;
    /** What may explain the error, where the error itself does not know it. */
    hint?: string | undefined;
    facts?: FinishFacts | undefined;
  },
): void {
  const action = end?.action === DEFAULT_ACTION ? undefined : end?.action;
  const failed = end !== undefined && 'error' in end;
  if (!failed && action === undefined && !end?.facts) return sink.emit(new SpanFinished(span));
  const event: EventBodyOf<'span.finished'> = {
    seq: UNSTAMPED,
    at: UNSTAMPED,
    type: 'span.finished',
    span,
    status: failed ? statusOf(end.error) : 'ok',
  };
  if (action !== undefined) event.action = action;
  if (failed) event.error = toTracedError(end.error, sink, end.hint);
  if (end?.facts) Object.assign(event, end.facts);
  sink.emit(event);
}

function statusOf(error: unknown): SpanStatus {
  return isCancellation(error) ? 'cancelled' : 'failed';
}

/**
 * Converts an error to its traced form, redacted like any value. The stack is omitted for errors that pflow itself
 * explains. `more` is a hint in addition to the error's own.
 */
export function toTracedError(error: unknown, sink: TraceSink, more?: string): TracedError {
  const text = (value: string) => formatCaptured(sink.capture(value));
  const withHint = (hint: string | undefined) => (hint === undefined ? {} : { hint: text(hint) });
  if (error instanceof PflowError) {
    return {
      name: error.name,
      message: text(error.message),
      code: error.code,
      ...withHint(joinHints(error.hint, more)),
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
    ...withHint(more),
    ...(stack ? { stack: text(stack) } : {}),
  };
}

/** A property's value if it is a string. Reading a property of a thrown value may throw in turn. */
function textOf(read: () => unknown): string | undefined {
  try {
    const value = read();
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
