/** The table view. */

import { formatCount, plural, formatDuration } from '../../lib/text/format.js';
import { safeText } from '../../lib/text/safe-text.js';
import { fit, truncate } from '../../lib/text/text-width.js';
import { formatCost, formatTokens } from '../../lib/text/format-cost.js';
import { barLine } from '../bars/bar.js';
import { segment, type Line, type Segment } from '../base/frame.js';
import { sortMark, type Glyphs } from '../base/glyphs.js';
import { restorePosition } from '../base/scroll-list.js';
import { selectedSpan } from '../tree/selected-span.js';
import { totalsOfSum } from '../../profile/layout/incremental-sum.js';
import { numberIn, rowOfSpan, tableRows, type TableRow } from './table-rows.js';
import type { UiState } from '../state/ui-state.js';
import type { ViewContext, ViewParts } from '../state/view-parts.js';
import type { Sort, TableColumn } from '../state/view-state.js';
import type { RunState } from '../../profile/run/run-state.js';
import { emptyLine } from '../state/empty-line.js';
import { computeElapsed } from '../../profile/run/waiting.js';

/** A column and its width; all but the first are preceded by a blank cell. */
export type ShownColumn = Readonly<{ column: TableColumn; cells: number }>;

/** Renders the table view: totals by node, model or node type. */
export function tableParts(context: ViewContext): ViewParts {
  const { run, ui, viewport, plan, glyphs } = context;
  const rows = rowsOfTable(run, ui, viewport.now);
  const selected = selectedTableRow(run, ui, rows);
  const { cursor, top } = restorePosition(rows, { cursor: selected?.key, anchor: ui.anchor }, plan.tree);
  const columns = shownColumns(viewport.columns);
  const { column } = ui.views.tableSort;
  const largest =
    column === 'name' ? 0 : rows.reduce((most, row) => Math.max(most, numberIn(row, column) || 0), 0);
  const list = rows.slice(top, top + plan.tree).map((row, i) => {
    const isSelected = top + i === cursor;
    const cells = rowCells(row, columns, isSelected, context);
    const share = column === 'name' || largest === 0 ? 0 : numberIn(row, column) / largest;
    return share > 0 ? [...cells, ...shareBar(share, viewport.columns, columns, glyphs)] : cells;
  });
  return {
    head: headCells(columns, ui.views.tableSort, glyphs),
    list: list.length > 0 ? list : [emptyLine(ui)],
    detail: selected ? rowFacts(selected, context) : [],
  };
}

/** The rows in display order. */
export function rowsOfTable(run: RunState, ui: UiState, now: number): readonly TableRow[] {
  const { grouping, tableSort: sort } = ui.views;
  return tableRows(run, {
    grouping,
    sort,
    filter: ui.onlyMatches ? ui.filter : '',
    now,
    searching: ui.look.searching,
  });
}

/** The row in which the selected span is counted, else the first. */
export function selectedTableRow(
  run: RunState,
  ui: UiState,
  rows: readonly TableRow[],
): TableRow | undefined {
  return rowOfSpan(run, rows, selectedSpan(run, ui), ui.views.grouping) ?? rows[0];
}

/** The columns that fit into a width. */
export function shownColumns(columns: number): readonly ShownColumn[] {
  const wanted: readonly ShownColumn[] = [
    { column: 'count', cells: 6 },
    { column: 'total', cells: 8 },
    { column: 'self', cells: 8 },
    { column: 'p50', cells: 8 },
    { column: 'p95', cells: 8 },
    { column: 'tokens', cells: 9 },
    { column: 'cost', cells: 10 },
  ];
  const narrow: readonly TableColumn[] =
    columns < 50 ? ['total', 'cost'] : ['total', 'self', 'tokens', 'cost'];
  const shown = columns < 80 ? wanted.filter(({ column }) => narrow.includes(column)) : wanted;
  const taken = shown.reduce((sum, { cells }) => sum + cells + 1, 0);
  const name = Math.max(14, Math.min(36, columns - taken - (columns >= 110 ? 18 : 0)));
  return [{ column: 'name', cells: Math.min(name, columns - taken) }, ...shown];
}

function headCells(columns: readonly ShownColumn[], sort: Sort<TableColumn>, glyphs: Glyphs): Line {
  return columns.map(({ column, cells }, i): Segment => {
    const isSorted = column === sort.column;
    const mark = isSorted ? sortMark(sort, column === 'name', glyphs) : '';
    const text = i === 0 ? fit(`  ${mark}${column}`, cells) : ` ${fit(mark + column, cells, 'right')}`;
    return segment(text, isSorted ? 'bold' : 'dim');
  });
}

function rowCells(
  row: TableRow,
  columns: readonly ShownColumn[],
  isSelected: boolean,
  context: ViewContext,
): Segment[] {
  return columns.map(({ column, cells }, i): Segment => {
    const text =
      i === 0
        ? fit(nameText(row, cells, isSelected, context.glyphs), cells)
        : ` ${fit(cellText(row, column, context), cells, 'right')}`;
    const style = row.sum.failed > 0 && i === 0 ? { style: 'failed' as const } : {};
    return { text, ...style, ...(isSelected ? { selected: true } : {}) };
  });
}

function nameText(row: TableRow, cells: number, isSelected: boolean, glyphs: Glyphs): string {
  const status = row.sum.running > 0 ? 'running' : row.sum.failed > 0 ? 'failed' : 'ok';
  const before = `${isSelected ? glyphs.selected : ' '}${glyphs.status[status]} `;
  return before + truncate(safeText(row.label), cells - 3, 'end');
}

function cellText(row: TableRow, column: TableColumn, { glyphs }: ViewContext): string {
  const { none } = glyphs;
  const totals = totalsOfSum(row.sum);
  switch (column) {
    case 'name':
      return row.label;
    case 'count':
      return formatCount(row.sum.spans);
    case 'tokens':
      return formatTokens(totals, { none });
    case 'cost':
      return formatCost(totals, { none, short: true });
    case 'total':
    case 'self':
    case 'p50':
    case 'p95':
      return Number.isNaN(row[column]) ? none : formatDuration(row[column]);
    default:
      return column satisfies never;
  }
}

function shareBar(share: number, width: number, columns: readonly ShownColumn[], glyphs: Glyphs): Line {
  const taken = columns.reduce((sum, { cells }) => sum + cells + 1, -1);
  const cells = Math.min(40, width - taken - 3);
  if (cells < 4) return [];
  const bar = { from: 0, to: share, style: 'bar-stage', texture: 'done', phase: 0 } as const;
  return [segment('  '), ...barLine(bar, cells, glyphs)];
}

function rowFacts(row: TableRow, { run, viewport, glyphs }: ViewContext): readonly Line[] {
  const { now } = viewport;
  const all = computeElapsed(run, now);
  const totals = totalsOfSum(row.sum);
  const money = formatCost(totals, { none: glyphs.none });
  const facts = [
    plural(row.sum.spans, 'time'),
    ...(row.sum.failed > 0 ? [`${formatCount(row.sum.failed)} failed`] : []),
    ...(row.sum.running > 0 ? [`${formatCount(row.sum.running)} running`] : []),
    ...(all > 0 ? [`${Math.round((100 * row.total) / all)} % of the time of the run`] : []),
    ...(totals.calls > 0 ? [plural(totals.calls, 'call'), money] : []),
  ];
  return [
    [segment(` ${safeText(row.label)}`, 'title')],
    [segment(`   ${facts.join(` ${glyphs.separator} `)}`)],
  ];
}
