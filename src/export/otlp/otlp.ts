/** Exports OTLP JSON. */

import type { RunState, Span } from '../../profile/run/run-state.js';
import { spanName } from '../span-name.js';
import { GEN_AI, GEN_AI_SCHEMA_URL } from '../../otlp/gen-ai-names.js';
import { createRunIds, type RunIds } from '../../otlp/run-ids.js';
import { callContent, listChanges, listLogs, spanContent } from './content.js';
import { callAttributes, callName } from './gen-ai.js';
import {
  attributes,
  CLIENT,
  ERROR,
  INTERNAL,
  UNSET,
  type KeyValue,
  type OtlpEvent,
  type OtlpSpan,
} from '../../otlp/otlp-json.js';

/** OTLP `TracesData` as JSON: the body of a POST to `/v1/traces`, and a line of a collector file. */
export type OtlpTraces = Readonly<{
  resourceSpans: readonly Readonly<{
    resource: Readonly<{ attributes: readonly KeyValue[] }>;
    scopeSpans: readonly Readonly<{
      scope: Readonly<{ name: string; version: string }>;
      spans: readonly OtlpSpan[];
      schemaUrl: string;
    }>[];
    schemaUrl: string;
  }>[];
}>;

export type OtlpOptions = Readonly<{
  /** Includes prompts, responses, parameters, logs and changes of the store. */
  content?: boolean;
  /** Attributes of the resource, such as `service.name`. */
  resource?: Readonly<Record<string, string>>;
}>;

/**
 * Exports a run with the run as the root span. Ids derive from the run id, so that repeated exports yield the same
 * trace; an unfinished span ends with the trace.
 */
export function toOtlp(state: RunState, options: OtlpOptions = {}): OtlpTraces {
  return wrapSpans(state, options, [
    exportRoot(state, options),
    ...Array.from(state.spans.values(), (span) => exportSpan(span, state, options)),
  ]);
}

/** A message with spans of a run. */
export function wrapSpans(
  { started }: RunState,
  { resource }: OtlpOptions,
  spans: readonly OtlpSpan[],
): OtlpTraces {
  const version = started?.pflow ?? 'unknown';
  const own = { 'service.name': 'pflow', 'service.version': version, ...resource };
  return {
    resourceSpans: [
      {
        resource: { attributes: attributes(own) },
        scopeSpans: [{ scope: { name: 'pflow', version }, spans, schemaUrl: GEN_AI_SCHEMA_URL }],
        schemaUrl: GEN_AI_SCHEMA_URL,
      },
    ],
  };
}

type Context = RunIds &
  Readonly<{
    /** Nanoseconds since 1970 for ms since the run began; exceeds the precision of a number. */
    time(ms: number): string;
  }>;

const contexts = new WeakMap<object, Context>();

function contextOf({ started }: RunState): Context {
  const known = started && contexts.get(started);
  if (known) return known;
  const began = Date.parse(started?.startedAt ?? '');
  const epoch = BigInt(Number.isNaN(began) ? 0 : began) * 1_000_000n;
  // An observed program was given the context that its run has recorded.
  const isOwn = started?.source === undefined || started.source === 'run';
  const traceparent = isOwn ? started?.traceparent : undefined;
  const context: Context = {
    ...createRunIds(started?.run ?? 'unknown', traceparent),
    time: (ms) => String(epoch + BigInt(Math.round(ms * 1e6))),
  };
  if (started) contexts.set(started, context);
  return context;
}

/** The span of the run itself. */
export function exportRoot(state: RunState, { content = false }: OtlpOptions): OtlpSpan {
  const { traceId, parentId, idOf, time } = contextOf(state);
  const { started, status, finished, controls } = state;
  const name = started?.name ?? 'run';
  return {
    traceId,
    spanId: idOf(0),
    ...(parentId === undefined ? {} : { parentSpanId: parentId }),
    name: `invoke_agent ${name}`,
    kind: INTERNAL,
    startTimeUnixNano: time(0),
    endTimeUnixNano: time(state.lastAt),
    attributes: attributes({
      [GEN_AI.operation]: 'invoke_agent',
      [GEN_AI.agent]: name,
      [GEN_AI.workflow]: name,
      'pflow.run.id': started?.run,
      'pflow.status': status,
      'pflow.simulated': started?.flags.simulated,
      'error.type': finished?.error?.code ?? finished?.error?.name,
    }),
    events: [
      ...controls.map(({ at, change, reason }) => ({
        timeUnixNano: time(at),
        name: `pflow.${change}`,
        attributes: attributes({ 'pflow.reason': reason }),
      })),
      ...(content ? listChanges(state, 0, { time, idOf }) : []),
    ],
    status:
      status === 'failed' || status === 'budget'
        ? { code: ERROR, message: finished?.error?.message ?? status }
        : { code: UNSET },
  };
}

/** A span. Without `content`, nothing that it captured but names and error messages. */
export function exportSpan(span: Span, state: RunState, { content = false }: OtlpOptions): OtlpSpan {
  const { traceId, idOf, time } = contextOf(state);
  const { lastAt } = state;
  const { call, error, status } = span;
  const end = Math.max(span.startedAt, span.finishedAt ?? lastAt);
  return {
    traceId,
    spanId: idOf(span.id),
    parentSpanId: idOf(span.parent ?? 0),
    name: nameOf(span),
    kind: call ? CLIENT : INTERNAL,
    startTimeUnixNano: time(span.startedAt),
    endTimeUnixNano: time(end),
    attributes: [
      ...operation(span),
      ...(call ? callAttributes(call, span) : attributes({ 'error.type': error?.code ?? error?.name })),
      ...attributes({
        'pflow.kind': span.kind,
        'pflow.status': status,
        'pflow.node.id': span.kind === 'node' ? span.name : undefined,
        'pflow.node.type': span.nodeType,
        'pflow.node.visit': span.kind === 'node' ? span.visit : undefined,
        'pflow.node.action': span.action,
        'pflow.attempt': span.attempt,
        'pflow.item.index': span.index,
      }),
      ...(content
        ? [...spanContent(span, isTool(span)), ...(call ? callContent(call, state.values) : [])]
        : []),
    ],
    events: [
      ...(error ? [exception(error, time(end))] : []),
      ...(content ? [...listLogs(span, time), ...listChanges(state, span.id, { time, idOf })] : []),
    ],
    status: status === 'failed' ? { code: ERROR, message: error?.message ?? 'failed' } : { code: UNSET },
  };
}

function nameOf(span: Span): string {
  if (span.call) return callName(span.call);
  if (isPlanner(span)) return 'plan';
  return isTool(span) ? `execute_tool ${span.nodeType}` : spanName(span);
}

function operation(span: Span): KeyValue[] {
  if (isPlanner(span)) return attributes({ [GEN_AI.operation]: 'plan' });
  if (isTool(span)) return attributes({ [GEN_AI.operation]: 'execute_tool', [GEN_AI.tool]: span.nodeType });
  return [];
}

function isPlanner({ kind, name }: Span): boolean {
  return kind === 'stage' && name === 'planner';
}

/** Node types that reach outside of the program, like the tools of an agent. */
function isTool({ kind, nodeType = '' }: Span): boolean {
  return kind === 'node' && /^(shell|http|mcp-.+)$/.test(nodeType);
}

function exception(error: NonNullable<Span['error']>, at: string): OtlpEvent {
  return {
    timeUnixNano: at,
    name: 'exception',
    attributes: attributes({
      'exception.type': error.name,
      'exception.message': error.message,
      'exception.stacktrace': error.stack,
    }),
  };
}
