/** Marks a finished span that succeeded with less than it should have, or that sent its work back. */
import type { RunState, Span } from '../run/run-state.js';
import { findNodePath } from '../run/span-tree.js';
import { findAnswerProblem } from './answer-problem.js';

/** `warning`: it succeeded and there is a warning about it. `repaired`: it found a problem that another attempt repairs. */
export type SpanMark = 'warning' | 'repaired';

/** By span: a finished one does not change. */
const marks = new WeakMap<Span, SpanMark | 'none'>();

/** The mark of a span in lists of a run; undefined if it has none. */
export function findSpanMark(state: RunState, span: Span): SpanMark | undefined {
  if (span.status !== 'ok' || span.kind === 'stage') return undefined;
  let mark = marks.get(span);
  if (mark === undefined) marks.set(span, (mark = computeMark(state, span)));
  return mark === 'none' ? undefined : mark;
}

function computeMark(state: RunState, span: Span): SpanMark | 'none' {
  if (span.outcome?.retryReason !== undefined) return 'repaired';
  const { batch, degraded } = span.outcome ?? {};
  const isPartial = batch !== undefined && (batch.failed > 0 || batch.of === 0 || batch.empty === batch.of);
  const hasProblem =
    isPartial || degraded !== undefined || isDeadEnd(state, span) || hasBadAnswer(state, span);
  return hasProblem ? 'warning' : 'none';
}

/** Whether a node of the workflow itself chose an action that none of its edges continues. */
export function isDeadEnd(state: RunState, span: Span): boolean {
  const { action } = span;
  if (span.kind !== 'node' || span.status !== 'ok' || action === undefined || action === 'default')
    return false;
  // The plan describes the nodes of the workflow itself, not those of workflows nested in it.
  if (findNodePath(state, span.id).length > 1) return false;
  const edges = state.plans.at(-1)?.edges.filter(({ from }) => from === span.name) ?? [];
  return edges.length > 0 && !edges.some((edge) => (edge.action ?? 'default') === action);
}

function hasBadAnswer(state: RunState, span: Span): boolean {
  if (span.call) return findAnswerProblem(span.call) !== undefined;
  return span.children.some((id) => {
    const child = state.spans.get(id);
    return child !== undefined && (child.call ?? child.totals.calls > 0) && hasBadAnswer(state, child);
  });
}
