/** Handles actions on the calls view. */

import type { RunState } from '../../profile/run/run-state.js';
import { shownCallColumns } from './calls-columns.js';
import { callsHeight } from './calls-layout.js';
import { callsOfView, callsRows, selectedCall } from './calls-view.js';
import { countHealthLines } from './health-lines.js';
import type { Viewport } from '../base/frame.js';
import type { Action } from '../keys/binding.js';
import { layout } from '../base/layout.js';
import { listViewport } from '../state/view-parts.js';
import { isMove, applyMove, restorePosition, computeScrollTop } from '../base/scroll-list.js';
import { openSelected, selectSpan } from '../tree/selected-span.js';
import type { UiState } from '../state/ui-state.js';
import type { CallColumn } from '../state/view-state.js';
import { columnAt } from '../base/column-at.js';

/** Handles an action; undefined if it does not apply. */
export function pressCalls(
  ui: UiState,
  action: Action,
  run: RunState,
  viewport: Viewport,
): UiState | undefined {
  const calls = callsOfView(run, ui, viewport.now);
  const selected = selectedCall(run, ui, calls);
  if (isMove(action)) {
    const keyed = calls.map(({ id }) => ({ key: String(id) }));
    const height = listHeightIn(run, viewport, ui, calls.length);
    const wanted = { cursor: selected === undefined ? undefined : String(selected.id), anchor: ui.anchor };
    const { cursor, top } = restorePosition(keyed, wanted, height);
    const index = applyMove(action, cursor, calls.length, height);
    const anchor = keyed[computeScrollTop(calls.length, height, index, top)]?.key;
    return { ...selectSpan(ui, calls[index]?.id), anchor };
  }
  switch (action) {
    case 'open':
      return selected ? openSelected(selectSpan(ui, selected.id), run) : ui;
    case 'expand':
      return sortedBy(ui, 1, viewport);
    case 'collapse':
      return sortedBy(ui, -1, viewport);
    case 'invert':
      return withSort(ui, ui.views.callSort.column, !ui.views.callSort.reversed);
    default:
      return undefined;
  }
}

/** Handles a click on a row: selects the call, or opens the selected one. */
export function clickCalls(ui: UiState, line: number, run: RunState, viewport: Viewport): UiState {
  const calls = callsOfView(run, ui, viewport.now);
  const height = listHeightIn(run, viewport, ui, calls.length);
  const selected = selectedCall(run, ui, calls);
  const keyed = calls.map(({ id }) => ({ key: String(id) }));
  const wanted = { cursor: selected === undefined ? undefined : String(selected.id), anchor: ui.anchor };
  const { top } = restorePosition(keyed, wanted, height);
  const call = line < height ? calls[top + line] : undefined;
  if (!call) return ui;
  if (call === selected) return openSelected(selectSpan(ui, call.id), run);
  return { ...selectSpan(ui, call.id), anchor: keyed[top]?.key };
}

/** Handles a click on a column heading: sorts by it, or reverses the order. */
export function clickCallsHead(ui: UiState, x: number, viewport: Viewport): UiState {
  const { columns } = listViewport(ui, viewport);
  const column = columnAt(x, shownCallColumns(columns), 3);
  if (column === undefined || column === 'node') return ui;
  const { callSort: sort } = ui.views;
  return withSort(ui, column, column === sort.column && !sort.reversed);
}

function listHeightIn(run: RunState, { columns, rows }: Viewport, ui: UiState, count: number): number {
  const { tree } = layout(columns, rows, ui.context, callsHeight(count, countHealthLines(run)));
  return callsRows(run, tree, count).list;
}

function sortedBy(ui: UiState, step: 1 | -1, viewport: Viewport): UiState {
  const { columns } = listViewport(ui, viewport);
  const shown = shownCallColumns(columns).flatMap(({ column }) => (column === 'node' ? [] : column));
  const at = shown.indexOf(ui.views.callSort.column);
  return withSort(ui, shown[(at + step + shown.length) % shown.length]!, false);
}

function withSort(ui: UiState, column: CallColumn, reversed: boolean): UiState {
  return { ...ui, anchor: undefined, views: { ...ui.views, callSort: { column, reversed } } };
}
