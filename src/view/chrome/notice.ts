import { formatDuration } from '../../lib/text/format.js';
import { safeText } from '../../lib/text/safe-text.js';
import { truncate } from '../../lib/text/text-width.js';
import type { RunState } from '../../profile/run/run-state.js';
import { formatCost } from '../../lib/text/format-cost.js';
import { progressOf } from '../spans/run-progress.js';

/** What the title of the terminal says: how the run stands and what it is called, in plain text of a bounded length. */
export function titleText(run: RunState): string {
  const { nodes } = progressOf(run);
  const standing = run.asking
    ? 'waiting for you'
    : run.paused
      ? 'paused'
      : run.status === 'running'
        ? `running${nodes ? ` ${nodes.done}/${nodes.total}` : ''}`
        : statusWords[run.status];
  return `${standing} - ${nameOf(run)} - pflow`;
}

/** What a notice says when a run is over: how it ended, how long it took, what it cost. */
export function endText(run: RunState): string {
  if (run.status === 'running') return '';
  const cost = formatCost(run.totals, { none: '' });
  return [
    `${nameOf(run)}: ${statusWords[run.status]} after ${formatDuration(run.lastAt)}`,
    ...(cost === '' ? [] : [cost]),
  ].join(', ');
}

/** What a notice says when a run waits for a person to agree to its plan. */
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
