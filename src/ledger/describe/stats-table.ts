/** Lays out statistics over many runs as rows of cells under headings. */
import type { CallGroup } from '../stats/aggregate-calls.js';
import type { Dimension } from '../stats/group-key.js';
import type { Stats, StatsGroup } from '../stats/compute-stats.js';
import { formatCost, formatShare, formatTokens } from '../../lib/text/format-cost.js';
import { formatCompact, formatCount, formatDuration, formatUsd } from '../../lib/text/format.js';
import { mergeValues, plotLine } from '../../lib/text/plot.js';
import { textWidth, truncate } from '../../lib/text/text-width.js';

/** Rows of cells, the first one the headings; `right` are the columns aligned to the right. */
export type StatsTable = Readonly<{ rows: readonly (readonly string[])[]; right: readonly number[] }>;

type Column = Readonly<{
  heading: string;
  /** The row is -1 for the totals. */
  cell: (group: StatsGroup, row: number) => string;
  left?: true;
  /** Columns with the highest number are dropped first where the screen is too narrow; without one, never. */
  drop?: number;
}>;

const PLOT = 12;
const WIDEST_NAME = 44;

/** The table of statistics with a last row of totals, without empty columns, and no wider than `width` if possible. */
export function tabulateStats(stats: Stats, { width = Infinity, most = Infinity } = {}): StatsTable {
  const { groups, total, query } = stats;
  const shown = groups.slice(0, most);
  const columns = columnsOf(stats)
    .map((column) => ({ ...column, cells: shown.map(column.cell), total: column.cell(total, -1) }))
    .filter(({ drop, cells }) => drop === undefined || cells.some((cell) => cell !== ''));
  const names = query.by.map((dimension, i) => ({
    heading: dimension.replace(/^tag:/, ''),
    cells: shown.map(({ now }) => formatKey(dimension, now.keys[i]!)),
    total: i === 0 ? 'total' : '',
    left: true,
    drop: undefined,
  }));
  const all: readonly Laid[] = [...names, ...columns];
  const kept = dropUntilFits(all, width);
  return {
    rows: [
      kept.map(({ heading }) => heading),
      ...shown.map((_, row) => kept.map(({ cells }) => cells[row]!)),
      ...(shown.length > 1 ? [kept.map((column) => column.total)] : []),
    ],
    right: kept.flatMap(({ left }, i) => (left ? [] : [i])),
  };
}

type Laid = Readonly<{
  heading: string;
  cells: readonly string[];
  total: string;
  left?: boolean;
  drop?: number | undefined;
}>;

function dropUntilFits(columns: readonly Laid[], width: number): readonly Laid[] {
  const widthOf = ({ heading, cells, total }: Laid) =>
    Math.max(...[heading, total, ...cells].map(textWidth)) + 2;
  let kept = columns;
  while (kept.reduce((sum, column) => sum + widthOf(column), -2) > width) {
    const worst = Math.max(...kept.map(({ drop = 0 }) => drop));
    if (worst === 0) break;
    kept = kept.filter(({ drop }) => drop !== worst);
  }
  return kept;
}

