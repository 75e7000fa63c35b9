/** Breaks a run down by node, by model and by stage. */
import type { Call, RunState, Span, Totals } from '../run/run-state.js';
import { sumCalls } from '../run/totals.js';
import { computeDuration, iterateAncestors } from '../run/span-tree.js';

/** What one node used over all of its visits. Calls of nodes nested in it belong to those nodes. */
export type NodeRow = Readonly<{
  stage: string | undefined;
  /** Ids of the enclosing nodes and of the node itself: `['enrich', 'fetch']`. Empty for calls outside of any node. */
  path: readonly string[];
  nodeType: string | undefined;
  visits: number;
  /** Total duration of all visits, nested work included. */
  ms: number;
  /** Number of failed visits. */
  failed: number;
  spans: readonly number[];
  totals: Totals;
}>;

/** What one model used. */
export type ModelRow = Readonly<{ provider: string; model: string; totals: Totals }>;

/** What one stage used. */
export type StageRow = Readonly<{ stage: string; ms: number; totals: Totals }>;

/** One row per node that ran, in order of first start. The rows add up to the run's totals. */
export function groupByNode(state: RunState, now: number = state.lastAt): NodeRow[] {
  const groups = new Map<string, Group>();
  const places: Places = new Map();
  for (const span of state.spans.values()) {
    if (span.kind !== 'node' && !span.call) continue;
    const group = groupOf(groups, findPlace(places, state, span));
    if (span.kind === 'node') group.visits.push(span);
    if (span.call) group.calls.push(span.call);
  }
  return Array.from(groups.values(), ({ stage, path, visits, calls }) => ({
    stage,
    path,
    nodeType: visits[0]?.nodeType,
    visits: visits.length,
    ms: visits.reduce((sum, visit) => sum + computeDuration(visit, now), 0),
    failed: visits.filter((visit) => visit.status === 'failed').length,
    spans: visits.map((visit) => visit.id),
    totals: sumCalls(calls),
  }));
}

/** One row per model that was called, in order of first call. The rows add up to the run's totals. */
export function groupByModel(state: RunState): ModelRow[] {
  const groups = new Map<string, { provider: string; model: string; calls: Call[] }>();
  for (const { call } of state.spans.values()) {
    if (!call || call.sameAs !== undefined) continue;
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

/** One row per stage, in order of start. The rows add up to the run's totals. */
export function groupByStage(state: RunState, now: number = state.lastAt): StageRow[] {
  const groups = new Map<string, { spans: Span[]; calls: Call[] }>();
  const places: Places = new Map();
  for (const span of state.spans.values()) {
    if (span.parent !== undefined && !span.call) continue;
    const stage = findPlace(places, state, span).stage.name;
    const group = groups.get(stage) ?? { spans: [], calls: [] };
    if (span.parent === undefined) group.spans.push(span);
    if (span.call) group.calls.push(span.call);
    groups.set(stage, group);
  }
  return Array.from(groups, ([stage, { spans, calls }]) => ({
    stage,
    ms: spans.reduce((sum, span) => sum + computeDuration(span, now), 0),
    totals: sumCalls(calls),
  }));
}

type Group = { stage: string | undefined; path: readonly string[]; visits: Span[]; calls: Call[] };

function groupOf(groups: Map<string, Group>, { stage, path, key }: Place): Group {
  let group = groups.get(key);
  if (!group) {
    group = { stage: stage.kind === 'stage' ? stage.name : undefined, path, visits: [], calls: [] };
    groups.set(key, group);
  }
  return group;
}

/** Where a span is: its outermost span, the nodes around it and itself, and both as text that identifies them. */
type Place = Readonly<{ stage: Span; path: readonly string[]; key: string }>;

/** The places found so far, by span. Each is derived from that of the parent: a run has many spans in few nodes. */
type Places = Map<number, Place>;

function findPlace(places: Places, state: RunState, { id }: Span): Place {
  const unknown: Span[] = [];
  let place: Place | undefined;
  for (const span of iterateAncestors(state, id)) {
    place = places.get(span.id);
    if (place) break;
    unknown.push(span);
  }
  for (const span of unknown.reverse()) {
    place = placeWithin(place, span);
    places.set(span.id, place);
  }
  return place!;
}

function placeWithin(around: Place | undefined, span: Span): Place {
  const { stage, path, key } = around ?? { stage: span, path: [], key: JSON.stringify(span.name) };
  return span.kind === 'node'
    ? { stage, path: [...path, span.name], key: `${key},${JSON.stringify(span.name)}` }
    : (around ?? { stage, path, key });
}
