/** Defines an attribute dialect: how one instrumentation names the kind, values and usage of a span. */
import type { Attributes } from '../../otlp/decode/received.js';
import type { SpanKind } from '../../trace/event/event.js';
import type { CallDetail } from '../frame/foreign-run.js';

/** The input of a dialect: a span. */
export type DialectSpan = Readonly<{
  name: string;
  attributes: Attributes;
  scope?: string | undefined;
  events?: readonly Readonly<{ name: string; attributes: Attributes }>[] | undefined;
}>;

/**
 * The fields that a dialect recognizes in a span. All are optional: a span may mix several dialects, and the first one with a
 * field takes precedence.
 */
export type Reading = Readonly<{
  kind?: SpanKind | undefined;
  /** A better name than the span's own. */
  name?: string | undefined;
  provider?: string | undefined;
  model?: string | undefined;
  responseModel?: string | undefined;
  /** Whether the span is a request to a model rather than a container of requests. */
  isRequest?: boolean | undefined;
  /** Whether an earlier response was used again: no model was called. */
  isCached?: boolean | undefined;
  /** chat · embedding · rerank …, as in an llm.request. */
  api?: string | undefined;
  /** The raw counts that a usage is normalized from, under the dialect's own names. */
  usage?: unknown;
  /** The provider whose convention the counts follow, if it differs from the named one. */
  usageProvider?: string | null | undefined;
  /** A cost that the instrumentation computed. */
  toolCostUsd?: number | undefined;
  firstTokenMs?: number | undefined;
  finishReason?: string | undefined;
  responseId?: string | undefined;
  free?: boolean | undefined;
  /** The values of the span, read lazily. */
  content?: (() => Content) | undefined;
}>;

/** The values of a span. */
export type Content = Pick<
  CallDetail,
  'prompt' | 'system' | 'settings' | 'tools' | 'text' | 'object' | 'reasoning' | 'toolCalls' | 'finishReason'
> & {
  inputs?: Readonly<Record<string, unknown>> | undefined;
  output?: unknown;
};

/** Parses the spans of one instrumentation; returns undefined for any other span. */
export type Dialect = (span: DialectSpan) => Reading | undefined;
