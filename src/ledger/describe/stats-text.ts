/** Describes statistics over many runs in lines of text: a chart of the cost, and the totals. */
import type { CallGroup } from '../stats/aggregate-calls.js';
import type { PriceBasis } from '../prices/price-basis.js';
import type { Stats } from '../stats/compute-stats.js';
import { formatCost, formatShare } from '../../lib/text/format-cost.js';
import { formatCompact, formatCount, formatUsd, plural } from '../../lib/text/format.js';
import { plotLines } from '../../lib/text/plot.js';
import { textWidth } from '../../lib/text/text-width.js';
import { formatChange } from './stats-table.js';

const HOUR_MS = 3_600_000;
const CHART_LINES = 3;

/** What the statistics are about: `last 30 days · by model · costs as recorded`. */
export function describeQuery({ query: { from, to, by, basis } }: Stats): string {
  return [spellRange(from, to), `by ${by.join(', ')}`, BASES[basis]].join(' · ');
}

const BASES: Readonly<Record<PriceBasis, string>> = {
  recorded: 'costs as recorded',
  day: "costs at the prices of the calls' days",
  current: "costs at today's prices",
};

function spellRange(from: Date, to: Date): string {
  const hours = (to.getTime() - from.getTime()) / HOUR_MS;
  const isRecent = Math.abs(Date.now() - to.getTime()) < HOUR_MS;
  const days = hours / 24;
  if (isRecent && hours < 48 && Math.abs(hours - Math.round(hours)) < 0.01)
    return `last ${plural(Math.round(hours), 'hour')}`;
  if (isRecent && Math.abs(days - Math.round(days)) < 0.01) return `last ${plural(Math.round(days), 'day')}`;
  const spell = (time: Date) => time.toISOString().slice(0, 16).replace('T', ' ');
  return isRecent ? `since ${spell(from)} UTC` : `${spell(from)} to ${spell(to)} UTC`;
}

/** A chart of the cost over time, with the largest value as its scale; empty if nothing was spent. */
export function chartCosts({ total: { now }, series }: Stats): string[] {
  const largest = Math.max(...now.series);
  if (series.count < 2 || !(largest > 0)) return [];
  const labels = [formatUsd(largest), ...Array.from({ length: CHART_LINES - 2 }, () => ''), '$0'];
  const width = Math.max(...labels.map(textWidth));
  const hours = Math.round((series.to.getTime() - series.from.getTime()) / series.count / HOUR_MS);
  const period = hours < 24 ? plural(hours, 'hour') : plural(hours / 24, 'day');
  return plotLines(now.series, CHART_LINES).map((line, i) => {
    const end = i === CHART_LINES - 1 ? `│ ${period.replace(/^1 /, 'a ')} each` : '';
    return `${labels[i]!.padStart(width)}│${end ? line : line.trimEnd()}${end}`;
  });
}

/** The totals that the table has no column for, a line each. */
export function describeTotals({ total: { now, before }, query }: Stats): string[] {
  const days = (query.to.getTime() - query.from.getTime()) / HOUR_MS / 24;
  return [
    describeTokens(now),
    ...(now.totals.cacheSavedUsd > 0 || now.totals.cachePenaltyUsd > 0 ? [describeCache(now)] : []),
    ...(now.plan.calls > 0 ? [describePlan(now)] : []),
    ...(now.recordedUsd > 0 ? [`replayed from recordings, not paid: ${formatUsd(now.recordedUsd)}`] : []),
    ...(now.totals.unpriced.length > 0 ? [`no price known for ${now.totals.unpriced.join(', ')}`] : []),
    ...(before ? [describeBefore(now, before, days)] : []),
  ];
}

function describeTokens({ totals }: CallGroup): string {
  const { input, output, cacheRead, cacheWrite, reasoning, tokens, estimated } = totals;
  const parts = [
    cacheRead > 0 ? `${formatShare(cacheRead, input, '0')} % read from the cache` : '',
    cacheWrite > 0 ? `${formatShare(cacheWrite, input, '0')} % written to it` : '',
  ].filter(Boolean);
  const answer = reasoning > 0 ? ` (${formatCompact(reasoning)} reasoning)` : '';
  const details = parts.length > 0 ? ` (${parts.join(', ')})` : '';
  return `tokens: ${formatCompact(input)} input${details} + ${formatCompact(output)} output${answer} = ${estimated ? '~' : ''}${formatCount(tokens)}`;
}

function describeCache({ totals: { cacheSavedUsd, cachePenaltyUsd } }: CallGroup): string {
  const paid = cachePenaltyUsd > 0 ? `, writing to it cost ${formatUsd(cachePenaltyUsd)} extra` : '';
  return `cache: ${formatUsd(cacheSavedUsd)} saved${paid}`;
}

function describePlan({ plan }: CallGroup): string {
  const bound = plan.unpriced > 0 ? '≥ ' : '';
  return `on a subscription: ${plural(plan.calls, 'call')}, API-equivalent ${bound}${formatUsd(plan.usd)}, not in the cost`;
}

function describeBefore(now: CallGroup, before: CallGroup, days: number): string {
  const period = Math.abs(days - Math.round(days)) < 0.01 ? plural(Math.round(days), 'day') : 'period';
  const cost = formatCost(before.totals, { none: 'no cost' });
  const change = formatChange(now, before);
  return `the ${period} before: ${plural(before.totals.calls, 'call')}, ${cost}${change ? ` (now ${change})` : ''}`;
}
