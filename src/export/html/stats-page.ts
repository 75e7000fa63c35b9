/** Renders statistics over many runs as one HTML file that needs no network. */
import type { Stats } from '../../ledger/stats/compute-stats.js';
import { chartCosts, describeQuery, describeTotals } from '../../ledger/describe/stats-text.js';
import { tabulateStats } from '../../ledger/describe/stats-table.js';
import { escapeHtml, htmlSection, htmlTable, renderPage } from './html-page.js';

/** The page of the statistics; `budgets` are lines of text. */
export function toStatsHtml(stats: Stats, budgets: readonly string[]): string {
  const { rows } = tabulateStats(stats);
  const [headings = [], ...groups] = rows;
  const chart = chartCosts(stats);
  const lines = [...describeTotals(stats), ...budgets];
  return renderPage({
    title: `Spending by ${stats.query.by.join(', ')}`,
    facts: [describeQuery(stats)],
    body: [
      ...(chart.length > 0
        ? [
            htmlSection(
              'chart',
              'Cost over time',
              `<pre tabindex="0" role="region" aria-label="Chart">${escapeHtml(chart.join('\n'), true)}</pre>`,
            ),
          ]
        : []),
      htmlSection('groups', 'Calls', htmlTable(headings, groups)),
      ...(lines.length > 0
        ? [
            htmlSection(
              'totals',
              'Totals',
              `<ul>\n${lines.map((line) => `<li>${escapeHtml(line)}</li>`).join('\n')}\n</ul>`,
            ),
          ]
        : []),
    ].join('\n'),
  });
}
