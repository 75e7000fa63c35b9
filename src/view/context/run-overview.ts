/** The overview of a run that fills the rows of the context pane which its content does not need. */

import { formatCost, formatTokens } from '../../lib/text/format-cost.js';
import { formatDuration, plural } from '../../lib/text/format.js';
import { safeText } from '../../lib/text/safe-text.js';
import { fit, truncate } from '../../lib/text/text-width.js';
import { CriticalPath } from '../../profile/analysis/critical-path.js';
import { deriveWarnings, formatWarning } from '../../profile/analysis/warnings.js';
import { totalsOfSum } from '../../profile/layout/incremental-sum.js';
import { adviseOnRun } from '../../insights/advice/advise-run.js';
import { describeAdvice } from '../../insights/advice/describe-advice.js';
import type { RunState } from '../../profile/run/run-state.js';
import { computeElapsed } from '../../profile/run/waiting.js';
import { barLine } from '../bars/bar.js';
import { lineWidth, segment, type Line } from '../base/frame.js';
import type { Glyphs } from '../base/glyphs.js';
import { memoizeLast } from '../base/memo.js';
import { factItems } from '../content/pane-item.js';
import type { StyleName } from '../base/theme.js';
import { tableRows, type TableRow } from '../table/table-rows.js';

/** Sizes of the overview in cells, and the moment that it describes. */
export type OverviewPane = Readonly<{ columns: number; rows: number; now: number; glyphs: Glyphs }>;

/** An overview with fewer rows is not shown. */
export const MIN_OVERVIEW = 4;
/** From this width on, nodes and facts are next to each other. */
const TWO_COLUMNS = 96;
/** A longer run in progress is not grouped for every frame. */
const MOST_LIVE_SPANS = 2000;
/** The most pieces of advice in the overview; `pflow trace show` lists all. */
const MOST_ADVICE = 3;
const BY_TIME = { column: 'total', reversed: false } as const;

/** The lines of the overview without its title: where the time went, and what the run as a whole was like. */
export function overviewLines(run: RunState, pane: OverviewPane): readonly Line[] {
  if (run.spans.size === 0 || (!run.finished && run.spans.size > MOST_LIVE_SPANS)) return [];
  const { columns, rows, glyphs } = pane;
  if (run.finished) return finishedLines(run, run.events, columns, rows, glyphs);
  return composeLines(run, pane);
}

const finishedLines = memoizeLast(
  (run: RunState, _version: number, columns: number, rows: number, glyphs: Glyphs) =>
    composeLines(run, { columns, rows, glyphs, now: run.lastAt }),
);

function composeLines(run: RunState, pane: OverviewPane): readonly Line[] {
  const { columns, rows } = pane;
  if (columns < TWO_COLUMNS) {
    const facts = factLines(run, pane, columns);
    const nodes = nodeLines(run, pane, columns, Math.max(2, rows - facts.length));
    return [...nodes, ...facts].slice(0, rows);
  }
  const left = Math.floor(columns * 0.46) - 2;
  const nodes = nodeLines(run, pane, left, rows);
  const facts = factLines(run, pane, columns - left - 2);
  return Array.from({ length: Math.min(rows, Math.max(nodes.length, facts.length)) }, (_, i) => {
    const node = nodes[i] ?? [];
    return [...node, segment(' '.repeat(left + 2 - lineWidth(node))), ...(facts[i] ?? [])];
  });
}

/** The nodes by their time, with their share as a bar. */
function nodeLines(run: RunState, { now, glyphs }: OverviewPane, columns: number, count: number): Line[] {
  const rows = tableRows(run, { grouping: 'node', sort: BY_TIME, filter: '', now });
  const timed = rows.filter(({ sum }) => sum.spans > 0);
  const all = computeElapsed(run, now);
  const longest = Math.max(1, timed[0]?.total ?? 0);
  const names = Math.max(12, Math.floor(columns * 0.4));
  const shape = { all, longest, names, columns, glyphs, priced: run.totals.priced };
  return timed.slice(0, count).map((row) => nodeLine(row, shape));
}

