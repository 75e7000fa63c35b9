/** Plots cumulative cost or tokens over time. */

import { formatCompact, formatUsd } from '../../lib/text/format.js';
import { fit } from '../../lib/text/text-width.js';
import type { RunState } from '../../profile/run/run-state.js';
import { rulerLine } from '../bars/axis.js';
import { callList } from './call-list.js';
import { segment, type Line } from '../base/frame.js';
import type { Glyphs } from '../base/glyphs.js';
import { timeAxis } from '../bars/time-window.js';
import { memoizeLast } from '../base/memo.js';
import { initialViews } from '../state/view-state.js';

/** Plots cumulative cost or tokens in `rows` lines; the last is the ruler. A finished call counts from its end, a running one from now. */
export function costPlot(
  run: RunState,
  metric: 'cost' | 'tokens',
  viewport: { now: number; columns: number },
  rows: number,
  glyphs: Glyphs,
): readonly Line[] {
  const labels = 10;
  const cells = viewport.columns - labels - 1;
  const height = rows - 1;
  if (height < 1 || cells < 10) return [];
  const axis = timeAxis(run, viewport.now, undefined);
  const sums = runningSums(
    run,
    run.events,
    metric,
    run.finished ? run.lastAt : viewport.now,
    axis.end,
    cells,
  );
  const most = sums.at(-1) ?? 0;
  const format = metric === 'cost' ? formatUsd : formatCompact;
  const steps = glyphs.heights.length;
  const lines = Array.from({ length: height }, (_, y): Line => {
    const below = (height - 1 - y) * steps;
    const columns = sums.map((sum) => {
      // Any spending is visible, however small its share.
      const filled = sum > 0 ? Math.max(1, Math.round((sum / most) * height * steps)) : 0;
      const here = Math.min(steps, filled - below);
      return here <= 0 ? ' ' : glyphs.heights[here - 1]!;
    });
    const label = y === 0 ? format(most) : y === height - 1 ? format(0) : '';
    return [
      segment(fit(label, labels, 'right'), 'dim'),
      segment(glyphs.tick, 'dim'),
      segment(columns.join(''), metric === 'cost' ? 'plot-cost' : 'plot-tokens'),
    ];
  });
  return [...lines, [segment(' '.repeat(labels + 1)), ...rulerLine(axis, cells)]];
}

const runningSums = memoizeLast(
  (
    run: RunState,
    _version: number,
    metric: 'cost' | 'tokens',
    now: number,
    end: number,
    cells: number,
  ): readonly number[] => {
    const last = Math.min(cells - 1, Math.floor((now / end) * cells));
    const sums: number[] = Array.from({ length: last + 1 }, () => 0);
    for (const span of callList(run, { sort: initialViews.callSort, filter: '', now: 0 })) {
      const at = Math.floor(((span.finishedAt ?? now) / end) * cells);
      sums[Math.min(last, at)]! += metric === 'cost' ? span.totals.usd : span.totals.tokens;
    }
    let sum = 0;
    return sums.map((each) => (sum += each));
  },
);
