/** Lays out the frames of the flame graph in cells. */

import type { RunState } from '../../profile/run/run-state.js';
import { flameOf, frameAt, framesBelow, valueOf, type FlameFrame } from '../../profile/layout/flame-tree.js';
import { computeWallTimes } from '../../profile/layout/wall-times.js';
import { memoizeLast } from '../base/memo.js';
import type { Metric } from '../state/ui-state.js';

/** A positioned frame: its level and cells. */
export type FlameBox = Readonly<{
  /** Undefined for merged frames that are too small to render individually. */
  frame: FlameFrame | undefined;
  /** The number of merged frames. */
  hidden: number;
  /** Relative to the frame that fills the width. */
  level: number;
  from: number;
  to: number;
  /** Its unrounded share of the width. */
  share: number;
  /** What its width measures: ms, USD or tokens. */
  value: number;
}>;

/**
 * Lays out the flame graph in `cells` cells, heaviest first. With busy time, cost and tokens, a frame is as heavy as the larger of its
 * own value and the sum of its children: concurrent calls add up to more than the time of their parent. With wall time, children
 * that ran at the same time share the width of their parent.
 */
export function flameBoxes(
  run: RunState,
  options: Readonly<{
    zoom: readonly string[];
    metric: Metric;
    wall?: boolean;
    now: number;
    cells: number;
  }>,
): readonly FlameBox[] {
  const { zoom, metric, wall = false, now, cells } = options;
  // Cost and tokens do not change with the clock, nor does a finished run.
  const moment = metric === 'time' && !run.finished ? now : run.lastAt;
  return place(run, run.events, zoom, metric, wall && metric === 'time', moment, cells);
}

const place = memoizeLast(
  (
    run: RunState,
    _version: number,
    zoom: readonly string[],
    metric: Metric,
    wall: boolean,
    now: number,
    cells: number,
  ): readonly FlameBox[] => {
    const root = frameAt(flameOf(run), zoom);
    const values = wall ? computeWallTimes(run, now) : weighFrames(root, metric, now);
    const value = (frame: FlameFrame) => values.get(frame) ?? 0;
    const boxes: FlameBox[] = [];
    const put = (frame: FlameFrame, level: number, start: number, width: number): void => {
      const [from, to] = [Math.round(start), Math.round(start + width)];
      boxes.push({ frame, hidden: 0, level, from, to, share: width / cells, value: value(frame) });
      const children = framesBelow(frame)
        .filter((child) => value(child) > 0)
        .toSorted((a, b) => value(b) - value(a) || (a.label < b.label ? -1 : 1));
      const inside = children.reduce((sum, child) => sum + value(child), 0);
      const scale = width / Math.max(value(frame), inside);
      let at = start;
      for (const [i, child] of children.entries()) {
        const cellsOfChild = value(child) * scale;
        // All following frames are smaller.
        if (Math.round(at + cellsOfChild) <= Math.round(at)) {
          const rest = children.slice(i);
          const all = rest.reduce((sum, each) => sum + value(each), 0);
          const end = at + all * scale;
          boxes.push(restBox({ hidden: rest.length, level: level + 1, start: at, end, cells, value: all }));
          return;
        }
        put(child, level + 1, at, cellsOfChild);
        at += cellsOfChild;
      }
    };
    if (value(root) > 0) put(root, 0, 0, cells);
    return boxes;
  },
);

/** The larger of the own value of each frame and the sum of its children. */
function weighFrames(root: FlameFrame, metric: Metric, now: number): ReadonlyMap<FlameFrame, number> {
  const weights = new Map<FlameFrame, number>();
  const weigh = (frame: FlameFrame): number => {
    const inside = framesBelow(frame).reduce((sum, child) => sum + weigh(child), 0);
    const weight = Math.max(valueOf(frame, metric, now), inside);
    weights.set(frame, weight);
    return weight;
  };
  weigh(root);
  return weights;
}

/** Frames too small for a cell are merged into one cell. */
function restBox(rest: {
  hidden: number;
  level: number;
  start: number;
  end: number;
  cells: number;
  value: number;
}): FlameBox {
  const { hidden, level, start, end, cells, value } = rest;
  const from = Math.min(cells - 1, Math.round(start));
  return {
    frame: undefined,
    hidden,
    level,
    from,
    to: Math.max(from + 1, Math.round(end)),
    share: (end - start) / cells,
    value,
  };
}
