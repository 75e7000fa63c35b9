/** Exports OTLP JSON. */

import { createHash } from 'node:crypto';
import type { RunState, Span } from '../../profile/run/run-state.js';
import { spanName } from '../span-name.js';
import { GEN_AI } from '../../otlp/gen-ai-names.js';
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
    }>[];
  }>[];
}>;

/**
 * Exports a run with the run as the root span. Ids derive from the run id, so that repeated exports yield the same
 * trace; an unfinished span ends with the trace.
 */
export function toOtlp(state: RunState): OtlpTraces {
  const version = state.started?.pflow ?? 'unknown';
  const context = contextOf(state);
  return {
    resourceSpans: [
      {
        resource: { attributes: attributes({ 'service.name': 'pflow', 'service.version': version }) },
        scopeSpans: [
          {
            scope: { name: 'pflow', version },
            spans: [
              rootSpan(state, context),
              ...Array.from(state.spans.values(), (span) => otlpSpan(span, state, context)),
            ],
          },
        ],
      },
    ],
  };
}

type Context = Readonly<{
  traceId: string;
  /** The id of a span; 0 is the run. */
  idOf(span: number): string;
  /** Nanoseconds since 1970 for ms since the run began; exceeds the precision of a number. */
  time(ms: number): string;
}>;

function contextOf({ started }: RunState): Context {
  const run = started?.run ?? 'unknown';
  const began = Date.parse(started?.startedAt ?? '');
  const epoch = BigInt(Number.isNaN(began) ? 0 : began) * 1_000_000n;
  const uuid = run.replaceAll('-', '').toLowerCase();
  return {
    traceId: /^(?!0{32})[0-9a-f]{32}$/.test(uuid) ? uuid : hash(run).slice(0, 32),
    idOf: (span) => hash(`${run}/${span}`).slice(0, 16),
    time: (ms) => String(epoch + BigInt(Math.round(ms * 1e6))),
  };
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function rootSpan(state: RunState, { traceId, idOf, time }: Context): OtlpSpan {
  const { started, status, finished, controls } = state;
  const name = started?.name ?? 'run';
  return {
    traceId,
    spanId: idOf(0),
    name: `invoke_workflow ${name}`,
    kind: INTERNAL,
    startTimeUnixNano: time(0),
    endTimeUnixNano: time(state.lastAt),
    attributes: attributes({
      [GEN_AI.operation]: 'invoke_workflow',
      'gen_ai.workflow.name': name,
      'pflow.run.id': started?.run,
      'pflow.status': status,
      'pflow.simulated': started?.flags.simulated,
      'error.type': finished?.error?.code ?? finished?.error?.name,
    }),
    events: controls.map(({ at, change, reason }) => ({
      timeUnixNano: time(at),
      name: `pflow.${change}`,
      attributes: attributes({ 'pflow.reason': reason }),
    })),
    status:
      status === 'failed' || status === 'budget'
        ? { code: ERROR, message: finished?.error?.message ?? status }
        : { code: UNSET },
  };
}

function otlpSpan(span: Span, { lastAt }: RunState, { traceId, idOf, time }: Context): OtlpSpan {
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
    ],
    events: error ? [exception(error, time(end))] : [],
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
