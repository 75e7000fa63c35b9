/** Records received spans in the trace of a run, each once its place in the tree is known. */

import { callResponse } from '../../importers/frame/emit-call.js';
import { chooseCalls, withoutCall } from '../../importers/frame/choose-calls.js';
import { finishEvents, startEvents } from '../../importers/frame/emit-span.js';
import type { ForeignMark, ForeignSpan } from '../../importers/frame/foreign-run.js';
import { orderSpans } from '../../importers/frame/order-spans.js';
import { formatCaptured } from '../../trace/event/captured.js';
import type { TraceSink } from '../../trace/event/trace-sink.js';
import type { SeenCall } from '../calls/seen-calls.js';

export type TelemetryContext = Readonly<{
  sink: TraceSink;
  /** The span of the program. */
  root: number;
  /** The id of the span that the program was given as its parent, with the trace's. */
  parentId: string;
  /** When the run started, in ms since 1970. */
  startedAtMs: number;
  /** Called with each call, when it has been recorded. */
  onCall: (call: SeenCall) => void;
  /** Called when the recording fails: the program continues. */
  onError: (error: unknown) => void;
}>;

/** A span waits so long for its parent, in ms: exporters send every second. A parent that is still in progress comes later. */
const HOLD_MS = 2500;

type Waiting = Readonly<{ span: ForeignSpan; sinceMs: number }>;

type Recorded = {
  number: number;
  /** When it began, in ms since the run started. */
  from: number;
  /** While only its children are known: what they have in common, and the interval around them. */
  provisional?: { name: string; service: string | undefined; from: number; until: number };
  /** Set while it is in progress. */
  isOpen: boolean;
  isCall: boolean;
};

/**
 * Children are received before their parents, because a span is exported when it has finished. A child waits for its parent; after a
 * while, the parent gets a provisional span, which is identified when it is received itself.
 */
export class TelemetrySpans {
  readonly #context: TelemetryContext;
  readonly #recorded = new Map<string, Recorded>();
  /** By the id of the parent that is missing. */
  readonly #waiting = new Map<string, Waiting[]>();
  /** The parents of all spans that were received, by their ids. */
  readonly #parents = new Map<string, string | undefined>();
  /** Spans with a call inside: their own usage is a sum. */
  readonly #callsInside = new Set<string>();
  /** Services whose spans are calls with a usage. */
  readonly services = new Set<string>();

  constructor(context: TelemetryContext) {
    this.#context = context;
  }

  /** Adds a span. Of one that is received twice, the first counts. */
  add(span: ForeignSpan): void {
    const known = this.#recorded.get(span.id);
    if (known && !known.provisional) return;
    const { parent } = span;
    this.#parents.set(span.id, parent);
    this.#markAncestors(span);
    if (!known && parent !== undefined && !this.#recorded.has(parent) && !this.#isRootOf(span)) {
      const siblings = this.#waiting.get(parent) ?? [];
      if (siblings.some((each) => each.span.id === span.id)) return;
      siblings.push({ span, sinceMs: performance.now() });
      this.#waiting.set(parent, siblings);
      return;
    }
    this.#record(span);
  }

