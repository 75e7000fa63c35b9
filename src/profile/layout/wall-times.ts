/** Computes the wall time of the frames of a flame graph: the time in which any span of a frame ran. */

import type { Interval, RunState } from '../run/run-state.js';
import { flameOf, type FlameFrame } from './flame-tree.js';

type Covered = { ms: number; end: number };

/** The wall time of every frame in ms at a moment, without the time in which the run waited for its user. */
export function computeWallTimes(run: RunState, now: number): ReadonlyMap<FlameFrame, number> {
  const { root, frameOf } = flameOf(run);
  const covered = new Map<FlameFrame, Covered>();
  const add = (frame: FlameFrame, from: number, to: number): void => {
    let known = covered.get(frame);
    if (!known) covered.set(frame, (known = { ms: 0, end: 0 }));
    // Spans are listed in order of start, so that a later one extends the interval of the ones before or begins a new one.
    const start = Math.max(from, known.end);
    if (to <= start) return;
    known.ms += to - start - measureWaits(run.waits, start, to);
    known.end = to;
  };
  for (const span of run.spans.values()) {
    const frame = frameOf.get(span.id);
    if (!frame || span.kind === 'phase' || span.kind === 'item') continue;
    const to = span.finishedAt ?? run.waitingSince ?? now;
    add(frame, span.startedAt, to);
    if (frame.parent === root) add(root, span.startedAt, to);
  }
  return new Map(Array.from(covered, ([frame, { ms }]) => [frame, Math.max(0, ms)]));
}

/** The part of an interval in which the run waited. */
function measureWaits(waits: readonly Interval[], from: number, to: number): number {
  return waits.reduce((sum, wait) => sum + Math.max(0, Math.min(to, wait.to) - Math.max(from, wait.from)), 0);
}
