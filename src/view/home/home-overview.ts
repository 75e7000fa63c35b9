/** The overview of all runs that fills the rows of the home screen's pane which the selected row does not need. */

import { formatDuration, formatUsd, plural } from '../../lib/text/format.js';
import { safeText } from '../../lib/text/safe-text.js';
import { fit, truncate } from '../../lib/text/text-width.js';
import { barLine } from '../bars/bar.js';
import { clipLine, lineWidth, segment, type Line } from '../base/frame.js';
import { listWorkflowFigures, listDays, type DayFigures } from './home-figures.js';
import type { HomeData } from './home-run.js';
import type { PaneShape } from './home-pane.js';

/** An overview with fewer rows, title included, is not shown. */
const LEAST_ROWS = 5;
/** From this width on, workflows and days are next to each other. */
const TWO_COLUMNS = 96;

/** Workflows by their number of runs, and the runs and costs of the last seven days, in at most `rows` lines; empty if nothing fits. */
export function overviewOfRuns({ runs }: HomeData, midnight: number, pane: PaneShape): readonly Line[] {
  const { columns, rows, glyphs } = pane;
  const finished = runs.filter(({ status }) => status !== 'running');
  if (rows < LEAST_ROWS || finished.length === 0) return [];
  const title: Line = [
    segment(`${glyphs.rule.repeat(2)} `, 'rule'),
    segment('all runs', 'heading'),
    segment(' '),
  ];
  const rule = segment(glyphs.rule.repeat(Math.max(0, columns - lineWidth(title))), 'rule');
  const days = listDays(runs, midnight);
  const room = rows - 1;
  const isWide = columns >= TWO_COLUMNS;
  const left = isWide ? Math.floor(columns * 0.54) - 2 : columns;
  const workflows = workflowLines(runs, { ...pane, columns: left, rows: room });
  const recent = dayLines(days, { ...pane, columns: isWide ? columns - left - 2 : columns });
  const body = isWide
    ? Array.from({ length: Math.max(workflows.length, recent.length) }, (_, i): Line => {
        const line = workflows[i] ?? [];
        return [...line, segment(' '.repeat(left + 2 - lineWidth(line))), ...(recent[i] ?? [])];
      })
    : [...recent, ...workflows];
  return [[...title, rule], ...body.slice(0, room)].map((line) => clipLine(line, columns));
}

function workflowLines(runs: HomeData['runs'], { columns, rows, glyphs }: PaneShape): Line[] {
  const figures = listWorkflowFigures(runs);
  const most = Math.max(1, ...figures.map(([, { runs: count }]) => count));
  const names = Math.max(12, Math.floor(columns * 0.4));
  const cells = columns - 3 - names - 10 - 8 - 10 - 2;
  return figures.slice(0, rows).map(([name, each]): Line => {
    const to = each.runs / most;
    return [
      segment('   '),
      segment(fit(truncate(safeText(name), names, 'end'), names), each.failed > 0 ? 'failed' : undefined),
      segment(fit(plural(each.runs, 'run'), 10, 'right'), 'dim'),
      segment(fit(Number.isNaN(each.p50) ? glyphs.none : formatDuration(each.p50), 8, 'right')),
      segment(fit(each.usd === undefined ? '' : formatUsd(each.usd), 10, 'right'), 'money'),
      ...(cells >= 6
        ? [
            segment(' '),
            ...barLine({ from: 0, to, style: 'bar-stage', texture: 'done', phase: 0 }, cells, glyphs),
          ]
        : []),
    ];
  });
}

function dayLines(days: readonly DayFigures[], { columns, glyphs }: PaneShape): Line[] {
  const most = Math.max(1, ...days.map(({ runs }) => runs));
  const cells = columns - 3 - 11 - 10 - 12 - 10 - 2;
  return days.map(({ at, runs, failed, usd }): Line => {
    const bar = { from: 0, to: runs / most, style: 'bar-stage', texture: 'done', phase: 0 } as const;
    return [
      segment('   '),
      segment(fit(formatDay(at), 11), 'dim'),
      segment(
        fit(runs === 0 ? glyphs.none : plural(runs, 'run'), 10, 'right'),
        runs === 0 ? 'dim' : undefined,
      ),
      segment(fit(failed === 0 ? '' : `${glyphs.status.failed} ${failed} failed`, 12, 'right'), 'failed'),
      segment(fit(usd > 0 ? formatUsd(usd) : '', 10, 'right'), 'money'),
      ...(cells >= 6 && runs > 0 ? [segment(' '), ...barLine(bar, cells, glyphs)] : []),
    ];
  });
}

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** `Sat 28 Nov`, local time as all times of the home screen. */
function formatDay(at: number): string {
  const date = new Date(at);
  const month = date.toLocaleString('en', { month: 'short' });
  return `${WEEKDAYS[date.getDay()]!} ${date.getDate()} ${month}`;
}
