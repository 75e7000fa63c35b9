import type { RunState, Span } from '../../profile/run/run-state.js';
import { freshPane, type Tab, type UiState } from '../state/ui-state.js';
import { revealSpan } from './reveal.js';
import { findRow, newestRow, rowsOf } from './rows.js';

/** The span that is selected, whichever view shows it; undefined where a row without a span is. */
export function selectedSpan(run: RunState, ui: UiState): Span | undefined {
  if (ui.follow) return newestRow(rowsOf(run, ui))?.span;
  return run.spans.get(Number(ui.selected)) ?? findRow(rowsOf(run, ui), ui.selected)?.span;
}

/** The same screen with a span selected. */
export function selectSpan(ui: UiState, id: number | undefined): UiState {
  return id === undefined ? ui : { ...ui, selected: String(id), follow: false };
}

/** The same screen with the selected span among the rows of the tree, whatever has to be unfolded for that. */
export function withSelectionInTree(ui: UiState, run: RunState): UiState {
  const span = selectedSpan(run, ui);
  if (!span) return ui;
  const isShown = (at: UiState) => rowsOf(run, at).some(({ key }) => key === String(span.id));
  if (isShown(ui)) return ui;
  const revealed = revealSpan(ui, run, span.id);
  return isShown(revealed) ? revealed : revealSpan({ ...ui, filter: '' }, run, span.id);
}

/** The inspector on the selected span. */
export function openSelected(ui: UiState, run: RunState, tab: Tab): UiState {
  const span = selectedSpan(run, ui);
  if (!span) return ui;
  const shown = withSelectionInTree(selectSpan(ui, span.id), run);
  return {
    ...shown,
    screens: [...ui.screens, 'inspector'],
    tab,
    pane: { ...freshPane, find: ui.pane.find },
  };
}
