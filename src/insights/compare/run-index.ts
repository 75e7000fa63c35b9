/** Indexes the nodes and the changes of a run, for comparing it node by node with another one. */
import { groupByNode, type NodeRow } from '../../profile/analysis/breakdown.js';
import type { RunState } from '../../profile/run/run-state.js';

/** A node of a run: its stage and the ids of the nodes that enclose it, with itself. */
export type NodeName = Pick<NodeRow, 'stage' | 'path'>;

/** The rows of the nodes by `nodeKey`, in order of first start, and the changes of the store by span. */
export type RunIndex = Readonly<{
  events: number;
  rows: ReadonlyMap<string, NodeRow>;
  changes: ReadonlyMap<number, RunState['changes']>;
}>;

const indexes = new WeakMap<RunState, RunIndex>();

/** The index of a run in its current state: a run may have thousands of nodes, and each is looked up. */
export function indexRun(state: RunState): RunIndex {
  const known = indexes.get(state);
  if (known?.events === state.events) return known;
  const index: RunIndex = {
    events: state.events,
    rows: new Map(groupByNode(state).map((row) => [nodeKey(row), row])),
    changes: groupChanges(state),
  };
  indexes.set(state, index);
  return index;
}

/** The key of a node. */
export function nodeKey({ stage, path }: NodeName): string {
  return JSON.stringify([stage, ...path]);
}

function groupChanges({ changes }: RunState): RunIndex['changes'] {
  const bySpan = new Map<number, RunState['changes'][number][]>();
  for (const change of changes) {
    const known = bySpan.get(change.span);
    if (known) known.push(change);
    else bySpan.set(change.span, [change]);
  }
  return bySpan;
}
