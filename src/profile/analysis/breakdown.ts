import type { Call, RunState, Span, Totals } from '../run/run-state.js';
import { sumCalls } from '../run/totals.js';
import { durationOf, nodePath, stageOf } from '../run/span-tree.js';

/** What one node used over all of its visits; calls of nodes nested in it are those nodes' own. */
export type NodeRow = Readonly<{
  stage: string | undefined;
  /** The node's id, behind those of the nodes around it: `['enrich', 'fetch']`. Empty for calls outside of any node. */
  path: readonly string[];
  nodeType: string | undefined;
  visits: number;
  /** Over all visits, what is nested included. */
  ms: number;
  /** Visits that failed. */
  failed: number;
  spans: readonly number[];
  totals: Totals;
}>;

/** What one model was used for. */
export type ModelRow = Readonly<{ provider: string; model: string; totals: Totals }>;

/** What one stage took. */
export type StageRow = Readonly<{ stage: string; ms: number; totals: Totals }>;

/** Each node that ran, in order of its first start. The totals of all rows add up to the run's. */
export function byNode(state: RunState, now: number = state.lastAt): NodeRow[] {
  const groups = new Map<string, Group>();
  for (const span of state.spans.values()) {
    if (span.kind !== 'node' && !span.call) continue;
    const group = groupOf(groups, state, span);
    if (span.kind === 'node') group.visits.push(span);
    if (span.call) group.calls.push(span.call);
  }
  return Array.from(groups.values(), ({ stage, path, visits, calls }) => ({
    stage,
    path,
    nodeType: visits[0]?.nodeType,
    visits: visits.length,
    ms: visits.reduce((sum, visit) => sum + durationOf(visit, now), 0),
    failed: visits.filter((visit) => visit.status === 'failed').length,
    spans: visits.map((visit) => visit.id),
    totals: sumCalls(calls),
  }));
}

/** Each model that was called, in order of its first call. The totals of all rows add up to the run's. */
export function byModel(state: RunState): ModelRow[] {
  const groups = new Map<string, { provider: string; model: string; calls: Call[] }>();
  for (const { call } of state.spans.values()) {
    if (!call) continue;
    const model = call.model ?? call.requestedModel;
    const key = JSON.stringify([call.provider, model]);
    const group = groups.get(key) ?? { provider: call.provider, model, calls: [] };
    group.calls.push(call);
    groups.set(key, group);
  }
  return Array.from(groups.values(), ({ provider, model, calls }) => ({
    provider,
    model,
    totals: sumCalls(calls),
  }));
}

/** Each stage, in order of start. The totals of all rows add up to the run's. */
export function byStage(state: RunState, now: number = state.lastAt): StageRow[] {
  const groups = new Map<string, { spans: Span[]; calls: Call[] }>();
  for (const span of state.spans.values()) {
    const stage = stageOf(state, span.id)!.name;
    const group = groups.get(stage) ?? { spans: [], calls: [] };
    if (span.parent === undefined) group.spans.push(span);
    if (span.call) group.calls.push(span.call);
    groups.set(stage, group);
  }
  return Array.from(groups, ([stage, { spans, calls }]) => ({
    stage,
    ms: spans.reduce((sum, span) => sum + durationOf(span, now), 0),
    totals: sumCalls(calls),
  }));
}

type Group = { stage: string | undefined; path: readonly string[]; visits: Span[]; calls: Call[] };

function groupOf(groups: Map<string, Group>, state: RunState, span: Span): Group {
  const stage = stageOf(state, span.id);
  const path = nodePath(state, span.id);
  const key = JSON.stringify([stage?.name, ...path]);
  let group = groups.get(key);
  if (!group) {
    group = { stage: stage?.kind === 'stage' ? stage.name : undefined, path, visits: [], calls: [] };
    groups.set(key, group);
  }
  return group;
}
