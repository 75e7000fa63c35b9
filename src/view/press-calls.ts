import type { RunState } from '../profile/state.js';
import { callsOfView, listHeight, selectedCall, shownCallColumns } from './calls-view.js';
import type { Viewport } from './frame.js';
import type { Action } from './binding.js';
import { layout } from './layout.js';
import { isMove, moved, positionIn, topFor } from './list.js';
import { openSelected, selectSpan } from './selected-span.js';
import type { UiState } from './ui-state.js';
import type { CallColumn } from './view-state.js';

/** What an action does on the list of calls; undefined where it is not about it. */
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
    const height = listHeight(layout(viewport.columns, viewport.rows).tree);
    const wanted = { cursor: selected === undefined ? undefined : String(selected.id), anchor: ui.anchor };
    const { cursor, top } = positionIn(keyed, wanted, height);
    const index = moved(action, cursor, calls.length, height);
    const anchor = keyed[topFor(calls.length, height, index, top)]?.key;
    return { ...selectSpan(ui, calls[index]?.id), anchor };
  }
  switch (action) {
    case 'open':
      return selected ? openSelected(selectSpan(ui, selected.id), run, 'Overview') : ui;
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

function sortedBy(ui: UiState, step: 1 | -1, { columns }: Viewport): UiState {
  const shown = shownCallColumns(columns).flatMap(({ column }) => (column === 'node' ? [] : column));
  const at = shown.indexOf(ui.views.callSort.column);
  return withSort(ui, shown[(at + step + shown.length) % shown.length]!, false);
}

function withSort(ui: UiState, column: CallColumn, reversed: boolean): UiState {
  return { ...ui, anchor: undefined, views: { ...ui.views, callSort: { column, reversed } } };
}
