/** Sentences for screen readers. */

import { spellCost, spellTokens } from '../lib/text/format-cost.js';
import { formatCount, formatUsd, plural, spellDuration } from '../lib/text/format.js';
import { safeText } from '../lib/text/safe-text.js';
import { groupByStage, type NodeRow } from '../profile/analysis/breakdown.js';
import { CriticalPath } from '../profile/analysis/critical-path.js';
import { analyzeRun } from '../profile/analysis/findings.js';
import type { RunState, Span, Totals } from '../profile/run/run-state.js';
import { computeDuration } from '../profile/run/span-tree.js';
import { computeElapsed } from '../profile/run/waiting.js';

/** Announces a stage or node: `Node fetch, visit 2, started.` */
export function spokenStart(span: Span): string {
  return `${nameOf(span)} started.`;
}

/** Reports a finished stage or node: `Node ask done in 2.9 seconds. 1,412 tokens, $0.0046.` */
export function spokenEnd(span: Span): string {
  const ending = `${nameOf(span)} ${endings[span.status]}`;
  if (span.status === 'skipped') return `${ending}.`;
  const time = `${span.status === 'ok' ? 'in' : 'after'} ${spellDuration(computeDuration(span, span.startedAt))}`;
  const spent = spentOn(span.totals);
  return [
    `${ending} ${time}${span.error ? `: ${sentence(span.error.message)}` : '.'}`,
    ...(spent === '' ? [] : [`${spent[0]!.toUpperCase()}${spent.slice(1)}.`]),
  ].join(' ');
}

/** Summarizes a finished run, one sentence per line. With a trace path, includes the error for modes that have not printed it. */
export function spokenSummary(
  state: RunState,
  { tracePath }: { tracePath?: string | undefined } = {},
): string {
  const { slowest, costliest, wasted } = analyzeRun(state);
  const { totals, finished, started } = state;
  const name = safeText(started?.name ?? 'run');
  const stages = groupByStage(state).filter((row) => row.totals.calls > 0);
  const lines = [
    `Run ${name} ${endings[state.status]} after ${spellDuration(computeElapsed(state))}.`,
    started?.flags.simulated ? 'Its model was simulated.' : '',
    totals.calls === 0
      ? 'No model was called.'
      : `In all ${plural(totals.calls, 'call')}: ${spentOn(totals)}.`,
    ...(stages.length > 1 ? stages.map((row) => `The ${safeText(row.stage)}: ${spentOn(row.totals)}.`) : []),
    wasted.calls > 0
      ? `${formatUsd(wasted.usd)} was spent on ${plural(wasted.calls, 'answer')} thrown away.`
      : '',
    criticalSentence(state),
    listed('Slowest', slowest, (row) => spellDuration(row.ms)),
    listed('Costliest', costliest, (row) => spellCost(row.totals)),
    ...(tracePath === undefined
      ? []
      : [
          finished?.error ? `Error: ${sentence(finished.error.message)}` : '',
          finished?.error?.hint ? sentence(finished.error.hint) : '',
          `Trace: ${safeText(tracePath)}`,
        ]),
  ];
  return lines.filter(Boolean).join('\n');
}

const endings = {
  running: 'not finished',
  ok: 'done',
  failed: 'failed',
  cancelled: 'cancelled',
  skipped: 'skipped',
  budget: 'stopped by its budget',
} as const;

function nameOf({ kind, name, visit }: Span): string {
  const word = kind === 'stage' ? 'Stage' : 'Node';
  return `${word} ${safeText(name)}${visit > 1 ? `, visit ${formatCount(visit)},` : ''}`;
}

/** Tokens and cost; empty without any. */
function spentOn(totals: Totals): string {
  return [spellTokens(totals), spellCost(totals)].filter(Boolean).join(', ');
}

function criticalSentence(state: RunState): string {
  const [longest] = new CriticalPath(state).shares();
  if (!longest) return '';
  return `On the critical path longest: ${safeText(longest.path.join(' in '))} ${spellDuration(longest.ms)}.`;
}

function listed(label: string, rows: readonly NodeRow[], amount: (row: NodeRow) => string): string {
  if (rows.length === 0) return '';
  return `${label}: ${rows.map((row) => `${safeText(row.path.join(' in '))} ${amount(row)}`).join(', ')}.`;
}

function sentence(text: string): string {
  const safe = safeText(text);
  return /[.!?…]$/.test(safe) ? safe : `${safe}.`;
}
