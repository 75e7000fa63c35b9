import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Captured } from '../../src/trace/event/captured.js';
import type {
  EventBody,
  EventOf,
  KnownTraceEvent,
  RunStatus,
  SpanKind,
  SpanStatus,
  TracedError,
  TraceEvent,
} from '../../src/trace/event/event.js';
import { isKnownType, TRACE_FORMAT, TRACE_VERSION } from '../../src/trace/event/event-format.js';

type TracedUsage = NonNullable<EventOf<'llm.response'>['usage']>;
type RunFields = Partial<Omit<EventOf<'run.started'>, 'seq' | 'at' | 'type'>>;
type SpanFields = Partial<Omit<EventOf<'span.started'>, 'seq' | 'at' | 'type' | 'kind' | 'name'>>;

/** How a span ends. A `fails` text or error makes its status `failed`. */
type End = { status?: SpanStatus; action?: string; fails?: string | TracedError };

export type LlmCallFields = {
  model?: string;
  provider?: string;
  free?: boolean;
  attempt?: number;
  ms?: number;
  input?: number;
  output?: number;
  /** More of the usage: cacheRead, reasoning, reportedCostUsd … */
  usage?: Partial<TracedUsage>;
  usageOrigin?: 'reported' | 'estimated' | 'none';
  replayed?: boolean;
  /** The model that the response names, if it is not the requested one. */
  answeredBy?: string;
  prompt?: Captured;
  text?: Captured;
  /** Estimated output tokens while it streams, one `llm.progress` each. */
  progress?: readonly number[];
  firstTokenMs?: number;
  unusable?: boolean;
  /** Failed before any response. */
  fails?: string | TracedError;
  parent?: number;
};

/**
 * Builds the events of a run from a script:
 *
 *   buildTrace((t) => {
 *     t.stage('workflow', () => {
 *       t.node('read_file', { nodeType: 'read-file' }, () => {
 *         t.phase('exec', 45);
 *         t.set({ '/read_file/content': 'hello' });
 *       });
 *       t.node('ask', { nodeType: 'llm' }, () => t.llm({ ms: 900, input: 1200, output: 80 }));
 *     });
 *   });
 *
 * `run.started` comes first. `run.finished` comes last, unless the script says `t.finish` or the option `open` is set.
 */
export function buildTrace(
  script: (t: TraceBuilder) => void,
  options: RunFields & { open?: boolean } = {},
): TraceEvent[] {
  const { open, ...fields } = options;
  const builder = new TraceBuilder(fields);
  script(builder);
  if (!open && !builder.finished) builder.finish();
  return builder.events;
}

export class TraceBuilder {
  readonly events: TraceEvent[] = [];
  /** The `at` of the next event. */
  now = 0;
  finished = false;
  readonly #stack: number[] = [];
  #nextSpan = 1;

  constructor(fields: RunFields = {}) {
    this.emit({
      type: 'run.started',
      format: TRACE_FORMAT,
      version: TRACE_VERSION,
      run: '0a1b2c3d-0000-4000-8000-000000000001',
      startedAt: '2026-01-15T10:00:00.000Z',
      pflow: '0.1.0',
      name: 'test run',
      params: {},
      model: { provider: 'anthropic', model: 'claude-sonnet-4-5', reason: 'ANTHROPIC_API_KEY is set' },
      flags: { simulated: false, capture: 'preview', redact: true },
      ...fields,
    });
  }

  /** The innermost open span. */
  get span(): number {
    const span = this.#stack.at(-1);
    if (span === undefined) throw new Error('No span is open here.');
    return span;
  }

  /** Advances the time by milliseconds. */
  wait(ms: number): this {
    this.now = Math.round((this.now + ms) * 1000) / 1000;
    return this;
  }

  /** Any event, stamped. */
  emit(body: EventBody): this {
    this.events.push({ seq: this.events.length, at: this.now, ...body } as KnownTraceEvent);
    return this;
  }

