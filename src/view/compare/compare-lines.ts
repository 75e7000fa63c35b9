/** Renders the headings and the rows of the comparison of two runs. */

import type { NodeDiff } from '../../insights/compare/compare-runs.js';
import { indexRun, nodeKey } from '../../insights/compare/run-index.js';
import { formatAge } from '../../lib/text/format-age.js';
import { formatCost, formatTokens } from '../../lib/text/format-cost.js';
import { formatDuration, plural } from '../../lib/text/format.js';
import { safeText } from '../../lib/text/safe-text.js';
import { textWidth, truncate } from '../../lib/text/text-width.js';
import type { NodeRow } from '../../profile/analysis/breakdown.js';
import type { RunState, Totals } from '../../profile/run/run-state.js';
import { computeElapsed } from '../../profile/run/waiting.js';
import { cellsToLine, type Cell } from '../base/cells.js';
import { lineWidth, segment, spread, type Line } from '../base/frame.js';
import type { Glyphs } from '../base/glyphs.js';
import type { StyleName } from '../base/theme.js';
import { changesOf, labelOf, type CompareRow, type Comparison } from './compare-rows.js';
import { countText, describeChange, describeNode, formatChange } from './describe-changes.js';

/** What the lines have in common. */
export type CompareShape = Readonly<{ columns: number; glyphs: Glyphs }>;

/** Widths of the columns; 0 hides one. On a narrow screen a figure of the first run is left out, then the figure. */
function widths(columns: number) {
  const wide = columns >= 110;
  const time = columns >= 70 ? 15 : 8;
  const tokens = wide ? 17 : columns >= 96 ? 8 : 0;
  const cost = columns >= 140 ? 19 : wide ? 10 : 0;
  const change = (isShown: number) => (isShown > 0 ? 8 : 0);
  const shared = [time, tokens, cost].reduce((sum, width) => sum + width + change(width), 0);
  // Below 60 columns what changed has no room next to the figures.
  const hasWords = columns >= 60;
  const room = columns - shared - 4;
  const name = hasWords ? Math.max(12, Math.min(32, Math.floor(room / 2))) : room;
  const words = hasWords ? room - name : 0;
  return { name, time, tokens, cost, words, change };
}

/** The lines above the table: what is compared, and the difference of the runs as a whole. */
export function headLines(
  { before, after }: Comparison,
  { columns, glyphs }: CompareShape,
  { now, count }: Readonly<{ now: number; count: number }>,
): readonly Line[] {
  const [one, other] = [nameOf(before), nameOf(after)];
  const title: Line = [
    segment(' '),
    ...(columns >= 60 ? [segment('compare', 'accent'), segment(` ${glyphs.path} `, 'dim')] : []),
    segment(one === other ? one : `${one} → ${other}`, 'title'),
  ];
  const facts = differences(before, after, glyphs).slice(0, columns >= 60 ? 4 : 1);
  const right = facts.flatMap((fact, i) => (i === 0 ? [fact] : [segment('   '), fact]));
  const first = spread(title, [...right, segment(' ')], columns);
  if (count === 1) return [first];
  const runs = [before, after].flatMap((state, i) => [
    segment(i === 0 ? ' ' : '    '),
    ...runWords(state, `#${i + 1}`, now, glyphs),
  ]);
  return [first, runs];
}

function nameOf({ started }: RunState): string {
  return safeText(started?.workflow?.name ?? started?.name ?? 'run');
}

/** `#1 yesterday ✓ 26.5s $0.0104`. */
function runWords(state: RunState, number: string, now: number, glyphs: Glyphs): Line {
  const at = Date.parse(state.started?.startedAt ?? '');
  const isOk = state.status === 'ok';
  const cost = formatCost(state.totals, { none: '', short: true });
  return [
    segment(number, 'hint-key'),
    segment(Number.isNaN(at) ? ' ' : ` ${formatAge(at, now)} `, 'dim'),
    segment(isOk ? glyphs.status.ok : `${glyphs.status.failed} ${state.status}`, isOk ? 'ok' : 'failed'),
    segment(` ${formatDuration(computeElapsed(state))}`),
    ...(cost === '' ? [] : [segment(` ${cost}`, 'money')]),
  ];
}

/** `−28 % time`, `+26 % cost`, `+1 call`; `same time and cost` if nothing differs. */
function differences(before: RunState, after: RunState, glyphs: Glyphs) {
  const calls = after.totals.calls - before.totals.calls;
  const time = formatChange(computeElapsed(before), computeElapsed(after));
  const cost = costChange(before.totals, after.totals);
  const failed = before.status === 'ok' && after.status !== 'ok';
  const facts = [
    ...(failed ? [segment(`${glyphs.status.failed} now ${after.status}`, 'failed')] : []),
    ...(time === '' ? [] : [segment(`${time} time`, changeStyle(time))]),
    ...(cost === '' ? [] : [segment(`${cost} cost`, changeStyle(cost))]),
    ...(calls === 0 ? [] : [segment(`${calls > 0 ? '+' : '−'}${plural(Math.abs(calls), 'call')}`)]),
  ];
  return facts.length > 0 ? facts : [segment('same time, cost and calls', 'dim')];
}

