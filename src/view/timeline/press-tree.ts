/** Handles actions on the tree. */

import type { RunState } from '../../profile/run/run-state.js';
import { setAll, toggle } from '../base/collapse.js';
import type { Viewport } from '../base/frame.js';
import type { Action } from '../keys/binding.js';
import { jump } from '../tree/jump.js';
import { layout } from '../base/layout.js';
import { applyMove, type Move } from '../base/scroll-list.js';
import { listRows } from '../tree/rows.js';
import { openingTab } from '../tree/selected-span.js';
import type { Row } from '../tree/tree-row.js';
import { selectedRow } from '../tree/selection.js';
import { freshPane, metrics, type Tab, type UiState } from '../state/ui-state.js';
import { selectAt } from '../tree/selection.js';

/** Handles an action on the tree. */
export function pressTree(ui: UiState, action: Action, run: RunState, viewport: Viewport): UiState {
  const rows = listRows(run, ui);
  const selected = selectedRow(rows, ui);
  const height = layout(viewport.columns, viewport.rows, ui.context, rows.length).tree;
  const cursor = selected ? rows.indexOf(selected) : 0;
  const select = (index: number) => selectAt(ui, run, rows, index, height);
  switch (action) {
    case 'up':
    case 'down':
    case 'half-up':
    case 'half-down':
    case 'page-up':
    case 'page-down':
    case 'first':
      return select(applyMove(action satisfies Move, cursor, rows.length, height));
    case 'last':
      // Moving to the end of a live run turns follow mode on.
      return { ...select(rows.length - 1), follow: ui.look.live && run.status === 'running' };
    case 'open':
      return opened(ui, selected, openingTab(selected?.span));
    case 'diff':
      return opened(ui, selected, 'Diff');
    case 'expand':
      if (selected?.fold === 'folded') return toggled(ui, selected);
      return selected?.fold === 'open' ? select(cursor + 1) : ui;
    case 'collapse':
      if (selected?.fold === 'open') return toggled(ui, selected);
      return select(parentIndex(rows, cursor));
    case 'expand-all':
      return { ...pinned(ui, selected), folds: setAll('open') };
    case 'collapse-all':
      return { ...pinned(ui, selected), folds: setAll('folded') };
    case 'metric':
      return { ...ui, metric: metrics[(metrics.indexOf(ui.metric) + 1) % metrics.length]! };
    case 'search':
      return { ...pinned(ui, selected), screens: [...ui.screens, 'search'] };
    case 'next-match':
      return select(nextIndex(rows, cursor, 1, ({ matched }) => matched));
    case 'previous-match':
      return select(nextIndex(rows, cursor, -1, ({ matched }) => matched));
    case 'only-matches':
      return { ...pinned(ui, selected), onlyMatches: !ui.onlyMatches };
    case 'next-error':
    case 'next-slowest':
    case 'next-costliest':
      return jump(pinned(ui, selected), action, run, viewport.now);
    case 'help':
      return { ...ui, screens: [...ui.screens, 'help'] };
    case 'back':
      return { ...ui, filter: '' };
    default:
      return ui;
  }
}

/** Pins the currently selected row. */
function pinned(ui: UiState, selected: Row | undefined): UiState {
  return { ...ui, selected: selected?.key, follow: false };
}

function opened(ui: UiState, selected: Row | undefined, tab: Tab): UiState {
  if (!selected) return ui;
  return {
    ...pinned(ui, selected),
    screens: [...ui.screens, 'inspector'],
    tab,
    pane: { ...freshPane, find: ui.pane.find },
    trail: [],
  };
}

function toggled(ui: UiState, row: Row): UiState {
  return { ...pinned(ui, row), folds: toggle(ui.folds, row.key) };
}

function parentIndex(rows: readonly Row[], cursor: number): number {
  const depth = rows[cursor]?.depth ?? 0;
  for (let i = cursor - 1; i >= 0; i--) if (rows[i]!.depth < depth) return i;
  return cursor;
}

function nextIndex(
  rows: readonly Row[],
  cursor: number,
  step: 1 | -1,
  wanted: (row: Row) => boolean,
): number {
  for (let i = 1; i <= rows.length; i++) {
    const index = (cursor + step * i + rows.length * 2) % rows.length;
    if (wanted(rows[index]!)) return index;
  }
  return cursor;
}
