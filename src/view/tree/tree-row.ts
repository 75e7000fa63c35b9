/** A row of the tree, and how rows are found and compared. */

import type { RunState, Span } from '../../profile/run/run-state.js';
import { memoizeLast } from '../base/memo.js';
import type { RunResult } from '../../profile/store/run-result.js';

/** A planned node that has not started. */
export type PlannedNode = RunState['plans'][number]['nodes'][number];

/** The key of the row with the result. */
export const RESULT_KEY = 'result';

/** A row of the tree: a span, a lane of items, a planned node, or the result of the finished run. */
export type Row = Readonly<{
  /** The id of the span as text, `lane:<parent>/<lane>`, `plan:<node>` or `result`. */
  key: string;
  depth: number;
  label: string;
  fold: 'leaf' | 'open' | 'folded';
  span: Span | undefined;
  /** The span ids of the items in a lane. */
  lane: readonly number[] | undefined;
  planned: PlannedNode | undefined;
  result?: RunResult;
  /** Whether this row itself matches the filter, rather than a descendant. */
  matched: boolean;
}>;

/** The row of the node or stage that started last. */
export const newestRow = memoizeLast((rows: readonly Row[]): Row | undefined => {
  let newest: Row | undefined;
  for (const row of rows) {
    if (row.span?.kind !== 'node' && row.span?.kind !== 'stage') continue;
    if (newest?.span === undefined || row.span.startedSeq > newest.span.startedSeq) newest = row;
  }
  return newest;
});

/** The row that `key` names. A planned node that has started since is found as the span it became. */
export function findRow(rows: readonly Row[], key: string | undefined): Row | undefined {
  if (key === undefined) return undefined;
  const found = rows.find((row) => row.key === key);
  if (found || !key.startsWith('plan:')) return found;
  return rows.find((row) => row.span?.kind === 'node' && `plan:${row.span.name}` === key);
}

/** The node id of a row; undefined for stages and for parts of a node. */
export function getNodeId(row: Row | undefined): string | undefined {
  if (row?.planned) return row.planned.id;
  return row?.span?.kind === 'node' ? row.span.name : undefined;
}

/** Whether a row has the content of another. */
export function isSameRow(one: Row, other: Row): boolean {
  return (
    one.span === other.span &&
    one.depth === other.depth &&
    one.label === other.label &&
    one.fold === other.fold &&
    one.matched === other.matched
  );
}