function nodeLine(
  row: TableRow,
  shape: Readonly<{
    all: number;
    longest: number;
    names: number;
    columns: number;
    glyphs: Glyphs;
    priced: boolean;
  }>,
): Line {
  const { all, longest, names, columns, glyphs, priced } = shape;
  const share = all > 0 ? `${Math.round((100 * row.total) / all)}%` : '';
  const times = row.sum.spans > 1 ? ` ×${row.sum.spans}` : '';
  const name = truncate(safeText(row.label) + times, names, 'end');
  const style: StyleName | undefined = row.sum.failed > 0 ? 'failed' : undefined;
  const cost = formatCost(totalsOfSum(row.sum), { none: '', short: true });
  const room = columns - 3 - names - 8 - 5 - (priced ? 10 : 0);
  const bar = { from: 0, to: row.total / longest, style: 'bar-stage', texture: 'done', phase: 0 } as const;
  return [
    segment('   '),
    segment(fit(name, names), style),
    segment(fit(formatDuration(row.total), 8, 'right')),
    segment(fit(share, 5, 'right'), 'dim'),
    ...(priced ? [segment(fit(cost, 10, 'right'), 'money')] : []),
    ...(room >= 6 ? [segment(' '), ...barLine(bar, room - 2, glyphs)] : []),
  ];
}

/** What the run as a whole was like; of a run in progress, what is certain already. */
function factLines(run: RunState, { now, glyphs }: OverviewPane, columns: number): Line[] {
  const dot = ` ${glyphs.separator} `;
  const { totals } = run;
  const facts: [string, string | undefined, StyleName?][] = [
    ['total', formatDuration(computeElapsed(run, now))],
    ['critical path', run.finished ? pathText(run) : undefined],
    [
      'tokens',
      totals.calls === 0
        ? undefined
        : [`${formatTokens(totals, { none: '0' })} in ${plural(totals.calls, 'call')}`, cacheText(run)]
            .flatMap((part) => part ?? [])
            .join(dot),
    ],
    ['cost', totals.calls === 0 ? undefined : formatCost(totals, { none: glyphs.none })],
    ...modelTexts(run, now).map((text, i): [string, string] => [i === 0 ? 'models' : '', text]),
    ...(run.finished
      ? deriveWarnings(run).map((each, i): [string, string, StyleName] => [
          i === 0 ? 'warnings' : '',
          formatWarning(each),
          'warning',
        ])
      : []),
    ...adviseOnRun(run)
      .slice(0, MOST_ADVICE)
      .map((each, i): [string, string] => [i === 0 ? 'advice' : '', describeAdvice(each)]),
  ];
  return facts.flatMap(([label, text, style]) =>
    text === undefined ? [] : factItems(label, text, columns, style).map((item) => item.draw()),
  );
}

function pathText(run: RunState): string {
  const path = new CriticalPath(run);
  const shares = path.shares();
  const longest = shares.slice(0, 2).map(({ path: names, ms }) => `${names.join('/')} ${formatDuration(ms)}`);
  return `${formatDuration(path.length())}: ${longest.join(', ')}${shares.length > 2 ? ', …' : ''}`;
}

function cacheText({ totals }: RunState): string | undefined {
  const share = totals.input > 0 ? Math.round((100 * totals.cacheRead) / totals.input) : 0;
  return share > 0 ? `${share} % of the input from the cache` : undefined;
}

/** Each model with its calls, their cost and the median of their time. */
function modelTexts(run: RunState, now: number): string[] {
  const rows = tableRows(run, { grouping: 'model', sort: BY_TIME, filter: '', now });
  return rows
    .filter(({ sum }) => sum.calls > 0)
    .map((row) => {
      const p50 = Number.isNaN(row.p50) ? [] : [`median ${formatDuration(row.p50)}`];
      const cost = formatCost(totalsOfSum(row.sum), { none: '', short: true });
      return [`${row.label} ×${row.sum.calls}`, ...p50, ...(cost === '' ? [] : [cost])].join('  ');
    });
}
