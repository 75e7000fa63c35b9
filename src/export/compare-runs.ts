import { groupByNode, type NodeRow } from '../profile/analysis/breakdown.js';
import type { RunState, Totals } from '../profile/run/run-state.js';

/** What a node did in a run, over all of its visits. */
export type NodeOutcome = Readonly<{
  /** The worst that happened to any of its visits. */
  status: 'ok' | 'failed' | 'cancelled' | 'skipped' | 'running';
  /** What the last visit ended with, where that is not `default`. */
  action: string | undefined;
  visits: number;
  ms: number;
  tokens: number;
  /** Whether the tokens are estimates. */
  estimated: boolean;
  /** null where it is not known; 0 where there was nothing to pay. */
  usd: number | null;
}>;

/** One node in two runs; undefined where it is in the other only. */
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
 * Two runs side by side, node by node. A node is the same in both by its stage and path, wherever it came in the order. The
 * order is that of the second run, with what only the first has where it was.
 */
export function diffRuns(before: RunState, after: RunState): RunDiff {
  const earlier = rowsOf(before);
  const later = rowsOf(after);
  const order = [...earlier.keys()];
  const places = new Map(order.map((key, i) => [key, i]));
  const nodes: NodeDiff[] = [];
  let passed = 0;
  /** Adds what only the first run has up to a place in its order. */
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

/** By a text that tells nodes apart, in order of first start. Calls outside of any node have a row with an empty path. */
function rowsOf(state: RunState): ReadonlyMap<string, NodeRow> {
  return new Map(groupByNode(state).map((row) => [JSON.stringify([row.stage, ...row.path]), row]));
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

function nodeOutcome({ spans, visits, ms, totals }: NodeRow, state: RunState): NodeOutcome {
  const runs = spans.map((id) => state.spans.get(id)!);
  const worst = worstFirst.find((status) => runs.some((each) => each.status === status));
  const action = runs.at(-1)?.action;
  return {
    status: worst ?? 'ok',
    action: action === 'default' ? undefined : action,
    visits,
    ms,
    ...spent(totals),
  };
}

const worstFirst = ['failed', 'cancelled', 'running', 'ok', 'skipped'] as const;

function runOutcome({ status, lastAt, totals }: RunState): RunOutcome {
  return { status, ms: lastAt, ...spent(totals) };
}

function spent({
  tokens,
  estimated,
  usd,
  unpriced,
}: Totals): Pick<NodeOutcome, 'tokens' | 'estimated' | 'usd'> {
  return { tokens, estimated, usd: unpriced.length > 0 ? null : usd };
}
