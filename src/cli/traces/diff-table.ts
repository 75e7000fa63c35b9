/** Formats the comparison of two runs as a table. */
import type { NodeDiff, NodeOutcome, RunDiff } from '../../insights/compare/compare-runs.js';
import { formatTokens } from '../../lib/text/format-cost.js';
import { formatCount, formatDuration, formatUsd } from '../../lib/text/format.js';
import { table } from '../io/text-table.js';

/** Formats two runs node by node, and the runs as a whole in the last line. */
export function diffTable(diff: RunDiff): string {
  return table(diffRows(diff));
}

/** The cells of the comparison, the headings first; the first cell of a row is its mark. */
export function diffRows({ before, after, nodes }: RunDiff): string[][] {
  return [
    ['', 'node', 'time', '', 'tokens', '', 'cost', '', 'status'],
    ...nodes.map(nodeCells),
    ['=', 'run', ...amounts(before, after), change(runStatus(before), runStatus(after))],
  ];
}

/** `+` marks nodes that only the second run has, `-` those that only the first has. */
function nodeCells({ stage, path, before, after }: NodeDiff): string[] {
  const mark = before === undefined ? '+' : after === undefined ? '-' : '';
  const name = path.join('/') || `(${stage ?? 'outside any node'})`;
  return [mark, name, ...amounts(before, after), change(statusText(before), statusText(after))];
}

type Amounts = Pick<NodeOutcome, 'ms' | 'tokens' | 'estimated' | 'usd'>;

/** The amounts of the second run with their change, or those of the first run for a node that the second does not have. */
function amounts(before: Amounts | undefined, after: Amounts | undefined): string[] {
  const shown = (after ?? before)!;
  const both = before && after;
  const usdChange = both && before.usd !== null && after.usd !== null ? after.usd - before.usd : 0;
  return [
    formatDuration(shown.ms),
    both ? signed(after.ms - before.ms, formatDuration) : '',
    formatTokens(shown, { none: '–' }),
    both ? signed(after.tokens - before.tokens, formatCount) : '',
    shown.usd === null ? 'unpriced' : shown.usd > 0 ? formatUsd(shown.usd) : '–',
    signed(usdChange, formatUsd),
  ];
}

function signed(change: number, format: (amount: number) => string): string {
  if (change === 0) return '';
  return `${change > 0 ? '+' : '−'}${format(Math.abs(change))}`;
}

function statusText(outcome: NodeOutcome | undefined): string | undefined {
  if (!outcome) return undefined;
  const { status, action, visits } = outcome;
  return `${status}${action === undefined ? '' : ` (${action})`}${visits > 1 ? ` ×${visits}` : ''}${verdictText(outcome)}`;
}

function runStatus(outcome: RunDiff['before']): string {
  return outcome.status + verdictText(outcome);
}

function verdictText({ passed }: Pick<NodeOutcome, 'passed'>): string {
  return passed === undefined ? '' : passed ? ', passed' : ', rejected';
}

function change(before: string | undefined, after: string | undefined): string {
  if (before === undefined || after === undefined) return (after ?? before)!;
  return before === after ? after : `${before} → ${after}`;
}
