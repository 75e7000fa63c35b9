/** The times of a span: its duration as text, and its self time. */
import { formatDuration } from '../../lib/text/format.js';
import type { RunState, Span } from '../../profile/run/run-state.js';
import { computeDuration } from '../../profile/run/span-tree.js';

/** How long a span took, or has been running at `now`. */
export function formatSpanDuration(span: Span, now: number): string {
  return formatDuration(computeDuration(span, now), { running: span.finishedAt === undefined });
}

/**
 * The time of a span in which it waited for nothing that has a time of its own: neither for a model nor for a node inside
 * it. What runs side by side is counted once.
 */
export function selfMs(run: RunState, span: Span, now: number): number {
  const end = span.finishedAt ?? now;
  const waits = intervalsInside(run, span, end).toSorted((a, b) => a[0] - b[0]);
  let waited = 0;
  let until = span.startedAt;
  for (const [from, to] of waits) {
    waited += Math.max(0, to - Math.max(from, until));
    until = Math.max(until, to);
  }
  return Math.max(0, end - span.startedAt - waited);
}

function intervalsInside(run: RunState, span: Span, end: number): [number, number][] {
  return span.children.flatMap((id) => {
    const child = run.spans.get(id);
    if (!child) return [];
    if (child.kind !== 'llm' && child.kind !== 'node') return intervalsInside(run, child, end);
    return [[child.startedAt, Math.min(end, child.finishedAt ?? end)]];
  });
}
