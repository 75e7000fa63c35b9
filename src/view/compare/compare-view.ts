/** Renders the screen that compares two runs. */

import { safeText } from '../../lib/text/safe-text.js';
import { fillRows, segment, selectedLine, spread, type Frame, type Line } from '../base/frame.js';
import { glyphsOf, type Glyphs } from '../base/glyphs.js';
import { memoizeLast } from '../base/memo.js';
import {
  borderLine,
  composeLines,
  createRegions,
  finishLines,
  tooSmallRegions,
  type Regions,
} from '../base/regions.js';
import { computeScrollTop, restorePosition, type ListPosition } from '../base/scroll-list.js';
import { markMatches } from '../content/highlight-match.js';
import { findItems, placeOfMatch } from '../content/find-items.js';
import type { PaneItem } from '../content/pane-item.js';
import { helpLines } from '../keys/key-help.js';
import { compareFooter } from './compare-footer.js';
import { compareLayout, type CompareLayout } from './compare-layout.js';
import { compareHeadings, compareLine, headLines, paneTitle } from './compare-lines.js';
import { changesOf, compareRows, labelOf, type CompareRow, type Comparison } from './compare-rows.js';
import { compareScreen, type CompareState } from './compare-state.js';
import { differenceItems } from './difference-items.js';

/** The size of the screen in cells, and the time in ms since 1970. */
export type CompareViewport = Readonly<{ now: number; columns: number; rows: number }>;

/** Renders the comparison: a pure function of two runs, its state, the time and the size. */
export function compareView(comparison: Comparison, compare: CompareState, viewport: CompareViewport): Frame {
  return { lines: composeLines(compareRegions(comparison, compare, viewport)) };
}

/** Renders the regions of the comparison. */
export function compareRegions(
  comparison: Comparison,
  compare: CompareState,
  viewport: CompareViewport,
): Regions {
  const { columns, rows, now } = viewport;
  const list = compareRows(comparison, compare);
  const plan = compareLayout(columns, rows, list.length);
  if (plan.tooSmall) return tooSmallRegions(columns, rows);
  const glyphs = glyphsOf(compare.look.glyphs);
  const finish = (lines: readonly Line[], width = columns) => finishLines(lines, width, compare.look.glyphs);
  const header = headLines(comparison, { columns, glyphs }, { now, count: plan.top });
  const room = rows - header.length - 1;
  return createRegions({
    ...bodyRegions(comparison, compare, viewport, { plan, glyphs, room, finish }),
    header: finish(header),
    footer: finish([compareFooter(comparison, compare, viewport)]),
  });
}

/** The row under the cursor, and the first visible one. */
export function comparePosition(
  rows: readonly CompareRow[],
  { cursor, anchor }: CompareState,
  height: number,
): ListPosition {
  return restorePosition(rows, { cursor, anchor }, height);
}

/** Rows of the list of differences on a screen of this size. */
export function differenceRows({ columns, rows }: CompareViewport, count: number): number {
  return Math.max(1, rows - compareLayout(columns, rows, count).top - 2);
}

/** The differences of a row: of a content itself, of a node all of them. */
export function itemsFor(
  comparison: Comparison,
  { node, change }: CompareRow,
  { pane, sideBySide, look }: CompareState,
  width: number,
): readonly PaneItem[] {
  const changes = change ? onlyOne(change) : changesOf(comparison, node);
  return differenceItems(changes, {
    width,
    folds: pane.folds,
    // Two columns need room for text in each.
    sideBySide: sideBySide && width >= 60,
    glyphs: glyphsOf(look.glyphs),
  });
}

const onlyOne = memoizeLast((change: NonNullable<CompareRow['change']>) => [change]);

function bodyRegions(
  comparison: Comparison,
  compare: CompareState,
  viewport: CompareViewport,
  {
    plan,
    glyphs,
    room,
    finish,
  }: Readonly<{
    plan: CompareLayout;
    glyphs: Glyphs;
    room: number;
    finish: (lines: readonly Line[], columns?: number) => readonly Line[];
  }>,
): Partial<Regions> {
  const { columns } = viewport;
  if (compareScreen(compare) === 'help') {
    const context = { screen: compare.screens.includes('difference') ? 'difference' : 'compare' } as const;
    const help = helpLines(compare.look, { context, columns });
    const top = computeScrollTop(help.length, room, compare.helpTop, compare.helpTop);
    return { dialog: finish(fillRows(help.slice(top), room)) };
  }
  const list = compareRows(comparison, compare);
  const { cursor, top } = comparePosition(list, compare, plan.rows);
  const row = list[cursor];
  if (compare.screens.includes('difference') && row)
    return { list: finish(fillRows(differenceBody(comparison, compare, row, viewport), room)) };
  const shape = { columns: plan.columns, glyphs };
  const rows =
    list.length === 0
      ? [[segment(emptyText(compare), 'dim')]]
      : list.slice(top, top + plan.rows).map((each, i) => {
          const line = markMatches(compareLine(comparison, each, shape), compare.filter);
          return top + i === cursor ? selectedLine(line, plan.columns) : line;
        });
  const table = finish([compareHeadings(shape), ...fillRows(rows, plan.rows)], plan.columns);
  const { place } = plan.pane;
  if (place === 'off') return { list: finish(fillRows(table, room)) };
  const items = row ? itemsFor(comparison, row, compare, plan.pane.columns) : [];
  const pane = [
    paneTitle(row, plan.pane.columns, glyphs),
    ...items.slice(0, plan.pane.rows).map((item) => item.draw()),
  ];
  if (place === 'below') return { list: table, context: finish(fillRows(pane, room - table.length)) };
  return {
    list: table.map((line) => borderLine(line, plan.columns, glyphs)),
    context: finish(fillRows(pane, table.length), plan.pane.columns),
    side: 'right-of-list',
  };
}

function emptyText({ filter }: CompareState): string {
  return filter === ''
    ? '    Neither run has a node.'
    : `    No node is named "${safeText(filter)}". Esc clears the search.`;
}

/** The differences of one row, in the whole body. */
function differenceBody(
  comparison: Comparison,
  compare: CompareState,
  row: CompareRow,
  viewport: CompareViewport,
): readonly Line[] {
  const { columns } = viewport;
  const items = itemsFor(comparison, row, compare, columns);
  const height = differenceRows(viewport, compareRows(comparison, compare).length);
  const { cursor, top } = restorePosition(items, compare.pane, height);
  const match = placeOfMatch(findItems(items, compare.pane.find), cursor);
  const place = items.length > height ? `${cursor + 1}/${items.length} ` : '';
  return [
    spread(
      [segment(` ${labelOf(row.node)}`, 'title'), segment(row.change ? `  ${row.change.what}` : '', 'dim')],
      [segment(match + place, 'dim')],
      columns,
    ),
    ...items.slice(top, top + height).map((item, i) => {
      const line = markMatches(item.draw(), compare.pane.find);
      return top + i === cursor ? selectedLine(line, columns) : line;
    }),
  ];
}