  /** An event of a type that this version does not know. */
  emitUnknown(type: string, raw: Record<string, unknown> = {}): this {
    this.events.push({
      seq: this.events.length,
      at: this.now,
      type: `unknown:${type}`,
      raw: { type, ...raw },
    });
    return this;
  }

  /** Opens a span until a later `close`, for spans that overlap. Its parent is the innermost open `span()`. */
  open(kind: SpanKind, name: string, fields: SpanFields = {}): number {
    const span = fields.span ?? this.#nextSpan;
    this.#nextSpan = Math.max(this.#nextSpan, span) + 1;
    const parent = this.#stack.at(-1);
    this.emit({
      type: 'span.started',
      span,
      ...(parent === undefined ? {} : { parent }),
      kind,
      name,
      ...fields,
    });
    return span;
  }

  close(span: number, { status, action, fails }: End = {}): this {
    const error = typeof fails === 'string' ? { name: 'Error', message: fails } : fails;
    return this.emit({
      type: 'span.finished',
      span,
      status: status ?? (error ? 'failed' : 'ok'),
      ...(action === undefined ? {} : { action }),
      ...(error ? { error } : {}),
    });
  }

  /** Runs `body` inside an open span. */
  within(span: number, body: (span: number) => void): this {
    this.#stack.push(span);
    body(span);
    this.#stack.pop();
    return this;
  }

  /** A span with everything inside it. */
  spanOf(
    kind: SpanKind,
    name: string,
    fields: SpanFields & End,
    body: (span: number) => void = () => {},
  ): number {
    const { status, action, fails, ...started } = fields;
    const span = this.open(kind, name, started);
    this.within(span, body);
    this.close(span, {
      ...(status === undefined ? {} : { status }),
      ...(action === undefined ? {} : { action }),
      ...(fails === undefined ? {} : { fails }),
    });
    return span;
  }

  stage(name: 'planner' | 'workflow', body: (span: number) => void, end: End = {}): number {
    return this.spanOf('stage', name, end, body);
  }

  node(id: string, fields: SpanFields & End, body?: (span: number) => void): number {
    return this.spanOf('node', id, { nodeType: 'test', ...fields }, body);
  }

  /** A phase with a duration of `ms`, or that of its body. */
  phase(name: 'prep' | 'exec' | 'post', work: number | ((span: number) => void), end: End = {}): number {
    return this.spanOf('phase', name, end, typeof work === 'number' ? () => void this.wait(work) : work);
  }

  attempt(attempt: number, body: (span: number) => void, end: End = {}): number {
    return this.spanOf('attempt', `attempt ${attempt}`, { attempt, ...end }, body);
  }

  /** One call to a model: its span, request, progress and response. Without counts its usage is unknown. */
  llm(fields: LlmCallFields = {}): number {
    const {
      model = 'claude-sonnet-4-5',
      provider = 'anthropic',
      attempt = 1,
      ms = 100,
      free,
      parent,
      fails,
      unusable,
    } = fields;
    const started = {
      model,
      provider,
      attempt,
      ...(free ? { free } : {}),
      ...(parent === undefined ? {} : { parent }),
    };
    const span = this.open('llm', model, started);
    this.emit({ type: 'llm.request', span, prompt: fields.prompt ?? 'Say something.' });
    const steps = fields.progress ?? [];
    for (const output of steps)
      this.wait(ms / (steps.length + 1)).emit({ type: 'llm.progress', span, output });
    this.wait(ms / (steps.length + 1));
    if (fails !== undefined) {
      this.close(span, { fails });
      return span;
    }
    this.respond(span, { ...fields, model });
    this.close(span, unusable ? { fails: 'The answer does not fit the schema.' } : {});
    return span;
  }

