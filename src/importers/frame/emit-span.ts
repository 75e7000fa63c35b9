/** Converts a span of a foreign trace to the events of its start and its end. */
import { formatCaptured } from '../../trace/event/captured.js';
import type { EventOf, KnownTraceEvent, TracedError } from '../../trace/event/event.js';
import type { Capture } from '../../trace/capture/capture.js';
import { callRequest, callResponse } from './emit-call.js';
import type { ForeignError, ForeignSpan, SpanDetail } from './foreign-run.js';

/** An event without its position in the stream. */
export type Body = KnownTraceEvent extends infer E
  ? E extends KnownTraceEvent
    ? Omit<E, 'seq' | 'at'>
    : never
  : never;

/** The start of a span, its parameters and the request of its call. `started` comes first. */
export function startEvents(
  span: ForeignSpan,
  detail: SpanDetail,
  at: Readonly<{ span: number; parent: number | undefined; capture: Capture }>,
): [started: Omit<EventOf<'span.started'>, 'seq' | 'at'>, ...rest: Body[]] {
  const { capture } = at;
  const text = (value: string): string => formatCaptured(capture(value));
  const rest: Body[] = [];
  const inputs = Object.entries(detail.inputs ?? {});
  if (inputs.length > 0) {
    const params = inputs.map(([name, value]) => {
      const template = detail.templates?.[name];
      return [
        name,
        {
          ...(template === undefined ? {} : { template: capture(template) }),
          value: capture(value, name),
        },
      ] as const;
    });
    rest.push({ type: 'params.resolved', span: at.span, params: Object.fromEntries(params) });
  }
  if (span.call && detail.call) rest.push(callRequest(at.span, detail.call, capture));
  const started = {
    type: 'span.started',
    span: at.span,
    ...optional('parent', at.parent),
    kind: span.kind,
    name: text(span.name),
    ...optional('label', span.label === undefined ? undefined : text(span.label)),
    ...optional('nodeType', span.nodeType),
    ...optional('visit', span.visit),
    ...optional('attempt', span.attempt),
    ...optional('index', span.index),
    ...optional('of', span.of),
    ...optional('provider', span.call?.provider),
    ...optional('model', span.call?.model),
    ...optional('free', span.call?.free === true ? true : undefined),
    ...optional('service', span.service),
    ...optional('links', span.links),
  } as const;
  return [started, ...rest];
}

/** The response of a span's call, its output as a log line, and its end. */
export function finishEvents(span: ForeignSpan, detail: SpanDetail, id: number, capture: Capture): Body[] {
  const events: Body[] = [];
  if (span.call) events.push(callResponse(id, span.call, detail.call ?? { usage: null }, capture));
  if (detail.output !== undefined && detail.output !== null) {
    events.push({
      type: 'log.written',
      span: id,
      stream: 'stdout',
      text: printValue(detail.output, capture),
    });
  }
  events.push({
    type: 'span.finished',
    span: id,
    status: span.cancelled ? 'cancelled' : span.skipped ? 'skipped' : span.failed ? 'failed' : 'ok',
    ...optional('action', span.action),
    ...optional('error', span.error && toTracedError(span.error, capture)),
  });
  return events;
}

/** A value as text: an object as indented JSON. */
export function printValue(value: unknown, capture: Capture): string {
  const captured = capture(value);
  if (typeof value === 'string') return formatCaptured(captured);
  return typeof captured === 'object' ? JSON.stringify(captured, null, 2) : formatCaptured(captured);
}

export function toTracedError({ name, message, stack }: ForeignError, capture: Capture): TracedError {
  return {
    name: name ?? 'Error',
    message: formatCaptured(capture(message)),
    ...(stack ? { stack: formatCaptured(capture(stack)) } : {}),
  };
}

/** A field of an object literal that is absent without a value. */
export function optional<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): { [K in Name]?: Exclude<Value, undefined> } {
  return (value === undefined ? {} : { [name]: value }) as { [K in Name]?: Exclude<Value, undefined> };
}
