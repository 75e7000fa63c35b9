import type { RunState } from '../profile/state.js';
import type { Viewport } from './frame.js';
import { inspectorItems, tabAt } from './inspector.js';
import type { Key } from './key.js';
import { layout } from './layout.js';
import { onTab, pressInspector } from './press-inspector.js';
import { pressTree, selectAt } from './press-tree.js';
import { rowsOf } from './rows.js';
import { panePosition, selectedRow, treePosition } from './selection.js';
import { screenOf, type UiState } from './ui-state.js';

/** What a click does: it selects a row or a line, and on the one that is selected it opens or folds. Tabs open. */
export function pressMouse(ui: UiState, key: Key, run: RunState, viewport: Viewport): UiState {
  const screen = screenOf(ui);
  if (screen === 'tree' && ui.views.shown === 'Timeline') return clickTree(ui, key, run, viewport);
  return screen === 'inspector' ? clickInspector(ui, key, run, viewport) : ui;
}

function clickTree(ui: UiState, { y = 0 }: Key, run: RunState, viewport: Viewport): UiState {
  const plan = layout(viewport.columns, viewport.rows);
  const rows = rowsOf(run, ui);
  const { cursor, top } = treePosition(rows, ui, plan.tree);
  // Counted from the bottom: what stands above the tree differs from view to view.
  const line = y - (viewport.rows - 1 - (plan.detail > 0 ? plan.detail + 1 : 0) - plan.tree);
  const index = top + line;
  if (line < 0 || line >= plan.tree || index >= rows.length) return ui;
  return index === cursor ? pressTree(ui, 'open', run, viewport) : selectAt(ui, rows, index, plan.tree);
}

function clickInspector(ui: UiState, key: Key, run: RunState, viewport: Viewport): UiState {
  const { pane: height } = layout(viewport.columns, viewport.rows);
  const paneTop = viewport.rows - 1 - height;
  const { x = 0, y = 0 } = key;
  if (y === paneTop - 1) {
    const tab = tabAt(x, ui.tab, viewport.columns);
    return tab ? onTab(ui, tab) : ui;
  }
  const row = selectedRow(rowsOf(run, ui), ui);
  const items = row ? inspectorItems(run, row, ui, viewport) : [];
  const { cursor, top } = panePosition(items, ui, height);
  const item = items[top + y - paneTop];
  if (!item || y < paneTop || y >= paneTop + height) return ui;
  if (top + y - paneTop === cursor) return pressInspector(ui, 'toggle', key, run, viewport);
  return { ...ui, pane: { ...ui.pane, cursor: item.key, anchor: items[top]?.key } };
}
