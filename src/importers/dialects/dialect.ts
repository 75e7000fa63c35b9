/** Defines an attribute dialect: how one instrumentation names what a span was, and what it used. */
import type { Attributes } from '../../otlp/decode/received.js';
import type { SpanKind } from '../../trace/event/event.js';
import type { CallDetail } from '../frame/foreign-run.js';

/** A span as dialects see it. */
export type DialectSpan = Readonly<{
  name: string;
  attributes: Attributes;
  scope?: string | undefined;
  events?: readonly Readonly<{ name: string; attributes: Attributes }>[] | undefined;
}>;

/** What a dialect makes of a span. Every field is optional: a span may mix several dialects, and the first that knows it decides. */
export type Reading = Readonly<{
  kind?: SpanKind | undefined;
  /** A better name than the span's own. */
  name?: string | undefined;
  provider?: string | undefined;
  model?: string | undefined;
  responseModel?: string | undefined;
  /** Whether the span is a request to a model, rather than something that contains some. */
  isRequest?: boolean | undefined;
  /** chat · embedding · rerank …, as in an llm.request. */
  api?: string | undefined;
  /** What a usage can be normalized from: raw counts in the dialect's own names. */
  usage?: unknown;
  /** The provider that decides the convention of the counts, where it is not the one that is named. */
  usageProvider?: string | null | undefined;
  /** A cost that the instrumentation computed. */
  toolCostUsd?: number | undefined;
  firstTokenMs?: number | undefined;
  finishReason?: string | undefined;
  responseId?: string | undefined;
  free?: boolean | undefined;
  /** The values, read only when they are needed. */
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

/** Reads the spans of one instrumentation; undefined for a span of others. */
export type Dialect = (span: DialectSpan) => Reading | undefined;
