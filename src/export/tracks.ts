import { packLanes } from '../profile/layout/pack-lanes.js';
import type { RunState, Span } from '../profile/run/run-state.js';

/** A span on a track, with what is inside it on the same track. Times are in ms since the run began. */
export type Placed = Readonly<{ span: Span; from: number; to: number; inside: readonly Placed[] }>;

/** What happened one thing after the other: spans that contain each other or do not touch. */
export type Track = Readonly<{ name: string; spans: readonly Placed[] }>;

/**
 * The run as tracks on which spans nest without overlapping, as profile formats ask. The first holds the run itself; a span
 * that runs beside its siblings, or longer than what it is in, is on another one with all that is inside it.
 */
export function tracksOf(state: RunState): Track[] {
  const branches: Placed[] = [];
  const main = placeAll(state.roots, { from: 0, to: Number.POSITIVE_INFINITY }, state, branches);
  const lanes = packLanes(branches);
  const tracks: Placed[][] = [];
  for (const [i, branch] of branches.entries()) (tracks[lanes[i]!] ??= []).push(branch);
  return [
    { name: 'run', spans: main },
    ...tracks.map((spans, i) => ({
      name: `parallel ${i + 1}`,
      spans: spans.toSorted((a, b) => a.from - b.from),
    })),
  ];
}

/** Places spans one after the other within a stretch of time; those that do not fit become branches. */
function placeAll(
  ids: readonly number[],
  within: Readonly<{ from: number; to: number }>,
  state: RunState,
  branches: Placed[],
): Placed[] {
  const placed: Placed[] = [];
  let free = within.from;
  for (const id of ids) {
    const span = state.spans.get(id)!;
    const from = span.startedAt;
    const to = Math.max(from, span.finishedAt ?? state.lastAt);
    const fits = from >= free && to <= within.to;
    const inside = placeAll(span.children, { from, to }, state, branches);
    (fits ? placed : branches).push({ span, from, to, inside });
    if (fits) free = to;
  }
  return placed;
}
