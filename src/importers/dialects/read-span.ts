/** Parses a span whose attributes may mix several dialects: its kind, call and values. */
import type { Usage } from '../../usage/record/usage.js';
import { countTokens, readUsage } from '../frame/call-usage.js';
import type { CallOutline, ForeignSpan, SpanDetail } from '../frame/foreign-run.js';
import { readAiSdk } from './ai-sdk-dialect.js';
import { readClaudeCode, readCodex } from './agent-dialects.js';
import type { Content, Dialect, DialectSpan, Reading } from './dialect.js';
import { readGenAi } from './gen-ai-dialect.js';
import { readLaminar } from './laminar-dialect.js';
import { readLangfuse } from './langfuse-dialect.js';
import { readLangsmith } from './langsmith-dialect.js';
import { readLogfire } from './logfire-dialect.js';
import { readMlflow } from './mlflow-dialect.js';
import { readOpenInference } from './openinference-dialect.js';
import { readOpenLlmetry } from './openllmetry-dialect.js';
import { readPflow } from './pflow-dialect.js';

/** Most specific first: many instrumentations add the GenAI names to their own. */
const dialects: readonly Dialect[] = [
  readPflow,
  readLaminar,
  readLangfuse,
  readOpenInference,
  readAiSdk,
  readMlflow,
  readLangsmith,
  readLogfire,
  readClaudeCode,
  readCodex,
  readOpenLlmetry,
  readGenAi,
];

/** The parts of a foreign span that depend on its attributes. */
export type SpanOutline = Pick<ForeignSpan, 'kind' | 'name' | 'call'>;

/** The kind of the span, and the outline of its call. */
export function outlineSpan(span: DialectSpan): SpanOutline {
  const reading = mergeReadings(span);
  const kind = reading.kind ?? 'step';
  const call = outlineCall(reading, usageOf(reading));
  if (call && kind === 'llm') call.spanName = reading.name ?? span.name;
  // A request is named after its model, as in pflow's traces.
  return { kind, name: kind === 'llm' ? (reading.model ?? span.name) : (reading.name ?? span.name), call };
}

/** The values of a span. */
export function detailSpan(span: DialectSpan): SpanDetail {
  const reading = mergeReadings(span);
  const { inputs, output, ...content } = reading.content?.() ?? {};
  // A span of an unknown instrumentation: only its attributes are known.
  if (Object.keys(reading).length === 0) return { inputs: span.attributes };
  const usage = usageOf(reading);
  if (!outlineCall(reading, usage)) return { inputs, output };
  return {
    inputs,
    output,
    call: {
      ...content,
      api: reading.api,
      responseModel: reading.responseModel,
      usage,
      rawUsage: reading.usage,
      firstTokenMs: reading.firstTokenMs,
      finishReason: reading.finishReason ?? content.finishReason,
      responseId: reading.responseId,
      toolCostUsd: reading.toolCostUsd,
    },
  };
}

function outlineCall(reading: Reading, usage: Usage | null): CallOutline | undefined {
  const { provider, model, responseModel, isRequest = false, isCached = false, kind, free } = reading;
  if (isCached || kind === 'tool' || kind === 'retrieval') return undefined;
  if (!usage && !isRequest && (model ?? responseModel) === undefined) return undefined;
  return {
    provider,
    model: model ?? responseModel,
    tokens: countTokens(usage),
    isRequest,
    ...(free === undefined ? {} : { free }),
  };
}

function usageOf({ usage, provider, usageProvider, model, responseModel, api }: Reading): Usage | null {
  const seller = usageProvider === undefined ? provider : (usageProvider ?? undefined);
  return readUsage(usage, { provider: seller, model: responseModel ?? model, api });
}

/** Merges the fields of all dialects that recognize the span; the first one with a field takes precedence. */
function mergeReadings(span: DialectSpan): Reading {
  const readings = dialects.flatMap((dialect) => dialect(span) ?? []);
  if (readings.length < 2) return readings[0] ?? {};
  const merged = firstDefined<Reading>(readings);
  return {
    ...merged,
    content: () => firstDefined<Content>(readings.flatMap(({ content }) => content?.() ?? [])),
  };
}

function firstDefined<Fields extends object>(all: readonly Fields[]): Fields {
  const merged: Record<string, unknown> = {};
  for (const fields of all) {
    for (const [name, value] of Object.entries(fields)) {
      if (value !== undefined && merged[name] === undefined) merged[name] = value;
    }
  }
  return merged as Fields;
}
