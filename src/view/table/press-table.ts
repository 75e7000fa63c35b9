/** Handles actions on the table view. */

import type { RunState } from '../../profile/run/run-state.js';
import type { Viewport } from '../base/frame.js';
import type { Action } from '../keys/binding.js';
import { layout } from '../base/layout.js';
import { listViewport } from '../state/view-parts.js';
import { isMove, applyMove, restorePosition, computeScrollTop } from '../base/scroll-list.js';
import { openSelected, selectedSpan, selectSpan } from '../tree/selected-span.js';
import { rowOfSpan, type TableRow } from './table-rows.js';
import { rowsOfTable, selectedTableRow, shownColumns } from './table-lines.js';
import type { UiState } from '../state/ui-state.js';
import { groupings, type TableColumn } from '../state/view-state.js';
import { columnAt } from '../base/column-at.js';

/** Handles an action; undefined if it does not apply. */
export function pressTable(
  ui: UiState,
  action: Action,
  run: RunState,
  viewport: Viewport,
): UiState | undefined {
  const rows = rowsOfTable(run, ui, viewport.now);
  const selected = selectedTableRow(run, ui, rows);
  const { tree: height } = layout(viewport.columns, viewport.rows, ui.context, rows.length);
  if (isMove(action)) {
    const { cursor, top } = restorePosition(rows, { cursor: selected?.key, anchor: ui.anchor }, height);
    const index = applyMove(action, cursor, rows.length, height);
    const anchor = rows[computeScrollTop(rows.length, height, index, top)]?.key;
    return { ...toRow(ui, run, rows[index]), anchor };
  }
  switch (action) {
    case 'open':
      return openSelected(toRow(ui, run, selected), run);
    case 'expand':
      return sortedBy(ui, 1, viewport);
    case 'collapse':
      return sortedBy(ui, -1, viewport);
    case 'invert':
      return withSort(ui, ui.views.tableSort.column, !ui.views.tableSort.reversed);
    case 'group': {
      const grouping = groupings[(groupings.indexOf(ui.views.grouping) + 1) % groupings.length]!;
      return { ...ui, anchor: undefined, views: { ...ui.views, grouping } };
    }
    default:
      return undefined;
  }
}

/** Handles a click on a row: selects it, or opens the selected one. */
export function clickTable(ui: UiState, line: number, run: RunState, viewport: Viewport): UiState {
  const rows = rowsOfTable(run, ui, viewport.now);
  const selected = selectedTableRow(run, ui, rows);
  const { tree: height } = layout(viewport.columns, viewport.rows, ui.context, rows.length);
  const { cursor, top } = restorePosition(rows, { cursor: selected?.key, anchor: ui.anchor }, height);
  const row = rows[top + line];
  if (!row) return ui;
  if (top + line === cursor) return openSelected(toRow(ui, run, row), run);
  return { ...toRow(ui, run, row), anchor: rows[top]?.key };
}

/** Handles a click on a column heading: sorts by it, or reverses the order. */
export function clickTableHead(ui: UiState, x: number, viewport: Viewport): UiState {
  const { columns } = listViewport(ui, viewport);
  const shown = shownColumns(columns);
  const column = columnAt(x, shown, 0);
  if (column === undefined) return ui;
  const { tableSort: sort } = ui.views;
  return withSort(ui, column, column === sort.column && !sort.reversed);
}

/** Selects a row. The selected span is kept if it is counted there. */
function toRow(ui: UiState, run: RunState, row: TableRow | undefined): UiState {
  if (!row) return ui;
  const current = selectedSpan(run, ui);
  const isInside = rowOfSpan(run, [row], current, ui.views.grouping) === row;
  return selectSpan(ui, isInside ? current?.id : row.longest);
}

function sortedBy(ui: UiState, step: 1 | -1, viewport: Viewport): UiState {
  const { columns } = listViewport(ui, viewport);
  const shown = shownColumns(columns).map(({ column }) => column);
  const at = shown.indexOf(ui.views.tableSort.column);
  return withSort(ui, shown[(at + step + shown.length) % shown.length]!, false);
}

function withSort(ui: UiState, column: TableColumn, reversed: boolean): UiState {
  return { ...ui, anchor: undefined, views: { ...ui.views, tableSort: { column, reversed } } };
}
