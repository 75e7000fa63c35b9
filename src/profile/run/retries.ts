import { changeCall, type Fold } from './reducer.js';
import type { Span } from './run-state.js';
import { outwards } from './span-tree.js';

/**
 * To be told of a span that starts: when it is attempt n of a node or of a call, attempt n - 1 beside it was given up,
 * and every call made in it is wasted.
 */
export function supersedeAttemptBefore(fold: Fold, span: Span, parent: Span): void {
  if (span.attempt === undefined || span.attempt <= 1) return;
  const previous = attemptBefore(fold, span, span.attempt - 1, parent);
  if (!previous) return;
  fold.superseded.add(previous.id);
  waste(fold, previous);
}

/** Whether the span, or one that contains it, was given up for another attempt. */
export function isSuperseded(fold: Fold, span: Span): boolean {
  for (const { id } of outwards(fold.state, span.id)) if (fold.superseded.has(id)) return true;
  return false;
}

/** Calls side by side in one parent may each be retried: one that failed is the likelier predecessor. */
function attemptBefore(
  { state, superseded }: Fold,
  span: Span,
  attempt: number,
  parent: Span,
): Span | undefined {
  let finished: Span | undefined;
  for (let i = parent.children.length - 1; i >= 0; i--) {
    const sibling = state.spans.get(parent.children[i]!)!;
    if (sibling.kind !== span.kind || sibling.attempt !== attempt || superseded.has(sibling.id)) continue;
    if (sibling.status === 'failed') return sibling;
    if (sibling.status !== 'running') finished ??= sibling;
  }
  return finished;
}

function waste(fold: Fold, span: Span): void {
  changeCall(fold, span.id, (call) => (call.wasted || call.cost === null ? call : { ...call, wasted: true }));
  for (const child of span.children) waste(fold, fold.state.spans.get(child)!);
}
