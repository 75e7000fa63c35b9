/** Lays out the frames of the flame graph in cells. */

import type { RunState } from '../../profile/run/run-state.js';
import { flameOf, frameAt, framesBelow, valueOf, type FlameFrame } from '../../profile/layout/flame-tree.js';
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
}>;

/**
 * Lays out the flame graph in `cells` cells, heaviest first. The width of a frame is the larger of its own value and the
 * sum of its children: concurrent calls add up to more than the time of their parent.
 */
export function flameBoxes(
  run: RunState,
  options: Readonly<{ zoom: readonly string[]; metric: Metric; now: number; cells: number }>,
): readonly FlameBox[] {
  const { zoom, metric, now, cells } = options;
  // Cost and tokens do not change with the clock, nor does a finished run.
  return place(run, run.events, zoom, metric, metric === 'time' && !run.finished ? now : run.lastAt, cells);
}

const place = memoizeLast(
  (
    run: RunState,
    _version: number,
    zoom: readonly string[],
    metric: Metric,
    now: number,
    cells: number,
  ): readonly FlameBox[] => {
    const weights = new Map<FlameFrame, number>();
    const weigh = (frame: FlameFrame): number => {
      const inside = framesBelow(frame).reduce((sum, child) => sum + weigh(child), 0);
      const weight = Math.max(valueOf(frame, metric, now), inside);
      weights.set(frame, weight);
      return weight;
    };
    const root = frameAt(flameOf(run), zoom);
    const total = weigh(root);
    const boxes: FlameBox[] = [];
    const put = (frame: FlameFrame, level: number, start: number): void => {
      const scale = total > 0 ? cells / total : 0;
      const end = start + weights.get(frame)!;
      const [from, to] = [Math.round(start * scale), Math.round(end * scale)];
      boxes.push({ frame, hidden: 0, level, from, to, share: weights.get(frame)! / total });
      const children = framesBelow(frame)
        .filter((child) => weights.get(child)! > 0)
        .toSorted((a, b) => weights.get(b)! - weights.get(a)! || (a.label < b.label ? -1 : 1));
      let at = start;
      for (const [i, child] of children.entries()) {
        const weight = weights.get(child)!;
        // All following frames are smaller.
        if (Math.round((at + weight) * scale) <= Math.round(at * scale)) {
          const rest = children.slice(i);
          const all = rest.reduce((sum, each) => sum + weights.get(each)!, 0);
          boxes.push(
            restBox({
              hidden: rest.length,
              level: level + 1,
              start: at * scale,
              end: (at + all) * scale,
              cells,
            }),
          );
          return;
        }
        put(child, level + 1, at);
        at += weight;
      }
    };
    if (total > 0) put(root, 0, 0);
    return boxes;
  },
);

/** Frames too small for a cell are merged into one cell. */
function restBox(rest: {
  hidden: number;
  level: number;
  start: number;
  end: number;
  cells: number;
}): FlameBox {
  const { hidden, level, start, end, cells } = rest;
  const from = Math.min(cells - 1, Math.round(start));
  return {
    frame: undefined,
    hidden,
    level,
    from,
    to: Math.max(from + 1, Math.round(end)),
    share: (end - start) / cells,
  };
}
