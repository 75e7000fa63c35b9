/** Compares two runs node by node. */

import type { NodeRow } from '../../profile/analysis/breakdown.js';
import { findVerdict } from '../../profile/analysis/verdicts.js';
import type { RunState, Totals } from '../../profile/run/run-state.js';
import { computeElapsed } from '../../profile/run/waiting.js';
import { indexRun } from './run-index.js';

/** The totals of a node over all visits. */
export type NodeOutcome = Readonly<{
  /** The worst status of any visit. */
  status: 'ok' | 'failed' | 'cancelled' | 'skipped' | 'running';
  /** The last action, unless `default`. */
  action: string | undefined;
  visits: number;
  ms: number;
  tokens: number;
  /** Whether the tokens are estimates. */
  estimated: boolean;
  /** Null if unknown; 0 if free. */
  usd: number | null;
  /** Whether its answer passed the user's verification; absent without one. */
  passed?: boolean;
}>;

/** A node in two runs; undefined where a run lacks it. */
export type NodeDiff = Readonly<{
  stage: string | undefined;
  path: readonly string[];
  before: NodeOutcome | undefined;
  after: NodeOutcome | undefined;
}>;

export type RunDiff = Readonly<{
  before: RunOutcome;
  after: RunOutcome;
  nodes: readonly NodeDiff[];
}>;

export type RunOutcome = Omit<NodeOutcome, 'status' | 'action' | 'visits'> &
  Readonly<{ status: RunState['status'] }>;

/**
 * Compares two runs. Nodes match by stage and path, regardless of order. Rows follow the second run, with nodes that
 * only the first has at their old position.
 */
export function diffRuns(before: RunState, after: RunState): RunDiff {
  const earlier = indexRun(before).rows;
  const later = indexRun(after).rows;
  const order = [...earlier.keys()];
  const places = new Map(order.map((key, i) => [key, i]));
  const nodes: NodeDiff[] = [];
  let passed = 0;
  /** Appends the nodes that only the first run has, up to a position. */
  const pass = (place: number): void => {
    for (; passed < place; passed++) {
      const key = order[passed]!;
      if (!later.has(key)) nodes.push(nodeDiff(earlier.get(key), before, undefined, after));
    }
  };
  for (const [key, row] of later) {
    pass(places.get(key) ?? 0);
    nodes.push(nodeDiff(earlier.get(key), before, row, after));
  }
  pass(order.length);
  return { before: runOutcome(before), after: runOutcome(after), nodes };
}

function nodeDiff(
  earlier: NodeRow | undefined,
  before: RunState,
  later: NodeRow | undefined,
  after: RunState,
): NodeDiff {
  const { stage, path } = (later ?? earlier)!;
  return {
    stage,
    path,
    before: earlier && nodeOutcome(earlier, before),
    after: later && nodeOutcome(later, after),
  };
}

function nodeOutcome({ stage, path, spans, visits, ms, totals }: NodeRow, state: RunState): NodeOutcome {
  const runs = spans.map((id) => state.spans.get(id)!);
  const worst = worstFirst.find((status) => runs.some((each) => each.status === status));
  const action = runs.at(-1)?.action;
  return {
    status: worst ?? 'ok',
    action: action === 'default' ? undefined : action,
    visits,
    ms,
    ...spent(totals),
    ...(stage === 'workflow' ? verdictOf(state, path.join('/')) : {}),
  };
}

function verdictOf(state: RunState, node?: string): Pick<NodeOutcome, 'passed'> {
  const passed = findVerdict(state, node);
  return passed === undefined ? {} : { passed };
}

const worstFirst = ['failed', 'cancelled', 'running', 'ok', 'skipped'] as const;

function runOutcome(state: RunState): RunOutcome {
  return { status: state.status, ms: computeElapsed(state), ...spent(state.totals), ...verdictOf(state) };
}

function spent({
  tokens,
  estimated,
  usd,
  unpriced,
}: Totals): Pick<NodeOutcome, 'tokens' | 'estimated' | 'usd'> {
  return { tokens, estimated, usd: unpriced.length > 0 ? null : usd };
}
