/** Imports OpenTelemetry files: OTLP in JSON, JSON lines or protobuf, with traces, logs and metrics in any order. */
import { decodeOtlpJson, isOtlpMessage } from '../../otlp/decode/decode-json.js';
import type { Received, ReceivedLog, ReceivedSpan } from '../../otlp/decode/received.js';
import { readPflowEvent } from '../dialects/pflow-dialect.js';
import { detailSpan } from '../dialects/read-span.js';
import type { ForeignRecords } from '../files/foreign-record.js';
import type { ForeignMark, ForeignRun, ForeignSpan } from '../frame/foreign-run.js';
import {
  addTelemetrySession,
  toAgentEvent,
  TokenMetrics,
  type AgentEvent,
} from '../sessions/telemetry-session.js';
import type { SessionSpans } from '../sessions/session-thread.js';
import { isPendingSpan, joinIds, serviceOf, toForeignSpan, toLogLine } from './otlp-span.js';
import { restorePflowRun } from './restore-pflow.js';

/** Whether a record is an OTLP message. */
export const isOtlp = isOtlpMessage;

/** Converts all traces of the file to one run. */
export async function importOtlp(records: ForeignRecords): Promise<ForeignRun> {
  const spans = new Map<string, ForeignSpan>();
  const roots = new Map<string, ReceivedSpan['attributes']>();
  const marks: ForeignMark[] = [];
  const traceIds = new Set<string>();
  const sessions = new Map<string, { service: string; events: AgentEvent[]; logs: ForeignMark[] }>();
  const metrics = new TokenMetrics();
  for await (const { value, reread } of records) {
    const received = decodeMessage(value);
    for (const [position, span] of received.spans.entries()) {
      if (isReplaced(span, spans)) continue;
      const id = joinIds(span.traceId, span.spanId);
      traceIds.add(span.traceId);
      // Of a batch that was sent twice, the last one counts.
      const foreign = toForeignSpan(span, id, () => detailSpan(decodeMessage(reread()).spans[position]!));
      if (isPendingSpan(span)) pending.add(foreign);
      spans.set(id, foreign);
      if (span.parentSpanId === undefined || 'pflow.run.id' in span.attributes)
        roots.set(id, span.attributes);
      for (const mark of marksOf(span, id, () => decodeMessage(reread()).spans[position]!)) marks.push(mark);
    }
    for (const [position, log] of received.logs.entries()) {
      const again = (): ReceivedLog => decodeMessage(reread()).logs[position]!;
      const mark = { span: ownerOf(log), atMs: log.atMs, read: () => toLogLine(again()) };
      const found = toAgentEvent(log, () => again().attributes);
      if (!found) marks.push(mark);
      else {
        const session = sessions.get(found.session) ?? { service: found.service, events: [], logs: [] };
        sessions.set(found.session, session);
        session.events.push(found.event);
        session.logs.push(mark);
      }
    }
    for (const point of received.points) metrics.add(point, serviceOf(point) ?? '');
  }
  for (const id of spans.keys()) if (pending.has(spans.get(id)!)) dropReplaced(id, spans);
  const list = [...spans.values()];
  // Agents report calls in up to three ways: as spans, as log events and as sums in metrics.
  const known = servicesWithCalls(list);
  const to: SessionSpans = { spans: list, marks };
  for (const [session, { service, events, logs }] of sessions) {
    if (known.has(service)) marks.push(...logs);
    else addTelemetrySession(to, session, events);
  }
  for (const { service } of sessions.values()) known.add(service);
  list.push(...metrics.toSpans((service) => known.has(service)));
  addPrograms(list, marks);
  for (const span of list) spans.set(span.id, span);
  // One string for each id, of a million spans or more.
  for (const span of list)
    if (span.parent !== undefined) span.parent = spans.get(span.parent)?.id ?? span.parent;
  shareServices(list, spans);
  const root = list.filter(({ parent }) => parent === undefined || !spans.has(parent));
  const run: ForeignRun = {
    format: 'otlp',
    ...(traceIds.size === 1 ? { id: [...traceIds][0]! } : {}),
    name: root.length === 1 ? root[0]!.name : nameOf(list),
    spans: list,
    marks: marks.map((mark) => (spans.has(mark.span) ? mark : { ...mark, span: root[0]?.id ?? '' })),
  };
  return restorePflowRun(run, roots);
}

