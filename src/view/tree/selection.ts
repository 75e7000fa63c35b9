/** Resolves the selected row and the list positions. */

import { restorePosition, type ListPosition, computeScrollTop } from '../base/scroll-list.js';
import type { PaneItem } from '../content/pane-item.js';
import type { RunState } from '../../profile/run/run-state.js';
import { findRow, newestRow, type Row } from './tree-row.js';
import type { UiState } from '../state/ui-state.js';

/** The selected row: the newest node in follow mode, else the chosen one, else the first. */
export function selectedRow(rows: readonly Row[], ui: UiState): Row | undefined {
  return (ui.follow ? newestRow(rows) : findRow(rows, ui.selected)) ?? rows[0];
}

/** Whether the selected span has not started at the time cursor. */
export function isYetToBegin(run: RunState, ui: UiState): boolean {
  const id = Number(ui.selected);
  return ui.time !== undefined && !ui.follow && Number.isInteger(id) && !run.spans.has(id);
}

/** The position of the tree in its viewport. */
export function treePosition(run: RunState, rows: readonly Row[], ui: UiState, height: number): ListPosition {
  const selected = selectedRow(rows, ui);
  if (ui.follow && selected) {
    const { cursor, top } = followed(rows.indexOf(selected), height);
    // No row is added to a finished run, so that no room is kept for one.
    return { cursor, top: run.finished ? Math.min(top, Math.max(0, rows.length - height)) : top };
  }
  return restorePosition(rows, { cursor: selected?.key, anchor: ui.anchor }, height);
}

/** The position of the inspector list in its viewport. */
export function panePosition(items: readonly PaneItem[], ui: UiState, height: number): ListPosition {
  return restorePosition(items, ui.pane, height);
}

/**
 * Follow mode scrolls by half pages: the viewport stays fixed while the newest row moves down. Scrolling by single rows
 * would change every line of the screen each time.
 */
function followed(cursor: number, height: number): ListPosition {
  const step = Math.max(1, Math.floor(height / 2));
  return { cursor, top: Math.max(0, Math.ceil((cursor + 1 - height) / step) * step) };
}

/** Selects a row with minimal scrolling. */
export function selectAt(
  ui: UiState,
  run: RunState,
  rows: readonly Row[],
  index: number,
  height: number,
): UiState {
  const row = rows[index];
  if (!row) return ui;
  const { top } = treePosition(run, rows, ui, height);
  return {
    ...ui,
    selected: row.key,
    anchor: rows[computeScrollTop(rows.length, height, index, top)]?.key,
    follow: false,
  };
}
