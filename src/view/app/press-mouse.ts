/** Handles mouse clicks. */

import type { RunState } from '../../profile/run/run-state.js';
import type { Viewport } from '../base/frame.js';
import { inspectorItems, tabAt } from '../inspector/inspector.js';
import type { Key } from '../base/key.js';
import { layout } from '../base/layout.js';
import { mainLayout } from './main-layout.js';
import { clickCalls, clickCallsHead } from '../calls/press-calls.js';
import { clickGraph } from '../graph/press-graph.js';
import { clickFlame } from '../flame/press-flame.js';
import { onTab, pressInspector } from '../inspector/press-inspector.js';
import { withView } from './press-main.js';
import { clickTable, clickTableHead } from '../table/press-table.js';
import { pressTree } from '../timeline/press-tree.js';
import { listRows } from '../tree/rows.js';
import { panePosition, selectedRow, treePosition, selectAt } from '../tree/selection.js';
import { getScreen, type UiState } from '../state/ui-state.js';
import { viewAt } from './view-tabs.js';

/** Handles a click: selects a row, line or frame; a click on the selected one opens, toggles or zooms. Tabs open, column headings sort. */
export function pressMouse(ui: UiState, key: Key, run: RunState, viewport: Viewport): UiState {
  const screen = getScreen(ui);
  if (screen === 'tree') return clickMain(ui, key, run, viewport);
  return screen === 'inspector' ? clickInspector(ui, key, run, viewport) : ui;
}

function clickMain(ui: UiState, { x = 0, y = 0 }: Key, run: RunState, viewport: Viewport): UiState {
  const plan = mainLayout(run, ui, viewport);
  if (x >= plan.list) return ui;
  // Measured from the bottom: the lines above the list vary with the height of the screen.
  const below = plan.context.place === 'below' ? plan.context.rows + 1 : 0;
  const line = y - (viewport.rows - 1 - (plan.detail > 0 ? plan.detail + 1 : 0) - below - plan.tree);
  if (line === -2 && plan.viewTabs) return withView(ui, viewAt(x, ui.views.shown), run);
  if (line < -1 || line >= plan.tree) return ui;
  const isHead = line === -1;
  switch (ui.views.shown) {
    case 'Timeline':
      return isHead ? ui : clickTree(ui, line, run, viewport);
    case 'Flame':
      return isHead ? ui : clickFlame(ui, { x, line }, run, viewport);
    case 'Table':
      return isHead ? clickTableHead(ui, x, viewport) : clickTable(ui, line, run, viewport);
    case 'Calls':
      return isHead ? clickCallsHead(ui, x, viewport) : clickCalls(ui, line, run, viewport);
    case 'Graph':
      return isHead ? ui : clickGraph(ui, { x, line }, run, viewport, plan.tree);
    default:
      return ui.views.shown satisfies never;
  }
}

function clickTree(ui: UiState, line: number, run: RunState, viewport: Viewport): UiState {
  const rows = listRows(run, ui);
  const { tree: height } = layout(viewport.columns, viewport.rows, ui.context, rows.length);
  const { cursor, top } = treePosition(run, rows, ui, height);
  if (top + line >= rows.length) return ui;
  return top + line === cursor
    ? pressTree(ui, 'open', run, viewport)
    : selectAt(ui, run, rows, top + line, height);
}

function clickInspector(ui: UiState, key: Key, run: RunState, viewport: Viewport): UiState {
  const { pane: height } = layout(viewport.columns, viewport.rows, ui.context);
  const paneTop = viewport.rows - 1 - height;
  const { x = 0, y = 0 } = key;
  const row = selectedRow(listRows(run, ui), ui);
  if (y === paneTop - 1) {
    if (row?.result) return ui;
    const tab = tabAt(x, ui.tab, viewport.columns);
    return tab ? onTab(ui, tab) : ui;
  }
  const items = row ? inspectorItems(run, row, ui, viewport) : [];
  const { cursor, top } = panePosition(items, ui, height);
  const item = items[top + y - paneTop];
  if (!item || y < paneTop || y >= paneTop + height) return ui;
  if (top + y - paneTop === cursor) return pressInspector(ui, 'toggle', key, run, viewport);
  return { ...ui, pane: { ...ui.pane, cursor: item.key, anchor: items[top]?.key } };
}
