/** Plain-text progress lines and the summary of a run. */

import { formatCost, formatTokens } from '../lib/text/format-cost.js';
import { formatDuration, formatUsd, plural } from '../lib/text/format.js';
import { shortRunId } from '../lib/id.js';
import { safeText } from '../lib/text/safe-text.js';
import { truncate } from '../lib/text/text-width.js';
import { groupByStage, type NodeRow } from '../profile/analysis/breakdown.js';
import { CriticalPath } from '../profile/analysis/critical-path.js';
import { analyzeRun, type Failure } from '../profile/analysis/findings.js';
import { findSpanMark } from '../profile/analysis/span-mark.js';
import { deriveWarnings, formatWarning } from '../profile/analysis/warnings.js';
import type { RunState, Span, Totals } from '../profile/run/run-state.js';
import { computeDuration } from '../profile/run/span-tree.js';
import { computeElapsed, computeWaitedMs } from '../profile/run/waiting.js';

const MAX_LINES = 20;
const MAX_ERRORS = 5;
const MAX_SHARES = 3;
const TOKENS = { unit: ' tok' };

/** A progress line: `✓ read_file  45ms`, `⚠ sum  2.1s  18 of 20`, `✗ fetch  1.2s  Cannot reach example.com.` */
export function lineFor(
  state: RunState,
  span: Span,
  options: { now?: number; columns?: number; name?: string } = {},
): string {
  const { now = span.startedAt, columns = Number.POSITIVE_INFINITY } = options;
  const name = safeText(options.name ?? (span.visit > 1 ? `${span.name} #${span.visit}` : span.name));
  const mark = findSpanMark(state, span);
  const { batch, retryReason = '' } = span.outcome ?? {};
  const parts = [
    `${mark === undefined ? symbols[span.status] : marks[mark]} ${name}`,
    batch && batch.failed > 0 ? `${batch.ok} of ${batch.of}` : '',
    span.status === 'skipped' ? 'skipped' : formatDuration(computeDuration(span, now)),
    formatTokens(span.totals, TOKENS),
    formatCost(span.totals),
    safeText(span.error?.message ?? (span.kind === 'node' ? retryReason : '')),
  ];
  return truncate(parts.filter(Boolean).join('  '), columns);
}

/** The summary printed after a run: at most 20 lines, without a trailing newline; `remarks` compare it with earlier runs. */
export function textSummary(
  state: RunState,
  options: { tracePath?: string | undefined; columns?: number; remarks?: readonly string[] } = {},
): string {
  const { tracePath, columns = 100, remarks = [] } = options;
  const { slowest, costliest, wasted, errors } = analyzeRun(state);
  const lines = [
    headline(state),
    field('cost', costLine(state)),
    field('unpriced', state.totals.unpriced.map((model) => safeText(model)).join(', ')),
    field(
      'wasted',
      wasted.calls > 0 ? `${formatUsd(wasted.usd)} on ${plural(wasted.calls, 'answer')} thrown away` : '',
    ),
    field('cache', cacheLine(state.totals)),
    field('critical', criticalLine(state)),
    field(
      'slowest',
      listOf(slowest, (row) => formatDuration(row.ms)),
    ),
    field(
      'costliest',
      listOf(costliest, (row) => formatCost(row.totals)),
    ),
    ...remarks.map((remark) => field('compared', safeText(remark))),
    field('masked', maskedText(state)),
    ...errorLines(state, errors),
    ...warningLines(state),
  ];
  const closing = tracePath
    ? [field('trace', safeText(tracePath)), field('reopen', reopenCommand(state, tracePath))]
    : [];
  const body = lines.filter(Boolean).map((line) => truncate(line, columns));
  return [...body.slice(0, MAX_LINES - closing.length), ...closing].join('\n');
}

const marks = { warning: '⚠', repaired: '↻' } as const;
const symbols = { running: '…', ok: '✓', failed: '✗', cancelled: '■', skipped: '·' } as const;

const endings = {
  running: 'not finished',
  ok: 'done',
  failed: 'failed',
  cancelled: 'cancelled',
  budget: 'stopped by its budget',
} as const;

