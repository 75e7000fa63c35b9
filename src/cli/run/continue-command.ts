/** Formats the command that continues a run which did not finish, and what a rerun saves. */
import { shortRunId } from '../../lib/id.js';
import { formatCost, formatTokens } from '../../lib/text/format-cost.js';
import { formatDuration } from '../../lib/text/format.js';
import { safeText } from '../../lib/text/safe-text.js';
import { listVisits, type Reused } from '../../session/resume/resume-point.js';
import { planRerun, type RerunOptions } from '../../session/resume/resume-run.js';
import type { SessionResult } from '../../session/session.js';
import type { RunOptions } from '../args/run-options.js';

/** The options that a continuing run needs in order to find the same trace, nodes and model. */
export type ContinueOptions = Pick<
  RunOptions,
  'model' | 'nodes' | 'traceDir' | 'capture' | 'redact' | 'trust' | 'yes'
>;

/**
 * The command that continues a run that failed, was cancelled or exceeded its budget, quoted for a POSIX shell. Limits
 * are left out: with the one that stopped the run it would stop again. Undefined for a run that succeeded, one without a
 * trace, and one whose trace lacks what it needs.
 */
export function formatContinueCommand(
  { status, state, tracePath }: Pick<SessionResult, 'status' | 'state' | 'tracePath'>,
  options: ContinueOptions,
): string | undefined {
  const run = state.started?.run;
  if (status === 'ok' || tracePath === undefined || run === undefined) return undefined;
  // A plan that was not approved has nothing to continue.
  if (listVisits(state).length === 0) return undefined;
  const start = findStart(state);
  if (!start) return undefined;
  const { model, nodes = [], traceDir, capture = 'preview', redact = true, trust, yes } = options;
  const words = [
    'pflow',
    'rerun',
    shortRunId(run),
    ...start,
    ...(model === undefined ? [] : ['--model', model]),
    ...nodes.flatMap((folder) => ['--nodes', folder]),
    ...(traceDir === undefined ? [] : ['--trace-dir', traceDir]),
    ...(capture === 'preview' ? [] : ['--capture', capture]),
    ...(redact ? [] : ['--no-redact']),
    ...(trust ? ['--trust'] : []),
    ...(yes ? ['--yes'] : []),
  ];
  return words.map(quoteForShell).join(' ');
}

/** How many visits of nodes are tried, from the last one: each restores a store. */
const MOST_TRIED = 30;

/** The options of the last node that the run can continue from: none for its first unfinished one; undefined if it cannot. */
function findStart(state: SessionResult['state']): readonly string[] | undefined {
  if (canRerun(state)) return [];
  const span = listVisits(state)
    .slice(-MOST_TRIED)
    .toReversed()
    .find(({ name }) => canRerun(state, { from: name }));
  return span && ['--from', span.name];
}

function canRerun(state: SessionResult['state'], options?: RerunOptions): boolean {
  try {
    planRerun(state, options);
    return true;
  } catch {
    return false;
  }
}

/** A word as it is, or in single quotes if a shell would read it differently. */
function quoteForShell(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** What a rerun takes over: `read, ask (saves $0.0123, 1,412 tok, 4.2s)`. A free model saves no money. */
export function formatReused({ nodes, totals, ms }: Reused): string {
  const amounts = [
    totals.priced || totals.unpriced.length > 0 ? formatCost(totals) : '',
    formatTokens(totals, { unit: ' tok' }),
    formatDuration(ms),
  ].filter(Boolean);
  const shown = nodes.length > MOST_SHOWN ? [...nodes.slice(0, MOST_SHOWN), '…'] : nodes;
  return `${safeText(shown.join(', '))} (saves ${amounts.join(', ')})`;
}

const MOST_SHOWN = 8;