  /** Records the spans that have waited long enough, in a provisional span for their parent. */
  placeWaiting(holdMs = HOLD_MS): void {
    const now = performance.now();
    const ids = new Set([...this.#waiting.values()].flatMap((all) => all.map(({ span }) => span.id)));
    for (const [parent, children] of this.#waiting) {
      // Only the outermost parent has an unknown place: those inside it follow.
      if (ids.has(parent) || !children.some(({ sinceMs }) => now - sinceMs >= holdMs)) continue;
      this.#recordProvisional(parent, children);
    }
  }

  /** Finishes a span that was added without an end. */
  finish(id: string, endMs: number): void {
    const recorded = this.#recorded.get(id);
    if (!recorded?.isOpen || recorded.provisional) return;
    recorded.isOpen = false;
    const until = Math.max(recorded.from, this.#toRunMs(endMs));
    this.#context.sink.emit({ type: 'span.finished', span: recorded.number, status: 'ok', until });
  }

  /** Adds a line to the log of its span, or of the program. */
  addMark(mark: ForeignMark): void {
    const line = mark.read();
    if (line?.type !== 'log') return;
    const { sink, root } = this.#context;
    const { text, stream = 'stdout', level } = line;
    sink.emit({
      type: 'log.written',
      span: this.#recorded.get(mark.span)?.number ?? root,
      stream,
      text: formatCaptured(sink.capture(text)),
      ...(level === undefined ? {} : { level }),
      source: 'service',
    });
  }

  /** Finishes what is still open. */
  close(): void {
    const { sink } = this.#context;
    for (const { number, isOpen, provisional } of [...this.#recorded.values()].toReversed()) {
      if (provisional) this.#startProvisional(number, provisional, false);
      const until = provisional && { until: provisional.until };
      if (isOpen) sink.emit({ type: 'span.finished', span: number, status: 'ok', ...until });
    }
  }

  /** Whether its parent is a span of the program that pflow itself recorded, or none. */
  #isRootOf({ parent }: ForeignSpan): boolean {
    return parent === undefined || parent === this.#context.parentId;
  }

  #recordProvisional(id: string, children: readonly Waiting[]): void {
    const number = this.#context.sink.nextSpan();
    const service = children.find(({ span }) => span.service !== undefined)?.span.service;
    const provisional = {
      name: service ?? 'in progress',
      service,
      from: this.#toRunMs(Math.min(...children.map(({ span }) => span.startMs))),
      until: 0,
    };
    this.#recorded.set(id, { number, from: 0, provisional, isOpen: true, isCall: false });
    this.#startProvisional(number, provisional, true);
    this.#release(id);
  }

  #startProvisional(
    span: number,
    { name, service, from }: NonNullable<Recorded['provisional']>,
    provisional: boolean,
  ): void {
    this.#context.sink.emit({
      type: 'span.started',
      span,
      parent: this.#context.root,
      kind: 'step',
      name,
      from,
      ...(provisional ? { provisional } : {}),
      ...(service === undefined ? {} : { service }),
    });
  }

  /** Records a span and those that waited for it. */
  #record(given: ForeignSpan): void {
    const isProvisional = this.#recorded.has(given.id);
    // A provisional span is not a call: where its usage turns out to be one, the call becomes its child.
    const own: ForeignSpan = isProvisional && given.kind === 'llm' ? { ...given, kind: 'step' } : given;
    const { spans } =
      own.call && this.#callsInside.has(own.id)
        ? { spans: [withoutCall(own)] }
        : chooseCalls({ format: 'otlp', name: '', spans: [own] }, orderSpans([own]));
    for (const span of spans) this.#emit(span);
    this.#release(given.id);
  }

  #emit(span: ForeignSpan): void {
    const { sink, root } = this.#context;
    const provisional = this.#recorded.get(span.id);
    const parent = span.parent === undefined ? undefined : this.#recorded.get(span.parent);
    const number = provisional?.number ?? sink.nextSpan();
    const from = Math.max(this.#toRunMs(span.startMs), provisional ? 0 : (parent?.from ?? 0));
    const until = span.endMs === undefined ? undefined : Math.max(from, this.#toRunMs(span.endMs));
    if (parent?.provisional) {
      parent.provisional.from = Math.min(parent.provisional.from, from);
      parent.provisional.until = Math.max(parent.provisional.until, until ?? from);
    }
    const detail = span.detail();
    const capture = sink.capture.bind(sink);
    const at = { span: number, parent: provisional ? root : (parent?.number ?? root), capture };
    const [started, ...rest] = startEvents(span, detail, at);
    sink.emit({ ...started, from });
    for (const event of rest) sink.emit(event);
    if (until !== undefined) {
      for (const event of finishEvents(span, detail, number, capture))
        sink.emit(event.type === 'span.finished' ? { ...event, until } : event);
    } else if (span.call && detail.call) sink.emit(callResponse(number, span.call, detail.call, capture));
    this.#recorded.set(span.id, {
      number,
      from,
      isOpen: until === undefined,
      isCall: span.call !== undefined,
    });
    if (!span.call) return;
    if (span.call.tokens !== undefined) this.services.add(span.service ?? '');
    this.#linkAround(span.parent, number);
    const { usage, requestId, responseId, responseModel } = detail.call ?? {};
    this.#context.onCall({
      span: number,
      seenBy: 'telemetry',
      inSpan: parent !== undefined,
      startMs: from,
      endMs: until ?? sink.now(),
      model: responseModel ?? span.call.model,
      usage,
      requestId,
      responseId,
    });
  }

  /** The spans around a call are no calls. */
  #markAncestors(span: ForeignSpan): void {
    if (!span.call && !this.#callsInside.has(span.id)) return;
    for (let id = span.parent; id !== undefined && !this.#callsInside.has(id); id = this.#parents.get(id))
      this.#callsInside.add(id);
  }

  /** A span that was recorded as a call before the one inside it was received is the same call. */
  #linkAround(id: string | undefined, call: number): void {
    const around = id === undefined ? undefined : this.#recorded.get(id);
    if (around?.isCall)
      this.#context.sink.emit({ type: 'call.linked', span: around.number, same: call, by: 'ids' });
    if (around) this.#linkAround(this.#parents.get(id!), call);
  }

  #release(parent: string): void {
    const children = this.#waiting.get(parent) ?? [];
    this.#waiting.delete(parent);
    for (const { span } of children) this.#record(span);
  }

  /** Ms since the run started, to the microsecond; not in the future. */
  #toRunMs(epochMs: number): number {
    const { startedAtMs, sink } = this.#context;
    return Math.min(sink.now(), Math.max(0, Math.round((epochMs - startedAtMs) * 1000) / 1000));
  }
}
