/** Lays spans out on tracks without overlap. */

import { packLanes } from '../profile/layout/pack-lanes.js';
import type { RunState, Span } from '../profile/run/run-state.js';

/**
 * A span on a track with its nested spans. Times in ms since the run began. `under` is the node of a span that is on another
 * track than its parent: a frame of its name around the span shows where it belongs.
 */
export type Placed = Readonly<{
  span: Span;
  from: number;
  to: number;
  inside: readonly Placed[];
  under?: Span | undefined;
}>;

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
    if (fits) placed.push({ span, from, to, inside });
    else branches.push({ span, from, to, inside, under: findOwner(state, span) });
    if (fits) free = to;
  }
  return placed;
}

/** The closest ancestor with a name of its own; undefined below a stage. */
function findOwner(state: RunState, { parent }: Span): Span | undefined {
  const span = parent === undefined ? undefined : state.spans.get(parent);
  if (!span || span.kind === 'stage') return undefined;
  return unnamed.has(span.kind) ? findOwner(state, span) : span;
}

/** Kinds whose names say nothing without their node. */
const unnamed: ReadonlySet<string> = new Set(['phase', 'attempt', 'item']);
