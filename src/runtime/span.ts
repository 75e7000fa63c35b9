import { isCancellation, messageOf, PflowError } from '../lib/error.js';
import type { EventOf, SpanStatus, TracedError } from '../trace/event.js';
import type { TraceSink } from '../trace/sink.js';

export type SpanStart = Omit<EventOf<'span.started'>, 'seq' | 'at' | 'type' | 'span' | 'parent'> & {
  parent?: number | undefined;
};

/** Opens a span and gives its id. */
export function startSpan(sink: TraceSink, { parent, kind, name, ...rest }: SpanStart): number {
  const span = sink.nextSpan();
  sink.emit({ type: 'span.started', span, ...(parent === undefined ? {} : { parent }), kind, name, ...rest });
  return span;
}

/** Closes a span: with an error as failed or cancelled, without one as ok. */
export function finishSpan(
  sink: TraceSink,
  span: number,
  end: { action?: string; error?: unknown } = {},
): void {
  const failed = 'error' in end;
  sink.emit({
    type: 'span.finished',
    span,
    status: failed ? statusOf(end.error) : 'ok',
    ...(end.action === undefined || end.action === 'default' ? {} : { action: end.action }),
    ...(failed ? { error: tracedError(end.error, sink) } : {}),
  });
}

function statusOf(error: unknown): SpanStatus {
  return isCancellation(error) ? 'cancelled' : 'failed';
}

/** An error as the trace holds it: redacted like any value. The stack is left out where pflow itself explains the error. */
export function tracedError(error: unknown, sink: TraceSink): TracedError {
  const text = (value: string): string => {
    const captured = sink.capture(value);
    return typeof captured === 'string' ? captured : value.slice(0, 2000);
  };
  if (error instanceof PflowError) {
    return {
      name: error.name,
      message: text(error.message),
      code: error.code,
      ...(error.hint === undefined ? {} : { hint: text(error.hint) }),
    };
  }
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return {
    name: error instanceof Error ? error.name : typeof error,
    message: text(messageOf(error)),
    ...(typeof code === 'string' ? { code } : {}),
    ...(error instanceof Error && error.stack ? { stack: text(error.stack) } : {}),
  };
}
