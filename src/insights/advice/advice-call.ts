/** Lists the facts of the calls of a run that advice is made from. */
import type { Call, RunState, Span } from '../../profile/run/run-state.js';
import { computeDuration, iterateAncestors } from '../../profile/run/span-tree.js';
import type { CachedCall } from './cache-doctor.js';

/** A call to a model that finished or failed, with its node's path joined by `/` (empty outside of any node). */
export type AdviceCall = CachedCall &
  Readonly<{
    node: string;
    /** The visit of the innermost node, and the item of a batch that it ran in, by span. */
    visit: number | undefined;
    item: number | undefined;
    ms: number;
    ok: boolean;
    /** Identifies the content and the settings of the request; undefined if they were not recorded. */
    request: string | undefined;
    call: Call;
  }>;

/** A piece of advice: what happened, what to do, and what that would save; null where it cannot be estimated. */
export type Advice = Readonly<{
  kind: string;
  /** The path of the node, where one is concerned. */
  node: string | undefined;
  message: string;
  remedy: string;
  usd: number | null;
  ms: number | null;
  /** The spans it is about. */
  spans: readonly number[];
}>;

/** Calls by a key, in order of their first calls. */
export function groupCalls(
  calls: readonly AdviceCall[],
  keyOf: (call: AdviceCall) => string,
): ReadonlyMap<string, AdviceCall[]> {
  const groups = new Map<string, AdviceCall[]>();
  for (const call of calls) {
    const key = keyOf(call);
    const group = groups.get(key);
    if (group) group.push(call);
    else groups.set(key, [call]);
  }
  return groups;
}

/** The known cost of calls in USD. */
export function sumUsd(calls: readonly AdviceCall[]): number {
  return calls.reduce((sum, { call }) => sum + (call.cost?.usd ?? 0), 0);
}

/** The calls of a run in order of start: the spans for which `toAdviceCall` returns one. */
export function listAdviceCalls(state: RunState): AdviceCall[] {
  return [...state.spans.values()].flatMap((span) => toAdviceCall(state, span) ?? []);
}

/** The facts of a span's call. Undefined without one, and for offline rules, replayed calls and second observations of a call. */
export function toAdviceCall(state: RunState, span: Span): AdviceCall | undefined {
  const { call } = span;
  if (!call || call.sameAs !== undefined || call.replayed || call.provider === 'offline') return undefined;
  const { usage, request } = call;
  const around = [...iterateAncestors(state, span.parent)];
  const nodes = around.filter(({ kind }) => kind === 'node');
  return {
    span: span.id,
    node: nodes
      .map(({ name }) => name)
      .toReversed()
      .join('/'),
    visit: nodes[0]?.id,
    item: around.find(({ kind }) => kind === 'item')?.id,
    provider: call.provider,
    model: call.model ?? call.requestedModel,
    startedAt: span.startedAt,
    finishedAt: span.finishedAt,
    ms: computeDuration(span, state.lastAt),
    ok: span.status === 'ok',
    parts: request?.parts,
    request: identifyRequest(request),
    input: usage?.input ?? 0,
    cacheRead: usage?.cacheRead ?? 0,
    cacheWrite: usage?.cacheWrite ?? 0,
    keepsHour: (usage?.cacheWrite1h ?? 0) > 0,
    call,
  };
}

/** When a run began by the wall clock; undefined if that is not known. */
export function readStart({ started }: RunState): Date | undefined {
  const time = Date.parse(started?.startedAt ?? '');
  return Number.isNaN(time) ? undefined : new Date(time);
}

function identifyRequest(request: Call['request']): string | undefined {
  if (!request?.parts || request.parts.length === 0) return undefined;
  const { parts, settings, tools, responseFormat, toolChoice, thinking } = request;
  const content = parts.map(({ role, sha256 }) => `${role}:${sha256}`).join(' ');
  return `${content} ${JSON.stringify([settings, tools, responseFormat, toolChoice, thinking])}`;
}
