/** Computes the wall time of the frames of a flame graph: the time in which any span of a frame ran. */

import type { Interval, RunState, Span } from '../run/run-state.js';
import { flameOf, type FlameFrame } from './flame-tree.js';
import { aggregateSpans } from './incremental.js';

/** Measures the wall time of a frame in ms at a moment, without the time in which the run waited for its user. */
export function measureWallTime(run: RunState, frame: FlameFrame, now: number): number {
  const timed = timedOf(run).get(frame);
  if (!timed) return 0;
  const { spans } = timed;
  // The finished spans before the first running one are counted once.
  while (spans[timed.settled]?.finishedAt !== undefined) cover(timed, spans[timed.settled++]!, run, now);
  const all: Covered = { ms: timed.ms, end: timed.end };
  for (let i = timed.settled; i < spans.length; i++) cover(all, spans[i]!, run, now);
  return Math.max(0, all.ms);
}

/** Time covered by the spans so far, and where the last of them ends. */
type Covered = { ms: number; end: number };

/** The spans of a frame in order of start, of which the first `settled` are counted. */
type Timed = Covered & { readonly spans: Span[]; settled: number };

/** Extends the covered time: a span that starts later than those before extends their interval or begins a new one. */
function cover(covered: Covered, span: Span, run: RunState, now: number): void {
  const to = span.finishedAt ?? run.waitingSince ?? now;
  const start = Math.max(span.startedAt, covered.end);
  if (to <= start) return;
  covered.ms += to - start - measureWaits(run.waits, start, to);
  covered.end = to;
}

type Placed = Map<FlameFrame, Timed> & { frames?: Map<number, FlameFrame> };

const timedOf = aggregateSpans<Placed>(
  () => new Map(),
  (placed, { before, after }, run) => {
    if (after.kind === 'phase' || after.kind === 'item') return;
    const { root, frameOf } = flameOf(run);
    const frame = frameOf.get(after.id);
    if (!frame) return;
    const frames = (placed.frames ??= new Map());
    const previous = frames.get(after.id);
    frames.set(after.id, frame);
    if (before && previous) remove(placed.get(previous), after.id);
    put(placed, frame, after);
    if (frame.parent !== root) return;
    if (before) remove(placed.get(root), after.id);
    put(placed, root, after);
  },
);

/** Most spans that change are among the last ones. */
function remove(timed: Timed | undefined, id: number): void {
  const at = timed?.spans.findLastIndex((span) => span.id === id) ?? -1;
  if (!timed || at === -1) return;
  timed.spans.splice(at, 1);
  if (at < timed.settled) Object.assign(timed, { ms: 0, end: 0, settled: 0 });
}

function put(placed: Placed, frame: FlameFrame, span: Span): void {
  const timed = placed.get(frame) ?? { ms: 0, end: 0, spans: [], settled: 0 };
  placed.set(frame, timed);
  const at = timed.spans.findLastIndex(({ startedSeq }) => startedSeq < span.startedSeq) + 1;
  timed.spans.splice(at, 0, span);
  if (at < timed.settled) Object.assign(timed, { ms: 0, end: 0, settled: 0 });
}

/** The part of an interval in which the run waited. */
function measureWaits(waits: readonly Interval[], from: number, to: number): number {
  return waits.reduce((sum, wait) => sum + Math.max(0, Math.min(to, wait.to) - Math.max(from, wait.from)), 0);
}
