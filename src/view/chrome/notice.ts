/** Texts of the terminal title and of notifications. */

import { formatDuration } from '../../lib/text/format.js';
import { safeText } from '../../lib/text/safe-text.js';
import { truncate } from '../../lib/text/text-width.js';
import type { RunState } from '../../profile/run/run-state.js';
import { formatCost } from '../../lib/text/format-cost.js';
import { computeProgress } from '../spans/run-progress.js';
import { computeElapsed } from '../../profile/run/waiting.js';

/** The terminal title: status and name of the run, sanitized and bounded. */
export function titleText(run: RunState): string {
  const { nodes } = computeProgress(run);
  const status = run.asking
    ? 'waiting for you'
    : run.paused
      ? 'paused'
      : run.status === 'running'
        ? `running${nodes ? ` ${nodes.done}/${nodes.total}` : ''}`
        : statusWords[run.status];
  return `${status} - ${nameOf(run)} - pflow`;
}

/** The notification of a finished run: status, duration, cost. */
export function endText(run: RunState): string {
  if (run.status === 'running') return '';
  const cost = formatCost(run.totals, { none: '' });
  return [
    `${nameOf(run)}: ${statusWords[run.status]} after ${formatDuration(computeElapsed(run))}`,
    ...(cost === '' ? [] : [cost]),
  ].join(', ');
}

/** The notification of a run that awaits approval of its plan. */
export function askText(run: RunState): string {
  return `${nameOf(run)}: the plan waits for you`;
}

const statusWords = {
  ok: 'done',
  failed: 'failed',
  cancelled: 'cancelled',
  budget: 'over budget',
} as const;

function nameOf(run: RunState): string {
  return truncate(safeText(run.started?.name ?? 'run'), 60);
}
