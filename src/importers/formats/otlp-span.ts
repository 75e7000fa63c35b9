/** Converts a received span or log record to a span or log line of a foreign run. */
import type { ReceivedLog, ReceivedSpan } from '../../otlp/decode/received.js';
import { readPflowFields } from '../dialects/pflow-dialect.js';
import { outlineSpan } from '../dialects/read-span.js';
import type { ForeignError, ForeignSpan, MarkDetail } from '../frame/foreign-run.js';

/** Identifies a span across messages. */
export function joinIds(traceId: string, spanId: string): string {
  return `${traceId}/${spanId}`;
}

/** Whether a span only announces a span in progress, as Logfire does. */
export function isPendingSpan({ attributes }: ReceivedSpan): boolean {
  return attributes['logfire.span_type'] === 'pending_span';
}

/** The span with what its attributes mean; `detail` reads its values. */
export function toForeignSpan(span: ReceivedSpan, id: string, detail: ForeignSpan['detail']): ForeignSpan {
  const { traceId, parentSpanId, startMs, endMs, failed, links } = span;
  return {
    id,
    ...(parentSpanId === undefined ? {} : { parent: joinIds(traceId, parentSpanId) }),
    ...outlineSpan(span),
    startMs,
    ...(endMs === undefined || isPendingSpan(span) ? {} : { endMs }),
    ...(failed ? { failed, error: errorOf(span) } : {}),
    ...readPflowFields(span.attributes),
    service: serviceOf(span),
    ...(links.length === 0
      ? {}
      : { links: links.map((link) => ({ span: link.spanId, trace: link.traceId })) }),
    detail,
  };
}

function errorOf({ events, statusMessage, attributes }: ReceivedSpan): ForeignError {
  const thrown = events.findLast(({ name }) => name === 'exception')?.attributes;
  const text = (name: string): string | undefined => {
    const value = thrown?.[name];
    return typeof value === 'string' ? value : undefined;
  };
  const type = attributes['error.type'];
  return {
    name: text('exception.type') ?? (typeof type === 'string' ? type : undefined),
    message: text('exception.message') ?? statusMessage ?? 'failed',
    stack: text('exception.stacktrace'),
  };
}

/** The program as it names itself. */
export function serviceOf({ resource }: Pick<ReceivedSpan, 'resource'>): string | undefined {
  const name = resource['service.name'];
  return typeof name === 'string' && name !== '' && !name.startsWith('unknown_service') ? name : undefined;
}

/** A log record as a line. */
export function toLogLine({ body, name, severity, attributes }: ReceivedLog): MarkDetail {
  const text = typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body);
  const rest = Object.keys(attributes).length > 0 ? JSON.stringify(attributes) : '';
  const parts = [name, text, text === '' || name !== undefined ? rest : ''];
  return {
    type: 'log',
    text: parts.filter((each) => each).join(' '),
    stream: severity >= 17 ? 'stderr' : 'stdout',
    level: severity >= 17 ? 'error' : severity >= 13 ? 'warn' : severity >= 9 ? 'info' : 'debug',
  };
}
