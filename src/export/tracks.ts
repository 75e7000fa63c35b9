/** Lays spans out on tracks without overlap. */

import { packLanes } from '../profile/layout/pack-lanes.js';
import type { RunState, Span } from '../profile/run/run-state.js';

/** A span on a track with its nested spans. Times in ms since the run began. */
export type Placed = Readonly<{ span: Span; from: number; to: number; inside: readonly Placed[] }>;

/** A track: spans that nest or do not overlap. */
export type Track = Readonly<{ name: string; spans: readonly Placed[] }>;

/**
 * Lays out a run as tracks, as profile formats require. The first track holds the run; a span that overlaps its
 * siblings, or outlives its parent, moves to another track with its descendants.
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

/** Places spans sequentially in an interval; those that do not fit branch off. */
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
