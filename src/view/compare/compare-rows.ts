/** The rows of the comparison of two runs: their nodes, and below each what differs in it. */

import { compareNode, type ContentChange } from '../../insights/compare/compare-contents.js';
import { diffRuns, type NodeDiff, type RunDiff } from '../../insights/compare/compare-runs.js';
import { nodeKey } from '../../insights/compare/run-index.js';
import { safeText } from '../../lib/text/safe-text.js';
import type { RunState } from '../../profile/run/run-state.js';
import { isExpanded, type CollapseState } from '../base/collapse.js';
import { memoizeLast } from '../base/memo.js';
import type { CompareState } from './compare-state.js';

/** Two runs that do not change any more, the earlier one first. */
export type Comparison = Readonly<{ before: RunState; after: RunState }>;

/** A node of either run, or one of its contents that differs. */
export type CompareRow = Readonly<{
  key: string;
  depth: number;
  isOpen: boolean;
  node: NodeDiff;
  change?: ContentChange;
}>;

/** The figures of two runs. */
const compareFigures: (comparison: Comparison) => RunDiff = memoizeLast(({ before, after }) =>
  diffRuns(before, after),
);

/** The rows that the filter and the collapsed nodes leave, in the order of the second run. */
export function compareRows(comparison: Comparison, { folds, filter }: CompareState): readonly CompareRow[] {
  return listRows(comparison, folds, filter.trim().toLowerCase());
}

const listRows = memoizeLast(
  (comparison: Comparison, folds: CollapseState, wanted: string): readonly CompareRow[] =>
    compareFigures(comparison).nodes.flatMap((node): CompareRow[] => {
      if (wanted !== '' && !labelOf(node).toLowerCase().includes(wanted)) return [];
      const key = nodeKey(node);
      const depth = Math.max(0, node.path.length - 1);
      const isOpen = isExpanded(folds, key, false, 0);
      const changes = isOpen ? changesOf(comparison, node) : [];
      return [
        { key, depth, isOpen, node },
        ...changes.map((change): CompareRow => {
          const row = { key: `${key} ${change.what}`, depth: depth + 1, isOpen: false };
          return { ...row, node, change };
        }),
      ];
    }),
);

/** The contents of a node that differ. They are compared when they are first shown: reading them all would read both files. */
export function changesOf(comparison: Comparison, node: NodeDiff): readonly ContentChange[] {
  const changes = known.get(comparison) ?? new Map<NodeDiff, readonly ContentChange[]>();
  known.set(comparison, changes);
  const found =
    changes.get(node) ??
    (node.path.length === 0 ? [] : mergeSame(compareNode(comparison.before, comparison.after, node)));
  changes.set(node, found);
  return found;
}

/**
 * Contents that differ in the same way are one: a prompt is also a parameter, and an answer also an output. A parameter is named
 * by what it became.
 */
function mergeSame(changes: readonly ContentChange[]): readonly ContentChange[] {
  const groups = new Map<string, ContentChange[]>();
  for (const change of changes) {
    const text = JSON.stringify([change.before, change.after]);
    groups.set(text, [...(groups.get(text) ?? []), change]);
  }
  return Array.from(groups.values(), (group): ContentChange => {
    const named = group.filter(({ what }) => !what.startsWith('parameter '));
    const names = (named.length > 0 ? named : group).map(({ what }) => what);
    const [first = '', second] = names;
    const rest =
      names.length > 2 ? ` and ${names.length - 1} others` : second === undefined ? '' : `, ${second}`;
    return { ...group[0]!, what: first + rest };
  });
}

/** The key of the first node that differs, where the cursor is at first; undefined if it is far from the start. */
export function firstDifference(comparison: Comparison): string | undefined {
  const nodes = compareFigures(comparison).nodes.slice(0, 200);
  const isPlanner = ({ stage }: NodeDiff) => stage === 'planner';
  // A rerun is not planned again, so that all nodes of the planner differ.
  const first =
    nodes.find((node) => !isPlanner(node) && isDifferent(comparison, node)) ??
    nodes.find((node) => isDifferent(comparison, node)) ??
    nodes.find((node) => !isPlanner(node));
  return first && nodeKey(first);
}

/** Whether a node differs in what it does, not only in its figures. */
export function isDifferent(comparison: Comparison, node: NodeDiff): boolean {
  const { before, after } = node;
  return !before || !after || before.status !== after.status || changesOf(comparison, node).length > 0;
}

const known = new WeakMap<Comparison, Map<NodeDiff, readonly ContentChange[]>>();

/** The name of a node; calls outside of nodes have none. */
export function labelOf({ stage, path }: NodeDiff): string {
  return safeText(path.at(-1) ?? `(${stage ?? 'outside any node'})`);
}