/** The log lines and changes of the store in a span. A function of its own: closures share what is captured, and the span of one would be kept by all. */
function marksOf({ events, traceId }: ReceivedSpan, id: string, again: () => ReceivedSpan): ForeignMark[] {
  const marks: ForeignMark[] = [];
  for (const [position, { name, atMs }] of events.entries()) {
    if (name !== 'pflow.log' && name !== 'pflow.store') continue;
    marks.push({ span: id, atMs, read: () => readPflowEvent(again().events[position]!, traceId) });
  }
  return marks;
}

/** Services that have spans of calls with a usage. */
function servicesWithCalls(spans: readonly ForeignSpan[]): Set<string> {
  return new Set(spans.flatMap(({ call, service }) => (call?.tokens === undefined ? [] : [service ?? ''])));
}

/** Decoded messages, cached by their parsed JSON, because the spans of one message are read in sequence. */
const decoded = new WeakMap<object, Received>();

function decodeMessage(value: unknown): Received {
  const known = decoded.get(value as object);
  if (known) return known;
  const received = decodeOtlpJson(value);
  decoded.set(value as object, received);
  return received;
}

/** Spans that only announce a span in progress. */
const pending = new WeakSet<ForeignSpan>();

/** Logfire announces a span with a pending span inside it, which the finished span replaces. */
function isReplaced(span: ReceivedSpan, spans: ReadonlyMap<string, ForeignSpan>): boolean {
  return (
    isPendingSpan(span) &&
    span.parentSpanId !== undefined &&
    spans.has(joinIds(span.traceId, span.parentSpanId))
  );
}

function dropReplaced(id: string, spans: Map<string, ForeignSpan>): void {
  const { parent } = spans.get(id)!;
  if (parent !== undefined && spans.has(parent)) spans.delete(id);
}

/** A span belongs to its parent's service unless it names another. */
function shareServices(list: readonly ForeignSpan[], spans: ReadonlyMap<string, ForeignSpan>): void {
  const own = new Map(list.map((span) => [span, span.service]));
  for (const span of list) {
    const parent = span.parent === undefined ? undefined : spans.get(span.parent);
    if (parent && own.get(parent) === span.service) span.service = undefined;
  }
}

function nameOf(spans: readonly ForeignSpan[]): string {
  const services = [...new Set(spans.flatMap(({ service }) => service ?? []))];
  const named = services.slice(0, 3).join(', ');
  return services.length > 3 ? `${named} and ${services.length - 3} more` : named || 'otlp';
}

const PROGRAM = 'logs/';

/** The span of a log record, or the one for the logs of its service. */
function ownerOf(log: ReceivedLog): string {
  if (log.traceId !== undefined && log.spanId !== undefined) return joinIds(log.traceId, log.spanId);
  return `${PROGRAM}${serviceOf(log) ?? 'logs'}`;
}

/** Adds a span for each service with logs that belong to no other span. */
function addPrograms(spans: ForeignSpan[], marks: readonly ForeignMark[]): void {
  const programs = new Map<string, ForeignSpan>();
  for (const { span: id, atMs } of marks) {
    if (!id.startsWith(PROGRAM)) continue;
    const known = programs.get(id);
    if (known) {
      known.startMs = Math.min(known.startMs, atMs);
      known.endMs = Math.max(known.endMs!, atMs);
    } else {
      const name = id.slice(PROGRAM.length);
      programs.set(id, { id, kind: 'program', name, startMs: atMs, endMs: atMs, detail: () => ({}) });
    }
  }
  spans.push(...programs.values());
}
