/** Records the telemetry of an observed program in its run: spans when their place is known, the sessions of agents at the end. */

import { detailSpan } from '../../importers/dialects/read-span.js';
import type { ForeignMark } from '../../importers/frame/foreign-run.js';
import {
  isPendingSpan,
  joinIds,
  serviceOf,
  toForeignSpan,
  toLogLine,
} from '../../importers/formats/otlp-span.js';
import {
  addTelemetrySession,
  toAgentEvent,
  TokenMetrics,
  type AgentEvent,
} from '../../importers/sessions/telemetry-session.js';
import type { SessionSpans } from '../../importers/sessions/session-thread.js';
import type { Received, ReceivedLog } from '../../otlp/decode/received.js';
import { TelemetrySpans, type TelemetryContext } from './telemetry-spans.js';

/** How often spans that wait for their parent are checked, in ms. */
const INTERVAL_MS = 500;

/**
 * An agent reports its calls in up to three ways: as spans, as log events and as sums in metrics. Spans are recorded as they are
 * received; the others when the program has exited, if its spans had no calls.
 */
export class TelemetryRecorder {
  readonly #spans: TelemetrySpans;
  readonly #sessions = new Map<string, { service: string; events: AgentEvent[]; logs: ForeignMark[] }>();
  readonly #metrics = new TokenMetrics();
  readonly #onError: TelemetryContext['onError'];
  #timer: NodeJS.Timeout | undefined;

  constructor(context: TelemetryContext) {
    this.#onError = context.onError;
    this.#spans = new TelemetrySpans(context);
  }

  /** Records what was received. Never throws: the program would send it once more, and wait for that. */
  add(received: Received): void {
    this.#guard(() => this.#add(received));
  }

  #guard(record: () => void): void {
    try {
      record();
    } catch (error) {
      this.#onError(error);
    }
  }

  #add({ spans, logs, points }: Received): void {
    for (const span of spans) {
      // The finished span follows.
      if (isPendingSpan(span)) continue;
      const id = joinIds(span.traceId, span.spanId);
      this.#spans.add(toForeignSpan(span, id, () => detailSpan(span)));
    }
    for (const log of logs) this.#addLog(log);
    for (const point of points) this.#metrics.add(point, serviceOf(point) ?? '');
    if (spans.length > 0)
      this.#timer ??= setInterval(() => this.#guard(() => this.#spans.placeWaiting()), INTERVAL_MS).unref();
  }

  /** Records what is left: the program has exited. */
  close(): void {
    clearInterval(this.#timer);
    this.#guard(() => this.#finish());
  }

  #finish(): void {
    this.#spans.placeWaiting(0);
    const known = this.#spans.services;
    for (const [session, { service, events, logs }] of this.#sessions) {
      if (known.has(service)) for (const mark of logs) this.#spans.addMark(mark);
      else this.#addSession(session, events);
    }
    for (const { service } of this.#sessions.values()) known.add(service);
    for (const span of this.#metrics.toSpans((service) => known.has(service))) this.#spans.add(span);
    this.#spans.close();
  }

  #addLog(log: ReceivedLog): void {
    const { traceId, spanId, atMs } = log;
    const span = traceId !== undefined && spanId !== undefined ? joinIds(traceId, spanId) : '';
    const mark: ForeignMark = { span, atMs, read: () => toLogLine(log) };
    const found = toAgentEvent(log, () => log.attributes);
    if (!found) return this.#spans.addMark(mark);
    const session = this.#sessions.get(found.session) ?? { service: found.service, events: [], logs: [] };
    this.#sessions.set(found.session, session);
    session.events.push(found.event);
    session.logs.push(mark);
  }

  #addSession(session: string, events: readonly AgentEvent[]): void {
    const to: SessionSpans = { spans: [], marks: [] };
    addTelemetrySession(to, session, events);
    const ids = new Map(to.spans.map((span) => [span.id, span]));
    const added = new Set<string>();
    // A parent comes before its children.
    const add = (id: string): void => {
      const span = ids.get(id);
      if (!span || added.has(id)) return;
      added.add(id);
      if (span.parent !== undefined) add(span.parent);
      this.#spans.add(span);
    };
    for (const id of ids.keys()) add(id);
    for (const mark of to.marks) this.#spans.addMark(mark);
  }
}
