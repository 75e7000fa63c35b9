/** Decides what the context pane shows: it follows the selection and the run. */

import { findResult, type RunResult } from '../../profile/store/run-result.js';
import type { RunState, Span } from '../../profile/run/run-state.js';
import { listRows } from '../tree/rows.js';
import { RESULT_KEY, type PlannedNode } from '../tree/tree-row.js';
import { selectedRow } from '../tree/selection.js';
import { selectedSpan } from '../tree/selected-span.js';
import type { UiState } from '../state/ui-state.js';

/** The subject of the context pane. */
export type ContextSubject =
  | Readonly<{ kind: 'result'; result: RunResult }>
  | Readonly<{ kind: 'span'; span: Span }>
  | Readonly<{ kind: 'planned'; node: PlannedNode }>
  | Readonly<{ kind: 'none' }>;

/**
 * The result once the run has finished and the user has selected nothing else, or its error; otherwise what is selected: in
 * follow mode, the newest node.
 */
export function findContextSubject(run: RunState, ui: UiState): ContextSubject {
  const isChosen = !ui.follow && ui.selected !== undefined;
  const span = selectedSpan(run, ui);
  if (run.finished && (!isChosen || ui.selected === RESULT_KEY || isWorkflow(span))) {
    const result = findResult(run);
    if (result) return { kind: 'result', result };
    const failed = isChosen ? span : (findFailed(run) ?? span);
    if (failed) return { kind: 'span', span: failed };
  }
  if (span) return { kind: 'span', span };
  const row = selectedRow(listRows(run, ui), ui);
  if (row?.planned) return { kind: 'planned', node: row.planned };
  if (row?.span) return { kind: 'span', span: row.span };
  return { kind: 'none' };
}

/** The stage whose outputs are the result of the run. */
function isWorkflow(span: Span | undefined): boolean {
  return span?.parent === undefined && span?.kind === 'stage' && span.name === 'workflow';
}

/** The node that a failed run names, or the last failed one. */
function findFailed(run: RunState): Span | undefined {
  if (run.status === 'ok') return undefined;
  let failed: Span | undefined;
  for (const id of run.roots) failed = findFailedWithin(run, run.spans.get(id)) ?? failed;
  return failed;
}

/** The innermost failed node: only failed spans are descended into, so that a run of ten thousand nodes is not searched. */
function findFailedWithin(run: RunState, span: Span | undefined): Span | undefined {
  if (span?.status !== 'failed') return undefined;
  const children = span.children.map((id) => run.spans.get(id));
  const inner = children.findLast((child) => child?.status === 'failed' && child.kind !== 'attempt');
  if (inner?.kind === 'node' || inner?.kind === 'item' || inner?.kind === 'workflow')
    return findFailedWithin(run, inner);
  return span;
}
