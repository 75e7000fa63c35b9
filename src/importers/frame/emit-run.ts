/** Converts a foreign run to trace events. */
import { formatCaptured, type Captured } from '../../trace/event/captured.js';
import type { EventOf, KnownTraceEvent } from '../../trace/event/event.js';
import { TRACE_FORMAT, TRACE_VERSION } from '../../trace/event/event-format.js';
import type { Capture, CaptureLevel } from '../../trace/capture/capture.js';
import { chooseCalls } from './choose-calls.js';
import { callResponse } from './emit-call.js';
import { finishEvents, optional, printValue, startEvents, toTracedError, type Body } from './emit-span.js';
import type { ForeignMark, ForeignRun, ForeignSpan, SpanDetail } from './foreign-run.js';
import { orderSpans } from './order-spans.js';
import { toRunId } from './run-id.js';

export type EmitOptions = Readonly<{
  /** Redacts and bounds every value. */
  capture: Capture;
  level: CaptureLevel;
  redact: boolean;
  /** The version of pflow that converts it. */
  version: string;
}>;

/**
 * The events of a foreign run, in the order of their times; equal input gives equal events. A child never starts before its
 * parent and no span ends before its start, so that unsynchronized clocks cannot invert the tree.
 */
export function* emitRun(foreign: ForeignRun, options: EmitOptions): Generator<KnownTraceEvent> {
  const run: ForeignRun = { ...foreign, ...chooseCalls(foreign, orderSpans(foreign.spans)) };
  const schedule = scheduleEvents(run);
  const { base } = schedule;
  let seq = 0;
  const stamp = (atMs: number, body: Body): KnownTraceEvent =>
    ({ seq: seq++, at: toAt(atMs, base), ...body }) as KnownTraceEvent;
  const emitter = new SpanEmitter(run, options);
  yield stamp(base, startOf(run, base, options));
  let lastMs = base;
  for (const { atMs, what, index } of schedule.entries) {
    lastMs = Math.max(lastMs, atMs);
    for (const body of emitter.emit(what, index)) yield stamp(atMs, body);
  }
  if (!run.unfinished) yield stamp(Math.max(lastMs, run.endMs ?? 0), finishOf(run, options));
}

/** Milliseconds since the start of the run, rounded to the microsecond. */
function toAt(atMs: number, base: number): number {
  return Math.max(0, Math.round((atMs - base) * 1000) / 1000);
}

type Entry = Readonly<{ atMs: number; what: 'start' | 'mark' | 'finish'; rank: number; index: number }>;

/** Starts in pre-order, then marks, then ends in the reverse order, where times are equal. */
function scheduleEvents(run: ForeignRun): { base: number; entries: Entry[] } {
  const { sequence, parents } = orderSpans(run.spans);
  const starts = new Float64Array(run.spans.length);
  const entries: Entry[] = [];
  let first = run.startMs ?? Infinity;
  for (const [rank, index] of sequence.entries()) {
    const { startMs, endMs } = run.spans[index]!;
    const parent = parents[index];
    const atMs = parent === undefined ? startMs : Math.max(startMs, starts[parent]!);
    starts[index] = atMs;
    first = Math.min(first, atMs);
    entries.push({ atMs, what: 'start', rank, index });
    if (endMs !== undefined)
      entries.push({ atMs: Math.max(atMs, endMs), what: 'finish', rank: -rank, index });
  }
  const byId = new Map(run.spans.map(({ id }, index) => [id, index]));
  for (const [index, mark] of (run.marks ?? []).entries()) {
    const span = byId.get(mark.span);
    if (span === undefined) continue;
    entries.push({ atMs: Math.max(mark.atMs, starts[span]!), what: 'mark', rank: index, index });
  }
  entries.sort((a, b) => a.atMs - b.atMs || order[a.what] - order[b.what] || a.rank - b.rank);
  // The wall clock of the first event is a whole number of ms, as ISO 8601 with ms can represent it.
  return { base: Number.isFinite(first) ? Math.floor(first) : 0, entries };
}

const order = { start: 0, mark: 1, finish: 2 } as const;

/** Emits the events of spans and marks. Values are read when a span starts and kept until it finishes. */
class SpanEmitter {
  readonly #run: ForeignRun;
  readonly #capture: Capture;
  readonly #ids = new Map<string, number>();
  readonly #open = new Map<number, SpanDetail>();

