import { packLanes } from '../../profile/layout/pack-lanes.js';
import type { Span } from '../../profile/run/run-state.js';

/**
 * Items of a batch that took turns, each lane a row of those that did not overlap. Undefined where lanes would not save at
 * least half of the rows: then each item stands for itself.
 */
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

// Fewer fit on any screen as they are.
const fewestItems = 9;