/** The headings of the table. */
export function compareHeadings({ columns }: CompareShape): Line {
  const at = widths(columns);
  const delta = (width: number): Cell => ({ text: 'Δ', width: at.change(width), align: 'right' });
  return cellsToLine([
    { text: '  node', width: at.name + 3 },
    { text: 'time', width: at.time, align: 'right' },
    delta(at.time),
    { text: 'tok', width: at.tokens, align: 'right' },
    delta(at.tokens),
    { text: 'cost', width: at.cost, align: 'right' },
    delta(at.cost),
    { text: '  what changed', width: at.words },
  ]).map((each) => ({ ...each, style: 'heading' as const }));
}

/** The row of a node, or of one of its contents. */
export function compareLine(comparison: Comparison, row: CompareRow, shape: CompareShape): Line {
  return row.change
    ? [
        segment(' '.repeat(4 + 2 * row.depth)),
        segment(describeChange(row.change), 'changed'),
        segment(excerpt(row.change.after, row.change.before), 'dim'),
      ]
    : nodeLine(comparison, row, shape);
}

/** The first line that the second run has and the first has not. */
function excerpt(after: readonly string[], before: readonly string[]): string {
  const first = after.find((line) => line.trim() !== '' && !before.includes(line));
  return first === undefined ? '' : `   ${safeText(first.trim())}`;
}

function nodeLine(
  comparison: Comparison,
  { node, depth, isOpen }: CompareRow,
  { columns, glyphs }: CompareShape,
): Line {
  const at = widths(columns);
  const changes = changesOf(comparison, node);
  const words = describeNode(comparison, node, changes).join(', ');
  const fold = changes.length === 0 ? ' ' : isOpen ? glyphs.open : glyphs.folded;
  const { before, after } = node;
  const gone = before && !after;
  const [one, other] = [comparison.before, comparison.after].map((state) =>
    indexRun(state).rows.get(nodeKey(node)),
  );
  const count = countText(comparison, node);
  const indent = '  '.repeat(Math.min(depth, 4));
  const name = truncate(labelOf(node), Math.max(4, at.name - textWidth(count) - indent.length - 1), 'end');
  const figure = (show: (row: NodeRow) => string, width: number): Cell => {
    const [first, second] = [one && show(one), other && show(other)];
    const both =
      first !== undefined && second !== undefined && first !== second ? `${first} → ${second}` : undefined;
    const text = both !== undefined && textWidth(both) < width ? both : (second ?? first ?? glyphs.none);
    return { text, width, align: 'right', style: gone ? 'dim' : undefined };
  };
  const change = (text: string, width: number): Cell => ({
    text,
    width: at.change(width),
    align: 'right',
    style: changeStyle(text),
  });
  const status = (after ?? before)!.status;
  return cellsToLine([
    { text: `${indent}${fold} `, width: indent.length + 2, style: 'dim' },
    {
      text: `${before && after ? glyphs.status[status] : after ? '+' : '-'} `,
      width: 2,
      style: markStyle(node),
    },
    {
      text: `${name}${count}`,
      width: at.name - indent.length,
      style: gone ? 'dim' : before ? undefined : 'added',
    },
    figure(({ ms }) => formatDuration(ms), at.time),
    change(formatChange(before?.ms, after?.ms), at.time),
    figure(({ totals }) => formatTokens(totals, { none: glyphs.none, compact: at.tokens < 10 }), at.tokens),
    change(formatChange(before?.tokens, after?.tokens), at.tokens),
    figure(({ totals }) => formatCost(totals, { none: glyphs.none, short: true }), at.cost),
    change(one && other ? costChange(one.totals, other.totals) : '', at.cost),
    {
      text: `  ${truncate(words === '' ? 'the same' : words, Math.max(1, at.words - 3))}`,
      width: at.words,
      style: words === '' ? 'dim' : 'changed',
    },
  ]);
}

/** Costs of which a part is unknown have no difference. */
function costChange(before: Totals, after: Totals): string {
  if (before.unpriced.length > 0 || after.unpriced.length > 0) return '';
  return formatChange(before.usd, after.usd);
}

/** More is shown as a warning. */
function changeStyle(change: string): StyleName | undefined {
  if (change === '') return undefined;
  return change.startsWith('−') ? 'ok' : 'warning';
}

function markStyle({ before, after }: NodeDiff): StyleName | undefined {
  if (!after) return 'removed';
  if (!before) return 'added';
  return after.status === 'failed' ? 'failed' : after.status === 'ok' ? 'ok' : undefined;
}

/** The title of the pane: a rule with the name of the row. */
export function paneTitle(row: CompareRow | undefined, columns: number, glyphs: Glyphs): Line {
  const words = row ? [labelOf(row.node), ...(row.change ? [safeText(row.change.what)] : [])].join(': ') : '';
  const left: Line = [
    segment(`${glyphs.rule}${glyphs.rule} `, 'rule'),
    segment(truncate(words, Math.max(8, columns - 8)), 'heading'),
    segment(' '),
  ];
  return [...left, segment(glyphs.rule.repeat(Math.max(0, columns - lineWidth(left))), 'rule')];
}