  constructor(run: ForeignRun, { capture }: EmitOptions) {
    this.#run = run;
    this.#capture = capture;
  }

  emit(what: Entry['what'], index: number): Body[] {
    if (what === 'mark') return this.#mark(this.#run.marks![index]!);
    const span = this.#run.spans[index]!;
    return what === 'start' ? this.#start(span, index) : this.#finish(span, index);
  }

  #start(span: ForeignSpan, index: number): Body[] {
    const id = this.#ids.size + 1;
    this.#ids.set(span.id, id);
    const detail = span.detail();
    if (span.endMs !== undefined) this.#open.set(index, detail);
    const parent = span.parent === undefined ? undefined : this.#ids.get(span.parent);
    const events: Body[] = startEvents(span, detail, { span: id, parent, capture: this.#capture });
    if (span.call && span.endMs === undefined && (detail.call?.usage ?? detail.call?.text) !== undefined)
      events.push(callResponse(id, span.call, detail.call!, this.#capture));
    return events;
  }

  #finish(span: ForeignSpan, index: number): Body[] {
    const detail = this.#open.get(index) ?? {};
    this.#open.delete(index);
    return finishEvents(span, detail, this.#ids.get(span.id)!, this.#capture);
  }

  #mark(mark: ForeignMark): Body[] {
    const span = this.#ids.get(mark.span);
    const detail = mark.read();
    if (span === undefined || detail === undefined) return [];
    if (detail.type === 'log') {
      const { text, stream = 'stdout', level } = detail;
      return [
        {
          type: 'log.written',
          span,
          stream,
          text: printValue(text, this.#capture),
          ...optional('level', level),
        },
      ];
    }
    const set = Object.entries(detail.set).map(([path, value]) => [
      path,
      this.#capture(value, lastKey(path)),
    ]);
    return [
      {
        type: 'store.changed',
        span,
        set: Object.fromEntries(set),
        ...optional('deleted', detail.deleted?.length ? [...detail.deleted] : undefined),
        ...optional('store', detail.store === undefined ? undefined : this.#ids.get(detail.store)),
      },
    ];
  }
}

/** The name of the value at a JSON Pointer, by which secrets are recognised. */
function lastKey(pointer: string): string {
  return pointer
    .slice(pointer.lastIndexOf('/') + 1)
    .replaceAll('~1', '/')
    .replaceAll('~0', '~');
}

function startOf(run: ForeignRun, base: number, { capture, level, redact, version }: EmitOptions): Body {
  const { format, id } = run;
  return {
    type: 'run.started',
    format: TRACE_FORMAT,
    version: TRACE_VERSION,
    run: toRunId(format, id ?? ''),
    startedAt: new Date(base).toISOString(),
    pflow: version,
    name: formatCaptured(capture(run.name)) || format,
    params: toRecord(run.inputs, capture),
    flags: { simulated: false, capture: level, redact },
    source: 'imported',
    foreign: { format, id: id ?? '' },
    ...optional('project', run.project),
    ...optional('commit', run.commit),
  };
}

function finishOf(run: ForeignRun, { capture }: EmitOptions): EventBodyOf<'run.finished'> {
  const root = run.spans.find(({ parent, failed }) => parent === undefined && failed);
  const failed = run.status === undefined ? root !== undefined : run.status === 'failed';
  const error = run.error ?? (failed ? root?.error : undefined);
  return {
    type: 'run.finished',
    status: run.status === 'cancelled' ? 'cancelled' : failed ? 'failed' : 'ok',
    ...(run.outputs === undefined ? {} : { outputs: toRecord(run.outputs, capture) }),
    ...optional('error', error && toTracedError(error, capture)),
  };
}

type EventBodyOf<T extends KnownTraceEvent['type']> = Omit<EventOf<T>, 'seq' | 'at'>;

/** A value as a record of captured values: an object's fields, or one field `value`. */
function toRecord(value: unknown, capture: Capture): Record<string, Captured> {
  if (value === undefined || value === null) return {};
  const fields =
    typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : { value };
  return Object.fromEntries(Object.entries(fields).map(([key, each]) => [key, capture(each, key)]));
}