function headline(state: RunState): string {
  const symbol = state.status === 'budget' ? symbols.cancelled : symbols[state.status];
  const name = safeText(state.started?.name ?? 'run');
  const mark = state.started?.flags.simulated ? '  SIMULATED' : '';
  return `${symbol} ${name}  ${endings[state.status]} after ${formatDuration(computeElapsed(state))}${waitedText(state)}${mark}`;
}

/** The time that the run waited for its user, which is not part of its duration: `, waited 12.0s`; empty if none. */
function waitedText(state: RunState): string {
  const waited = computeWaitedMs(state);
  if (waited <= 0) return '';
  return `, waited ${waited < 60_000 ? `${(waited / 1000).toFixed(1)}s` : formatDuration(waited)}`;
}

/** How many warnings are listed; the others are counted. */
const MOST_WARNINGS = 4;

function warningLines(state: RunState): string[] {
  const warnings = deriveWarnings(state);
  const shown = warnings.slice(0, MOST_WARNINGS).map((warning) => field('warning', formatWarning(warning)));
  const more = warnings.length - shown.length;
  return more > 0 ? [...shown, field('', `and ${plural(more, 'more warning')}`)] : shown;
}

function field(label: string, text: string): string {
  return text && `  ${label.padEnd(9)} ${text}`;
}

function costLine(state: RunState): string {
  const { totals } = state;
  if (totals.calls === 0) return 'n/a (no model called)';
  const parts = [formatCost(totals) || 'n/a', formatTokens(totals, TOKENS), plural(totals.calls, 'call')]
    .filter(Boolean)
    .join(', ');
  const stages = groupByStage(state).filter((row) => row.totals.calls > 0);
  const split = stages.map((row) => `${safeText(row.stage)} ${formatCost(row.totals) || '–'}`).join(', ');
  return parts + (stages.length > 1 ? ` (${split})` : '');
}

/** The length of the critical path, with its longest nodes: `8.1s: ask 2.9s, fetch 1.2s`. */
function criticalLine(state: RunState): string {
  const path = new CriticalPath(state);
  const shares = path.shares();
  if (shares.length === 0) return '';
  const longest = shares
    .slice(0, MAX_SHARES)
    .map((share) => `${pathText(share)} ${formatDuration(share.ms)}`);
  return `path ${formatDuration(path.length())}: ${longest.join(', ')}`;
}

function cacheLine({ cacheSavedUsd, cachePenaltyUsd }: Totals): string {
  const saved = cacheSavedUsd > 0 ? `saved ${formatUsd(cacheSavedUsd)}` : '';
  const penalty = cachePenaltyUsd > 0 ? `cost ${formatUsd(cachePenaltyUsd)} to write` : '';
  return [saved, penalty].filter(Boolean).join(', ');
}

function maskedText({ finished }: RunState): string {
  return finished?.masked ? plural(finished.masked, 'secret') : '';
}

function listOf(rows: readonly NodeRow[], amount: (row: NodeRow) => string): string {
  return rows.map((row) => `${pathText(row)} ${amount(row)}`).join(', ');
}

function pathText({ path }: { path: readonly string[] }): string {
  return safeText(path.join('/'));
}

function errorLines(state: RunState, errors: readonly Failure[]): string[] {
  const lasting = errors.filter((error) => !error.recovered);
  const reason = state.finished?.error?.message;
  const lines = lasting
    .slice(-MAX_ERRORS)
    .map(({ node, message }) => (node === undefined ? message : `${node}: ${message}`));
  if (reason !== undefined && !lasting.some((error) => error.message === reason)) lines.push(reason);
  if (lasting.length > MAX_ERRORS)
    lines.push(`and ${plural(lasting.length - MAX_ERRORS, 'more error')} before these`);
  const [hint = '', ...more] = (state.finished?.error?.hint ?? '').split('\n');
  return [
    ...lines.map((line) => field('error', safeText(line))),
    field('hint', safeText(hint)),
    ...more.map((line) => field('', safeText(line.trim()))),
  ];
}

function reopenCommand(state: RunState, tracePath: string): string {
  const { run, source } = state.started ?? {};
  const id = run === undefined ? undefined : shortRunId(safeText(run));
  // The file of another program is not found by the id of its run.
  const isFound = id !== undefined && (source !== 'imported' || tracePath.includes(id));
  return `pflow tui --trace ${isFound ? id : safeText(tracePath)}`;
}
