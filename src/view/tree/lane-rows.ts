/** Packs batch items into lanes of items that did not overlap. */

import { packLanes } from '../../profile/layout/pack-lanes.js';
import type { Span } from '../../profile/run/run-state.js';

/** Packs items into lanes. Undefined unless lanes save at least half of the rows; each item then has its own row. */
export function lanesOf(children: readonly Span[]): readonly (readonly number[])[] | undefined {
  if (children.length < fewestItems || !children.every(({ kind }) => kind === 'item')) return undefined;
  const intervals = children.map(({ startedAt, finishedAt }) => ({
    from: startedAt,
    to: finishedAt ?? Number.POSITIVE_INFINITY,
  }));
  const lanes: number[][] = [];
  packLanes(intervals).forEach((lane, i) => (lanes[lane] ??= []).push(children[i]!.id));
  return lanes.length * 2 <= children.length ? lanes : undefined;
}

// Below this count the items fit on the screen without lanes.
const fewestItems = 9;