function columnsOf({ compared, groups, query, series }: Stats): readonly Column[] {
  const days = (query.to.getTime() - query.from.getTime()) / 86_400_000;
  const period =
    Math.abs(days - Math.round(days)) < 0.01 ? `${Math.round(days)} days before` : 'period before';
  const versions = query.by.includes('prompt');
  const quantile =
    (name: 'p50' | 'p95' | 'p99') =>
    ({ now }: StatsGroup) =>
      now.ms ? formatDuration(now.ms[name]) : '';
  return [
    { heading: 'calls', cell: ({ now }) => formatCount(now.totals.calls) },
    { heading: 'tokens', cell: ({ now }) => formatTokens(now.totals, { compact: true }) },
    { heading: 'cost', cell: ({ now }) => formatCost(now.totals, { short: true }) },
    { heading: 'API-equivalent', cell: ({ now }) => formatPlan(now), drop: 2 },
    { heading: 'cached', cell: ({ now }) => formatCached(now), drop: 3 },
    { heading: 'p50', cell: quantile('p50'), drop: 1 },
    { heading: 'p95', cell: quantile('p95'), drop: 4 },
    { heading: 'p99', cell: quantile('p99'), drop: 11 },
    { heading: 'first token', cell: ({ now }) => formatFirstToken(now), drop: 8 },
    {
      heading: 'tok/s',
      cell: ({ now: { tokensPerSecond: rate } }) =>
        rate === undefined ? '' : rate.toFixed(rate < 10 ? 1 : 0),
      drop: 7,
    },
    { heading: 'failed', cell: ({ now }) => formatPart(now.failed, now), drop: 5 },
    { heading: 'retries', cell: ({ now }) => (now.retries > 0 ? formatCount(now.retries) : ''), drop: 10 },
    {
      heading: 'wasted',
      cell: ({ now }) => (now.wasted > 0 ? formatUsd(now.totals.wastedUsd) : ''),
      drop: 9,
    },
    {
      heading: 'passed',
      cell: ({ now: { verified } }) =>
        verified.answers > 0 ? `${verified.passed} of ${verified.answers}` : '',
      drop: 5,
    },
    { heading: 'per pass', cell: ({ now }) => formatPerPass(now), drop: 5 },
    ...(versions
      ? [
          {
            heading: 'first seen',
            cell: ({ now }: StatsGroup) => now.firstAt.slice(0, 10),
            left: true as const,
            drop: 6,
          },
        ]
      : []),
    {
      heading: compared === 'group' ? 'Δ row above' : `Δ ${period}`,
      cell: ({ now, before }, row) => (compared === 'group' && row < 0 ? '' : formatChange(now, before)),
      drop: 6,
    },
    ...(series.count > 1 && groups.some(({ now }) => now.series.length > 0)
      ? [
          {
            heading: 'cost over time',
            cell: ({ now }: StatsGroup) => plotLine(mergeValues(now.series, PLOT)).trimEnd(),
            left: true as const,
            drop: 12,
          },
        ]
      : []),
  ];
}

function formatKey(dimension: Dimension, key: string): string {
  if (key === '') return '–';
  return truncate(key, WIDEST_NAME, dimension === 'project' ? 'end' : 'start');
}

function formatPlan({ plan }: CallGroup): string {
  if (plan.calls === 0) return '';
  return (plan.unpriced > 0 ? '≥' : '') + formatUsd(plan.usd);
}

function formatCached({ totals }: CallGroup): string {
  return totals.cacheRead > 0 ? `${formatShare(totals.cacheRead, totals.input, '')} %` : '';
}

function formatFirstToken({ firstTokenMs }: CallGroup): string {
  return firstTokenMs ? `${formatDuration(firstTokenMs.p50)} / ${formatDuration(firstTokenMs.p95)}` : '';
}

/** The cost of an answer that passed, those that did not included. */
function formatPerPass({ verified: { passed, usd } }: CallGroup): string {
  return passed === 0 ? '' : usd === undefined ? '?' : formatUsd(usd / passed);
}

function formatPart(count: number, { totals }: CallGroup): string {
  if (count === 0) return '';
  const percent = (100 * count) / totals.calls;
  return `${percent < 10 ? percent.toFixed(1) : Math.round(percent)} %`;
}

/** The change of the cost, or of the number of calls where no cost is known: `+14 %`; empty where nothing can be compared. */
export function formatChange(now: CallGroup, before: CallGroup | undefined): string {
  if (!before) return '';
  const unit = now.totals.priced && before.totals.priced ? 'usd' : 'calls';
  const [current, previous] = [now.totals[unit], before.totals[unit]];
  if (!(previous > 0)) return '';
  const note = unit === 'calls' ? ' calls' : '';
  const ratio = current / previous;
  if (ratio >= 10) return `${formatCompact(Math.round(ratio))}×${note}`;
  const percent = Math.round(100 * (ratio - 1));
  return `${percent > 0 ? '+' : percent < 0 ? '−' : ''}${Math.abs(percent)} %${note}`;
}
