/** Defines the result of an importer: the spans of a foreign trace with their calls, before conversion to trace events. */
import type { SpanKind } from '../../trace/event/event.js';
import type { Usage } from '../../usage/record/usage.js';

/** A foreign trace. Times are in ms since 1970. */
export type ForeignRun = {
  /** The name of its format, such as `otlp` or `claude-code`. */
  format: string;
  /** Its own id: of the trace or the session. Absent where it has none; the file's content then identifies it. */
  id?: string;
  name: string;
  spans: ForeignSpan[];
  /** Log lines and state changes inside spans, each with its own time. */
  marks?: ForeignMark[];
  /** What the trace states about the run as a whole. */
  startMs?: number;
  endMs?: number;
  /** Whether its program was stopped before it finished. */
  unfinished?: boolean;
  status?: 'ok' | 'failed' | 'cancelled';
  error?: ForeignError;
  inputs?: unknown;
  outputs?: unknown;
  project?: string;
  commit?: string;
  /** What could not be read, one sentence each. */
  notes?: string[];
};

export type ForeignError = { name?: string | undefined; message: string; stack?: string | undefined };

/**
 * A span. Kept small, because a file may contain a million of them: large values are in `detail`, which is read when the
 * span's events are written.
 */
export type ForeignSpan = {
  /** Unique in the run. */
  id: string;
  /** The id of the containing span. */
  parent?: string | undefined;
  kind: SpanKind;
  name: string;
  startMs: number;
  /** Absent for a span that had not finished. */
  endMs?: number | undefined;
  failed?: boolean;
  cancelled?: boolean;
  skipped?: boolean;
  error?: ForeignError | undefined;
  label?: string | undefined;
  nodeType?: string | undefined;
  index?: number | undefined;
  of?: number | undefined;
  attempt?: number | undefined;
  visit?: number | undefined;
  action?: string | undefined;
  service?: string | undefined;
  links?: { span: string; trace?: string }[];
  /** Set if the span names a model or reports a usage. */
  call?: CallOutline | undefined;
  detail: () => SpanDetail;
};

/** The facts that determine whether a span is a model call or repeats the usage of the calls inside it. */
export type CallOutline = {
  provider?: string | undefined;
  /** The requested model. */
  model?: string | undefined;
  /** Input and output tokens together, or 0 where another unit is reported; undefined where no usage is reported. */
  tokens: number | undefined;
  /** Whether the span's kind is a model request; other spans become calls only if they contain none. */
  isRequest: boolean;
  /** The span's own name, if its call is named after the model. */
  spanName?: string | undefined;
  free?: boolean;
};

/** The large values of a span. */
export type SpanDetail = {
  /** Parameters by name. */
  inputs?: Readonly<Record<string, unknown>> | undefined;
  /** The templates that parameters were resolved from, by name. */
  templates?: Readonly<Record<string, unknown>> | undefined;
  output?: unknown;
  call?: CallDetail | undefined;
};

/** A request to a model and its response. */
export type CallDetail = {
  prompt?: unknown;
  system?: unknown;
  settings?: Readonly<Record<string, unknown>> | undefined;
  tools?: readonly Readonly<{ name: string; bytes: number }>[] | undefined;
  api?: string | undefined;
  host?: string | undefined;
  text?: string | undefined;
  object?: unknown;
  reasoning?: string | undefined;
  toolCalls?: readonly Readonly<{ id?: string; name: string; arguments: unknown }>[] | undefined;
  finishReason?: string | undefined;
  /** The model that the response names. */
  responseModel?: string | undefined;
  usage: Usage | null;
  rawUsage?: unknown;
  firstTokenMs?: number | undefined;
  requestId?: string | undefined;
  responseId?: string | undefined;
  httpStatus?: number | undefined;
  incomplete?: boolean;
  /** A cost in USD computed by the recording tool, which is not the billed cost. */
  toolCostUsd?: number | undefined;
};

/** A log line or a change of the state, at its time. `read` is called when the event is written. */
export type ForeignMark = {
  span: string;
  atMs: number;
  read: () => MarkDetail | undefined;
};

export type MarkDetail =
  | Readonly<{ type: 'log'; text: string; stream?: 'stdout' | 'stderr' | 'warning'; level?: string }>
  | Readonly<{
      type: 'store';
      set: Readonly<Record<string, unknown>>;
      deleted?: readonly string[];
      /** The span whose own store changed; absent for the run's. */
      store?: string;
    }>;
