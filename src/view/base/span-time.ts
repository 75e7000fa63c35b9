/** Duration and self time of a span, as numbers and text. */
import { formatDuration } from '../../lib/text/format.js';
import type { RunState, Span } from '../../profile/run/run-state.js';
import { computeDuration } from '../../profile/run/span-tree.js';
import { listWaitingIntervals } from '../../profile/run/waiting.js';

/** The duration of a span, or its elapsed time at `now` while it runs. */
export function formatSpanDuration(span: Span, now: number): string {
  return formatDuration(computeDuration(span, now), { running: span.finishedAt === undefined });
}

/**
 * The self (exclusive) time of a span: its duration minus the union of the intervals of LLM calls and nested nodes, and of
 * those in which the run waited for its user.
 * Overlapping intervals count once.
 */
export function selfMs(run: RunState, span: Span, now: number): number {
  const end = span.finishedAt ?? now;
  const others = intervalsInside(run, span, end);
  if (span.waited !== undefined)
    for (const { from, to } of listWaitingIntervals(run, end)) others.push([from, Math.min(to, end)]);
  others.sort((a, b) => a[0] - b[0]);
  let covered = 0;
  let until = span.startedAt;
  for (const [from, to] of others) {
    covered += Math.max(0, to - Math.max(from, until));
    until = Math.max(until, to);
  }
  return Math.max(0, end - span.startedAt - covered);
}

function intervalsInside(run: RunState, span: Span, end: number): [number, number][] {
  return span.children.flatMap((id) => {
    const child = run.spans.get(id);
    if (!child) return [];
    if (child.kind !== 'llm' && child.kind !== 'node') return intervalsInside(run, child, end);
    return [[child.startedAt, Math.min(end, child.finishedAt ?? end)]];
  });
}
