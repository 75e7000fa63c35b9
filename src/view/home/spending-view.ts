/** Renders the Spending tab of the home screen: its groups of calls, and their chart and totals. */
import { drawBudget } from '../../ledger/describe/budget-text.js';
import { tabulateStats } from '../../ledger/describe/stats-table.js';
import { chartCosts, describeTotals } from '../../ledger/describe/stats-text.js';
import type { Stats, StatsGroup } from '../../ledger/stats/compute-stats.js';
import { formatCost } from '../../lib/text/format-cost.js';
import { formatUsd, plural } from '../../lib/text/format.js';
import { safeText } from '../../lib/text/safe-text.js';
import { fit, textWidth } from '../../lib/text/text-width.js';
import { clipLine, lineWidth, segment, type Line } from '../base/frame.js';
import type { Glyphs } from '../base/glyphs.js';
import { memoizeLast } from '../base/memo.js';
import type { PaneShape } from './home-pane.js';
import { spendingKeys, type SpendingData, type SpendingDimension } from './spending-data.js';

const MARGIN = '   ';

/** The headings and the rows of groups, in columns that fit. */
export const spendingLines = memoizeLast(
  (
    stats: Stats,
    groups: readonly StatsGroup[],
    nameSession: SpendingData['nameSession'],
    columns: number,
  ) => {
    const isSession = stats.query.by[0] === 'session';
    const named = groups.map((group): StatsGroup => {
      const name = isSession ? nameSession(group.now.keys[0] ?? '') : undefined;
      return name === undefined ? group : { ...group, now: { ...group.now, keys: [name] } };
    });
    const { rows, right } = tabulateStats(
      { ...stats, groups: named },
      { width: columns - MARGIN.length - 1 },
    );
    const shown = rows.slice(0, groups.length + 1).map((row) => row.map((cell) => safeText(cell)));
    const widths = (shown[0] ?? []).map((_, i) => Math.max(...shown.map((row) => textWidth(row[i]!))));
    const line = (row: readonly string[], isHeading: boolean): Line => [
      segment(MARGIN),
      ...row.map((cell, i) => {
        const text = fit(cell, widths[i]!, right.includes(i) ? 'right' : undefined);
        const gap = i === row.length - 1 ? '' : '  ';
        return segment(text + gap, isHeading ? 'dim' : shown[0]![i] === 'cost' ? 'money' : undefined);
      }),
    ];
    return { headings: line(shown[0] ?? [], true), rows: shown.slice(1).map((row) => line(row, false)) };
  },
);

/** The pane about all groups: the cost over time, the totals, the month and the budgets. */
export function spendingPane(
  spending: SpendingData,
  by: SpendingDimension,
  { columns, glyphs }: Pick<PaneShape, 'columns' | 'glyphs'>,
): readonly Line[] {
  const { stats, month, budgets, declined } = spending;
  const lines: Line[] = [titleLine(spending, by, columns, glyphs)];
  if (!stats) return lines;
  lines.push(...chartCosts(stats).map((line): Line => [segment(` ${line}`, 'accent')]));
  if (month) {
    const { spent, forecast } = month;
    const expected = forecast
      ? ` → ~${formatUsd(forecast.usd)} (at ${formatUsd(forecast.usdPerDay)} a day, the mean of ${plural(forecast.days, 'day')})`
      : '';
    lines.push([
      segment(` month so far ${formatCost(spent.totals, { none: '$0', short: true })}${expected}`, 'money'),
    ]);
  }
  lines.push(
    ...[...describeTotals(stats), ...budgets.map(drawBudget)].map((text): Line => [
      segment(` ${safeText(text)}`),
    ]),
  );
  if (declined)
    lines.push([
      segment(' session logs of coding agents are not read: traces.sessions in settings.json', 'dim'),
    ]);
  return lines;
}

/** `── last 30 days · by model ── d day · m model · w workflow …`. */
function titleLine({ read }: SpendingData, by: SpendingDimension, columns: number, glyphs: Glyphs): Line {
  const dot: Line = [segment(` ${glyphs.separator} `, 'rule')];
  const keys = Object.entries(spendingKeys).flatMap(([key, name]): Line => [
    segment(` ${key}`, 'hint-key'),
    segment(` ${name}`, 'dim'),
  ]);
  const inside = clipLine(
    [
      segment('last 30 days', 'title'),
      ...dot,
      segment(`by ${by}`, 'title'),
      ...(read === undefined
        ? []
        : [...dot, segment(`reading session logs ${Math.floor(100 * read)} %`, 'running')]),
      ...dot,
      ...keys,
    ],
    columns - 6,
  );
  return [
    segment(`${glyphs.rule.repeat(2)} `, 'rule'),
    ...inside,
    segment(` ${glyphs.rule.repeat(Math.max(0, columns - lineWidth(inside) - 4))}`, 'rule'),
  ];
}
