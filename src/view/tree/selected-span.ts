/** Selects spans across the views. */

import type { RunState, Span } from '../../profile/run/run-state.js';
import { freshPane, type Tab, type UiState } from '../state/ui-state.js';
import { revealSpan } from './reveal.js';
import { listRows } from './rows.js';
import { findRow, newestRow } from './tree-row.js';

/** The selected span in any view; undefined for a row without a span. */
export function selectedSpan(run: RunState, ui: UiState): Span | undefined {
  if (ui.follow) return newestRow(listRows(run, ui))?.span;
  return run.spans.get(Number(ui.selected)) ?? findRow(listRows(run, ui), ui.selected)?.span;
}

/** Selects a span. */
export function selectSpan(ui: UiState, id: number | undefined): UiState {
  return id === undefined ? ui : { ...ui, selected: String(id), follow: false };
}

/** Expands the tree so that the selected span has a row. */
export function withSelectionInTree(ui: UiState, run: RunState): UiState {
  const span = selectedSpan(run, ui);
  if (!span) return ui;
  const isShown = (at: UiState) => listRows(run, at).some(({ key }) => key === String(span.id));
  if (isShown(ui)) return ui;
  const revealed = revealSpan(ui, run, span.id);
  return isShown(revealed) ? revealed : revealSpan({ ...ui, filter: '' }, run, span.id);
}

/** The tab on which a row opens: a failed span on its error. */
export function openingTab(span: Span | undefined): Tab {
  return span?.error ? 'Error' : 'Overview';
}

/** Opens the inspector on the selected span; without a tab on the one that explains it. */
export function openSelected(ui: UiState, run: RunState, tab?: Tab): UiState {
  const span = selectedSpan(run, ui);
  if (!span) return ui;
  const shown = withSelectionInTree(selectSpan(ui, span.id), run);
  return {
    ...shown,
    screens: [...ui.screens, 'inspector'],
    tab: tab ?? openingTab(span),
    pane: { ...freshPane, find: ui.pane.find },
    trail: [],
  };
}
