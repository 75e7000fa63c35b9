/** Reprices a run as if it had used another model, no prompt cache, or today's rates: sums by node and in total. */
import { PflowError } from '../../lib/error.js';
import type { PriceTable } from '../../pricing/table/price-table.js';
import type { Call, RunState, Totals } from '../../profile/run/run-state.js';
import { findNodePath } from '../../profile/run/span-tree.js';
import { sumCalls } from '../../profile/run/totals.js';
import { repriceCall, type Change } from './reprice-call.js';

/** Amounts in USD of which only the known parts are summed. Without uncertainty all three are equal. */
export type UsdRange = Readonly<{ low: number; likely: number; high: number }>;

/** The calls of a node, or of the run, before and after a change. */
export type RepricedSum = Readonly<{
  calls: number;
  /** The number of calls that the change concerns. */
  changed: number;
  models: readonly string[];
  modelsAfter: readonly string[];
  before: Totals;
  /** `usd` is the likely cost. */
  after: Totals;
  usd: UsdRange;
}>;

/** A node by its path; the path is empty for calls outside of any node. */
export type RepricedNode = RepricedSum & Readonly<{ path: readonly string[] }>;

export type RepricedRun = RepricedSum &
  Readonly<{
    nodes: readonly RepricedNode[];
    /** What is not certain about the result, in words, each once. */
    notes: readonly string[];
  }>;

/** What is changed, for all nodes or for one: its path joined by `/`, or its last part. */
export type RunChange = Change & Readonly<{ node?: string }>;

/**
 * Reprices the calls of a run. Counts and prices are those of the calls; a sum differs from its original by exactly the sum of
 * the differences of its calls, so that a change which changes no call reproduces every cost to the last digit. Throws a
 * PflowError `usage` for a node that the run does not have or that called no model.
 */
export function repriceRun(state: RunState, change: RunChange, prices: PriceTable): RepricedRun {
  const began = Date.parse(state.started?.startedAt ?? '');
  const total = createSum();
  const nodes = new Map<string, Sum & { path: readonly string[] }>();
  const notes = new Set<string>();
  const wanted = change.node === undefined ? undefined : findWantedNode(state, change.node);
  for (const span of state.spans.values()) {
    if (!span.call || span.call.sameAs !== undefined) continue;
    const path = findNodePath(state, span.id);
    const key = path.join('/');
    const dated = Number.isNaN(began) ? undefined : new Date(began + span.startedAt);
    const isWanted = wanted === undefined || wanted === key;
    const usd = span.call.cost?.usd ?? null;
    const repriced = isWanted
      ? repriceCall(span.call, change, prices, dated)
      : { call: span.call, changed: false, low: usd, high: usd, notes: [] };
    let node = nodes.get(key);
    if (!node) nodes.set(key, (node = { ...createSum(), path }));
    for (const sum of [total, node]) {
      sum.before.push(span.call);
      sum.after.push(repriced.call);
      if (repriced.changed) sum.changed++;
      const likely = repriced.call.cost?.usd ?? 0;
      sum.delta += likely - (usd ?? 0);
      sum.below += likely - (repriced.low ?? likely);
      sum.above += (repriced.high ?? likely) - likely;
    }
    for (const note of repriced.notes) notes.add(note);
  }
  return {
    ...finishSum(total, state.totals),
    nodes: Array.from(nodes.values(), (node) => ({ path: node.path, ...finishSum(node) })),
    notes: [...notes],
  };
}

type Sum = { before: Call[]; after: Call[]; changed: number; delta: number; below: number; above: number };

function createSum(): Sum {
  return { before: [], after: [], changed: 0, delta: 0, below: 0, above: 0 };
}

function finishSum({ changed, delta, below, above, ...calls }: Sum, totals?: Totals): RepricedSum {
  const before = totals ?? sumCalls(calls.before);
  const likely = before.usd + delta;
  return {
    calls: calls.before.length,
    changed,
    models: listModels(calls.before),
    modelsAfter: listModels(calls.after),
    before,
    after: { ...sumCalls(calls.after), usd: likely },
    usd: { low: likely - below, likely, high: likely + above },
  };
}

function listModels(calls: readonly Call[]): string[] {
  return [...new Set(calls.map(({ model, requestedModel }) => model ?? requestedModel))];
}

function findWantedNode(state: RunState, name: string): string {
  const paths = new Set<string>();
  for (const { id, call } of state.spans.values()) {
    if (call && call.sameAs === undefined) paths.add(findNodePath(state, id).join('/'));
  }
  paths.delete('');
  const found = paths.has(name) ? [name] : [...paths].filter((path) => path.endsWith(`/${name}`));
  if (found.length === 1) return found[0]!;
  const problem =
    found.length > 1 ? `has several nodes '${name}'` : `has no node '${name}' that called a model`;
  throw new PflowError('usage', `The run ${problem}.`, {
    hint: paths.size === 0 ? 'No node of it called a model.' : `These did: ${[...paths].join(', ')}.`,
  });
}
