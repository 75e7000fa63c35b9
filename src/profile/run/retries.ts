/** Marks retried attempts as superseded and their LLM calls as wasted. */
import { changeCall, type Reducer } from './reducer.js';
import type { Span } from './run-state.js';
import { iterateAncestors } from './span-tree.js';

/** Call when a span starts. If it is attempt n, marks attempt n−1 as superseded and its LLM calls as wasted. */
export function supersedeAttemptBefore(reducer: Reducer, span: Span, parent: Span): void {
  if (span.attempt === undefined || span.attempt <= 1) return;
  const previous = attemptBefore(reducer, span, span.attempt - 1, parent);
  if (!previous) return;
  reducer.superseded.add(previous.id);
  waste(reducer, previous);
}

/** Whether the span or an ancestor was superseded by another attempt. */
export function isSuperseded(reducer: Reducer, span: Span): boolean {
  for (const { id } of iterateAncestors(reducer.state, span.id)) if (reducer.superseded.has(id)) return true;
  return false;
}

/** Concurrent calls of one parent may each be retried, so a failed sibling is the more likely predecessor. */
function attemptBefore(
  { state, superseded }: Reducer,
  span: Span,
  attempt: number,
  parent: Span,
): Span | undefined {
  let finished: Span | undefined;
  for (let i = parent.children.length - 1; i >= 0; i--) {
    const sibling = state.spans.get(parent.children[i]!)!;
    if (sibling.kind !== span.kind || (sibling.attempt ?? 1) !== attempt || superseded.has(sibling.id))
      continue;
    // The first attempt of a node has no number, as that of any other node.
    if (span.kind === 'node' && sibling.name !== span.name) continue;
    if (sibling.status === 'failed') return sibling;
    if (sibling.status !== 'running') finished ??= sibling;
  }
  return finished;
}

function waste(reducer: Reducer, span: Span): void {
  changeCall(reducer, span.id, (call) =>
    call.wasted || call.cost === null ? call : { ...call, wasted: true },
  );
  for (const child of span.children) waste(reducer, reducer.state.spans.get(child)!);
}
