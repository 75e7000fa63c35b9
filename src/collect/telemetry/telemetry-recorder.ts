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
import { SeenCalls, type SeenCall } from '../calls/seen-calls.js';
import { TelemetrySpans, type TelemetryContext } from './telemetry-spans.js';

/** How often spans that wait for their parent are checked, in ms. */
const INTERVAL_MS = 500;

/** If an agent has sent no spans with calls by then, its log events are recorded as they are received. In ms. */
const LOG_HOLD_MS = 3000;

type Session = {
  service: string;
  events: AgentEvent[];
  logs: ForeignMark[];
  sinceMs: number;
  /** The number of events that are recorded; undefined while spans may follow. */
  recorded: number | undefined;
};

/**
 * An agent reports its calls in up to three ways: as spans, as log events and as sums in metrics. Spans are recorded as they are
 * received, log events a little later if there were no spans with calls, and metrics when the program has exited, if there was neither.
 */
export class TelemetryRecorder {
  readonly #spans: TelemetrySpans;
  readonly #sessions = new Map<string, Session>();
  /** The calls of spans and of log events, which may be the same. */
  readonly #seen = new SeenCalls();
  #isRecordingLogs = false;
  readonly #metrics = new TokenMetrics();
  readonly #onError: TelemetryContext['onError'];
  #timer: NodeJS.Timeout | undefined;

  constructor(context: TelemetryContext) {
    this.#onError = context.onError;
    this.#spans = new TelemetrySpans({ ...context, onCall: (call) => this.#onCall(call, context) });
  }

  /** A call that log events have shown before is linked to them; any other is compared with those seen in other ways. */
  #onCall(call: SeenCall, { sink, onCall }: TelemetryContext): void {
    const link = this.#seen.add({ ...call, seenBy: this.#isRecordingLogs ? 'node' : 'telemetry' });
    if (!link) return onCall(call);
    const same = link.span === call.span ? link.same : link.span;
    sink.emit({ type: 'call.linked', span: call.span, same, by: link.by });
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
    if (spans.length > 0 || logs.length > 0)
      this.#timer ??= setInterval(() => this.#guard(() => this.placeWaiting()), INTERVAL_MS).unref();
  }

  /** Records what has waited long enough for what it may belong to. */
  placeWaiting(logHoldMs = LOG_HOLD_MS): void {
    this.#spans.placeWaiting();
    for (const [id, session] of this.#sessions) {
      const isDue =
        performance.now() - session.sinceMs >= logHoldMs && !this.#spans.services.has(session.service);
      if (session.recorded !== undefined || isDue) this.#recordSession(id, session, false);
    }
  }

  /** Records what is left: the program has exited. */
  close(): void {
    clearInterval(this.#timer);
    this.#guard(() => this.#finish());
  }

  #finish(): void {
    this.#spans.placeWaiting(0);
    const known = this.#spans.services;
    for (const [id, session] of this.#sessions) {
      if (session.recorded === undefined && known.has(session.service))
        for (const mark of session.logs) this.#spans.addMark(mark);
      else this.#recordSession(id, session, true);
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
    const session = this.#sessions.get(found.session) ?? {
      service: found.service,
      events: [],
      logs: [],
      sinceMs: performance.now(),
      recorded: undefined,
    };
    this.#sessions.set(found.session, session);
    session.events.push(found.event);
    session.logs.push(mark);
  }

  /** Records the events of a session that are new. The session and its last turn continue until the program has exited. */
  #recordSession(id: string, session: Session, isComplete: boolean): void {
    const { events, recorded } = session;
    if (recorded === events.length && !isComplete) return;
    session.recorded = events.length;
    const to: SessionSpans = { spans: [], marks: [] };
    // Turns that are recorded keep their place.
    addTelemetrySession(to, id, events, isComplete && recorded === undefined);
    const lastTurn = to.spans.findLast(({ kind }) => kind === 'step');
    const spans = new Map(to.spans.map((span) => [span.id, span]));
    const added = new Set<string>();
    // A parent comes before its children.
    const add = (name: string): void => {
      const span = spans.get(name);
      if (!span || added.has(name)) return;
      added.add(name);
      if (span.parent !== undefined) add(span.parent);
      const isOpen = !isComplete && (span.kind === 'agent' || span === lastTurn);
      this.#spans.add(isOpen ? { ...span, endMs: undefined } : span);
      if (!isOpen && span.endMs !== undefined) this.#spans.finish(span.id, span.endMs);
    };
    this.#isRecordingLogs = true;
    for (const name of spans.keys()) add(name);
    this.#isRecordingLogs = false;
  }
}