  /** The response of an open llm span. */
  respond(span: number, fields: LlmCallFields & { model: string }): this {
    const { input, output, usage, usageOrigin, firstTokenMs, unusable, replayed } = fields;
    const reported = input !== undefined || output !== undefined || usage !== undefined;
    return this.emit({
      type: 'llm.response',
      span,
      text: fields.text ?? 'Something.',
      finishReason: 'stop',
      model: fields.answeredBy ?? fields.model,
      usage: reported ? usageOf(input, output, usage) : null,
      usageOrigin: usageOrigin ?? (reported ? 'reported' : 'none'),
      ...(firstTokenMs === undefined ? {} : { firstTokenMs }),
      ...(unusable ? { unusable } : {}),
      ...(replayed ? { replayed } : {}),
    });
  }

  /** The innermost open span writes the store: values by JSON Pointer. */
  set(
    set: Readonly<Record<string, Captured>>,
    options: { deleted?: string[]; store?: number; span?: number } = {},
  ): this {
    return this.emit({ type: 'store.changed', span: this.span, set, ...options });
  }

  log(text: string, stream: 'stdout' | 'stderr' | 'warning' = 'stdout'): this {
    return this.emit({ type: 'log.written', span: this.span, stream, text });
  }

  params(params: EventOf<'params.resolved'>['params']): this {
    return this.emit({ type: 'params.resolved', span: this.span, params });
  }

  control(change: EventOf<'control.changed'>['change'], reason?: string): this {
    return this.emit({ type: 'control.changed', change, ...(reason === undefined ? {} : { reason }) });
  }

  plan(
    nodes: EventOf<'workflow.planned'>['nodes'],
    origin: EventOf<'workflow.planned'>['origin'] = 'planned',
  ): this {
    const edges = nodes.slice(1).map((node, i) => ({ from: nodes[i]!.id, to: node.id, action: 'default' }));
    const ir = { ir_version: '0.1.0', nodes: nodes.map(({ id, type }) => ({ id, type, params: {} })), edges };
    return this.emit({
      type: 'workflow.planned',
      span: this.span,
      origin,
      name: 'test run',
      ir,
      nodes,
      edges,
    });
  }

  finish(
    status: RunStatus = 'ok',
    fields: Pick<Partial<EventOf<'run.finished'>>, 'node' | 'error' | 'outputs' | 'result' | 'verified'> = {},
  ): this {
    this.finished = true;
    return this.emit({ type: 'run.finished', status, ...fields });
  }
}

/** The traces in test/fixtures/traces, by name. */
export const fixtureNames: readonly string[] = readdirSync(fixtureFolder())
  .filter((file) => file.endsWith('.jsonl'))
  .map((file) => file.slice(0, -'.jsonl'.length))
  .toSorted();

/** The events of a trace in test/fixtures/traces. A torn last line is skipped. */
export function readFixture(name: string): TraceEvent[] {
  return parseTrace(readFileSync(join(fixtureFolder(), `${name}.jsonl`), 'utf8'));
}

/** One JSON object per line. */
export function formatTrace(events: readonly TraceEvent[]): string {
  return events
    .map(
      (event) =>
        `${JSON.stringify('raw' in event ? { seq: event.seq, at: event.at, ...event.raw } : event)}\n`,
    )
    .join('');
}

function parseTrace(text: string): TraceEvent[] {
  const lines = text.split('\n').slice(0, -1);
  return lines.map((line) => {
    const event = JSON.parse(line) as TraceEvent & Record<string, unknown>;
    if (isKnownType(event.type)) return event;
    const { seq, at, ...raw } = event;
    return { seq, at, type: `unknown:${event.type}`, raw };
  });
}

function fixtureFolder(): string {
  return join(import.meta.dirname, '..', 'fixtures', 'traces');
}

function usageOf(input?: number, output?: number, more: Partial<TracedUsage> = {}): TracedUsage {
  return {
    ...(input === undefined ? {} : { input }),
    ...(output === undefined ? {} : { output }),
    ...(input === undefined || output === undefined ? {} : { total: input + output }),
    source: 'test',
    convention: 'inclusive',
    warnings: [],
    ...more,
  };
}
