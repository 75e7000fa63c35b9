import type { RunState, Span } from '../run/run-state.js';

/** A stretch of the critical path: while it lasted, nothing but this span's own work held the run up. */
export type CriticalStep = Readonly<{ span: number; from: number; to: number }>;

/**
 * The chain of work that decided how long the run took, in order of time: only making one of these steps shorter makes
 * the run shorter. Steps never overlap, so together they are never longer than the run.
 *
 * It is found backwards: from the end of a span, the child that ended last before that point held it up, then the one
 * that ended last before that child began, and so on; what no child covers is the span's own.
 */
export function criticalPath(state: RunState, now: number = state.lastAt): CriticalStep[] {
  const steps: CriticalStep[] = [];
  let end = now;
  for (const root of lastEndedFirst(state, state.roots, now))
    end = walk(state, root, Math.min(end, endOf(root, now)), now, steps);
  return steps.toReversed();
}

/** How long a path is, in ms. */
export function lengthOf(path: readonly CriticalStep[]): number {
  return path.reduce((sum, { from, to }) => sum + (to - from), 0);
}

/** Adds the steps of `span` up to `end`, last first; returns where it began. */
function walk(state: RunState, span: Span, end: number, now: number, steps: CriticalStep[]): number {
  let cursor = end;
  for (const child of lastEndedFirst(state, span.children, now)) {
    const childEnd = endOf(child, now);
    if (childEnd > cursor) continue;
    addStep(steps, span, childEnd, cursor);
    cursor = walk(state, child, childEnd, now, steps);
  }
  addStep(steps, span, span.startedAt, cursor);
  return Math.min(cursor, span.startedAt);
}

function addStep(steps: CriticalStep[], { id }: Span, from: number, to: number): void {
  if (to > from) steps.push({ span: id, from, to });
}

function lastEndedFirst(state: RunState, ids: readonly number[], now: number): Span[] {
  const spans = ids.map((id) => state.spans.get(id)!);
  return spans.toSorted((a, b) => endOf(b, now) - endOf(a, now) || b.startedAt - a.startedAt);
}

function endOf(span: Span, now: number): number {
  return span.finishedAt ?? Math.max(now, span.startedAt);
}
