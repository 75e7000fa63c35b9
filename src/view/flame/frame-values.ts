/** What the width of a frame of the flame graph measures, in numbers and as text. */

import { formatDuration } from '../../lib/text/format.js';
import { formatCost, formatTokens } from '../../lib/text/format-cost.js';
import type { RunState } from '../../profile/run/run-state.js';
import { weighFrame, type FlameFrame } from '../../profile/layout/flame-tree.js';
import { totalsOfSum } from '../../profile/layout/incremental-sum.js';
import { measureWallTime } from '../../profile/layout/wall-times.js';
import type { UiState } from '../state/ui-state.js';

/** The quantity of a frame by the metric that is shown: ms, USD or tokens. */
export function measureFrame(run: RunState, frame: FlameFrame, ui: UiState, now: number): number {
  const moment = run.finished ? run.lastAt : now;
  return ui.metric === 'time' && ui.views.wall
    ? measureWallTime(run, frame, moment)
    : weighFrame(frame, ui.metric, moment);
}

/** The quantity that the width measures. */
export function formatFrameValue(frame: FlameFrame, value: number, ui: UiState, none: string): string {
  if (ui.metric === 'time') return `${formatDuration(value)} ${ui.views.wall ? 'wall' : 'busy'}`;
  const totals = totalsOfSum(frame.sum);
  if (ui.metric === 'tokens') return formatTokens(totals, { none: none, compact: true });
  return formatCost(totals, { none, short: true });
}
