/** Lays out the frames of the flame graph in cells. */

import type { RunState } from '../../profile/run/run-state.js';
import {
  flameOf,
  frameAt,
  framesBelow,
  weighFrame,
  type FlameFrame,
} from '../../profile/layout/flame-tree.js';
import { measureWallTime } from '../../profile/layout/wall-times.js';
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
    const value = (frame: FlameFrame) =>
      wall ? measureWallTime(run, frame, now) : weighFrame(frame, metric, now);
    const boxes: FlameBox[] = [];
    const put = (frame: FlameFrame, ms: number, level: number, start: number, width: number): void => {
      const [from, to] = [Math.round(start), Math.round(start + width)];
      boxes.push({ frame, hidden: 0, level, from, to, share: width / cells, value: ms });
      const children = framesBelow(frame)
        .map((child): Weighed => ({ child, ms: value(child) }))
        .filter((each) => each.ms > 0);
      const inside = children.reduce((sum, each) => sum + each.ms, 0);
      const scale = width / Math.max(ms, inside);
      let at = start;
      let placed = 0;
      let rest = inside;
      for (const each of listVisible(children, scale)) {
        const cellsOfChild = each.ms * scale;
        // All following frames are smaller.
        if (Math.round(at + cellsOfChild) <= Math.round(at)) break;
        put(each.child, each.ms, level + 1, at, cellsOfChild);
        at += cellsOfChild;
        rest -= each.ms;
        placed++;
      }
      const hidden = children.length - placed;
      if (hidden > 0)
        boxes.push(
          restBox({ hidden, level: level + 1, start: at, end: at + rest * scale, cells, value: rest }),
        );
    };
    const all = value(root);
    if (all > 0) put(root, all, 0, 0, cells);
    return boxes;
  },
);

type Weighed = Readonly<{ child: FlameFrame; ms: number }>;

/** The frames that may be visible, largest first: of those narrower than half a cell, at most one reaches the next cell. */
function listVisible(frames: readonly Weighed[], scale: number): readonly Weighed[] {
  const order = (a: Weighed, b: Weighed) => b.ms - a.ms || (a.child.label < b.child.label ? -1 : 1);
  const wide = frames.filter(({ ms }) => ms * scale >= 0.5).toSorted(order);
  let narrow: Weighed | undefined;
  for (const each of frames) if (each.ms * scale < 0.5 && (!narrow || order(each, narrow) < 0)) narrow = each;
  return narrow ? [...wide, narrow] : wide;
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
