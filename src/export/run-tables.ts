/** The tables and facts of a run that its reports in Markdown and HTML have in common, as plain text. */
import { formatCost, formatTokens } from '../lib/text/format-cost.js';
import { formatDuration } from '../lib/text/format.js';
import { groupByModel, groupByNode } from '../profile/analysis/breakdown.js';
import type { RunState, Totals } from '../profile/run/run-state.js';
import { computeElapsed } from '../profile/run/waiting.js';

/** Column headings and the rows below them; the first column names the row. */
export type ReportTable = Readonly<{ headings: readonly string[]; rows: readonly (readonly string[])[] }>;

/** Status, duration, tokens and cost of a run, without those that are not known. */
export function listRunFacts(state: RunState): string[] {
  return [
    state.status,
    formatDuration(computeElapsed(state)),
    formatTokens(state.totals, { unit: ' tok' }),
    formatCost(state.totals),
  ].filter(Boolean);
}

/** What each node took and cost, over all its visits. */
export function tabulateNodes(state: RunState): ReportTable {
  const rows = groupByNode(state).map(({ path, visits, failed, stage, ms, totals }) => [
    `${path.join('/') || '(outside of any node)'}${visits > 1 ? ` ×${visits}` : ''}${failed > 0 ? ' ✗' : ''}`,
    stage ?? '',
    formatDuration(ms),
    ...formatAmounts(totals),
  ]);
  return { headings: ['node', 'stage', 'time', ...AMOUNTS], rows };
}

/** What each model cost. */
export function tabulateModels(state: RunState): ReportTable {
  const rows = groupByModel(state).map(({ provider, model, totals }) => [
    `${provider}/${model}`,
    String(totals.calls),
    ...formatAmounts(totals),
  ]);
  return { headings: ['model', 'calls', ...AMOUNTS], rows };
}

const AMOUNTS = ['tokens', 'cost'];

function formatAmounts(totals: Totals): string[] {
  return [formatTokens(totals), formatCost(totals)];
}
