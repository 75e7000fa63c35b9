import { positionIn, type ListPosition, topFor } from '../base/scroll-list.js';
import type { PaneItem } from '../content/pane-item.js';
import type { RunState } from '../../profile/run/run-state.js';
import { findRow, newestRow, type Row } from './rows.js';
import type { UiState } from '../state/ui-state.js';

/** The selected row: the newest node while following, else the one that was chosen, else the first. */
export function selectedRow(rows: readonly Row[], ui: UiState): Row | undefined {
  return (ui.follow ? newestRow(rows) : findRow(rows, ui.selected)) ?? rows[0];
}

/** Whether the span that was chosen has not begun at the moment that is looked at. */
export function isYetToBegin(run: RunState, ui: UiState): boolean {
  const id = Number(ui.selected);
  return ui.time !== undefined && !ui.follow && Number.isInteger(id) && !run.spans.has(id);
}

/** Where the tree stands in its window. */
export function treePosition(rows: readonly Row[], ui: UiState, height: number): ListPosition {
  const selected = selectedRow(rows, ui);
  if (ui.follow && selected) return followed(rows.indexOf(selected), height);
  return positionIn(rows, { cursor: selected?.key, anchor: ui.anchor }, height);
}

/** Where the inspector's list stands in its window. */
export function panePosition(items: readonly PaneItem[], ui: UiState, height: number): ListPosition {
  return positionIn(items, ui.pane, height);
}

/**
 * Following turns pages: the window stands still while the newest row moves down in it, and then goes on by half its
 * height. Were it to move with every row, every line of the screen would change every time.
 */
function followed(cursor: number, height: number): ListPosition {
  const step = Math.max(1, Math.floor(height / 2));
  return { cursor, top: Math.max(0, Math.ceil((cursor + 1 - height) / step) * step) };
}

/** The same screen with another row selected and the window moved as little as that needs. */
export function selectAt(ui: UiState, rows: readonly Row[], index: number, height: number): UiState {
  const row = rows[index];
  if (!row) return ui;
  const { top } = treePosition(rows, ui, height);
  return {
    ...ui,
    selected: row.key,
    anchor: rows[topFor(rows.length, height, index, top)]?.key,
    follow: false,
  };
}
