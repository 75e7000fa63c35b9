/** Converts a foreign run to trace events. */
import { formatCaptured, type Captured } from '../../trace/event/captured.js';
import type { EventOf, KnownTraceEvent, TracedError } from '../../trace/event/event.js';
import { TRACE_FORMAT, TRACE_VERSION } from '../../trace/event/event-format.js';
import type { Capture, CaptureLevel } from '../../trace/capture/capture.js';
import { chooseCalls } from './choose-calls.js';
import { callRequest, callResponse } from './emit-call.js';
import type { ForeignError, ForeignMark, ForeignRun, ForeignSpan, SpanDetail } from './foreign-run.js';
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

/** An event without its position in the stream. */
export type Body = KnownTraceEvent extends infer E
  ? E extends KnownTraceEvent
    ? Omit<E, 'seq' | 'at'>
    : never
  : never;

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
    const started: Body = {
      type: 'span.started',
      span: id,
      ...(parent === undefined ? {} : { parent }),
      kind: span.kind,
      name: this.#text(span.name),
      ...optional('label', span.label === undefined ? undefined : this.#text(span.label)),
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
    };
    const events: Body[] = [started];
    const inputs = Object.entries(detail.inputs ?? {});
    if (inputs.length > 0) {
      const params = inputs.map(([name, value]) => {
        const template = detail.templates?.[name];
        return [
          name,
          {
            ...(template === undefined ? {} : { template: this.#capture(template) }),
            value: this.#capture(value, name),
          },
        ] as const;
      });
      events.push({ type: 'params.resolved', span: id, params: Object.fromEntries(params) });
    }
    if (span.call && detail.call) {
      events.push(callRequest(id, detail.call, this.#capture));
      if (span.endMs === undefined && (detail.call.usage ?? detail.call.text) !== undefined)
        events.push(callResponse(id, span.call, detail.call, this.#capture));
    }
    return events;
  }

  #finish(span: ForeignSpan, index: number): Body[] {
    const id = this.#ids.get(span.id)!;
    const detail = this.#open.get(index) ?? {};
    this.#open.delete(index);
    const events: Body[] = [];
    if (span.call) {
      events.push(callResponse(id, span.call, detail.call ?? { usage: null }, this.#capture));
    }
    if (detail.output !== undefined && detail.output !== null) {
      events.push({ type: 'log.written', span: id, stream: 'stdout', text: this.#print(detail.output) });
    }
    events.push({
      type: 'span.finished',
      span: id,
      status: span.cancelled ? 'cancelled' : span.skipped ? 'skipped' : span.failed ? 'failed' : 'ok',
      ...optional('action', span.action),
      ...optional('error', span.error && toTracedError(span.error, this.#capture)),
    });
    return events;
  }

  #mark(mark: ForeignMark): Body[] {
    const span = this.#ids.get(mark.span);
    const detail = mark.read();
    if (span === undefined || detail === undefined) return [];
    if (detail.type === 'log') {
      const { text, stream = 'stdout', level } = detail;
      return [{ type: 'log.written', span, stream, text: this.#print(text), ...optional('level', level) }];
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
      },
    ];
  }

  #text(text: string): string {
    return formatCaptured(this.#capture(text));
  }

  /** A value as text: an object as indented JSON. */
  #print(value: unknown): string {
    if (typeof value === 'string') return this.#text(value);
    const captured = this.#capture(value);
    return typeof captured === 'object' ? JSON.stringify(captured, null, 2) : formatCaptured(captured);
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

function toTracedError({ name, message, stack }: ForeignError, capture: Capture): TracedError {
  return {
    name: name ?? 'Error',
    message: formatCaptured(capture(message)),
    ...(stack ? { stack: formatCaptured(capture(stack)) } : {}),
  };
}

function optional<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): { [K in Name]?: Exclude<Value, undefined> } {
  return (value === undefined ? {} : { [name]: value }) as { [K in Name]?: Exclude<Value, undefined> };
}
