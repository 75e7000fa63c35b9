import type { RunState } from '../../profile/run/run-state.js';
import { flameOf, frameAt, framesBelow, valueOf, type FlameFrame } from './flame.js';
import { rememberLast } from '../base/memo.js';
import type { Metric } from '../state/ui-state.js';

/** A frame in its place: a level, and the cells it takes there. */
export type FlameBox = Readonly<{
  /** undefined: frames that are too small to be drawn one by one. */
  frame: FlameFrame | undefined;
  /** How many those are. */
  hidden: number;
  /** Counted from the frame that fills the width. */
  level: number;
  from: number;
  to: number;
  /** The share of the width that it takes, unrounded. */
  share: number;
}>;

/**
 * The boxes of a flame graph in `cells` cells, heaviest first on the left. A frame is as wide as its own value or as what
 * is inside it together, whichever is more: calls side by side add up to more than the time of the node around them.
 */
export function flameBoxes(
  run: RunState,
  options: Readonly<{ zoom: readonly string[]; metric: Metric; now: number; cells: number }>,
): readonly FlameBox[] {
  const { zoom, metric, now, cells } = options;
  // Money and tokens do not move with the clock, and neither does a run that is over.
  return place(run, run.events, zoom, metric, metric === 'time' && !run.finished ? now : run.lastAt, cells);
}

const place = rememberLast(
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
        // All that follow are smaller still.
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

/** What is too small to be drawn by itself still takes a cell together: it happened. */
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
