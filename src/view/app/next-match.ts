/** Goes from match to match of a search in the views other than the tree. */

import type { RunState } from '../../profile/run/run-state.js';
import type { Viewport } from '../base/frame.js';
import { callsOfView } from '../calls/calls-view.js';
import { rowOfSpan } from '../table/table-rows.js';
import { rowsOfTable } from '../table/table-lines.js';
import { listRows } from '../tree/rows.js';
import { selectedSpan, selectSpan } from '../tree/selected-span.js';
import type { UiState } from '../state/ui-state.js';

/**
 * Selects the next match, the previous one with -1, or with 0 the first unless one is selected: in the order of the list that is
 * shown, else of the tree.
 */
export function selectNextMatch(ui: UiState, step: 1 | 0 | -1, run: RunState, { now }: Viewport): UiState {
  if (ui.filter === '') return ui;
  const { ids, at } = listMatches({ ...ui, onlyMatches: true }, run, now);
  if (ids.length === 0) return ui;
  const from = at === -1 && step !== 1 ? 0 : at;
  return selectSpan(ui, ids[(from + step + ids.length) % ids.length]);
}

/** The spans that match, and which of them is selected. */
function listMatches(
  ui: UiState,
  run: RunState,
  now: number,
): Readonly<{ ids: readonly (number | undefined)[]; at: number }> {
  const selected = selectedSpan(run, ui);
  if (ui.views.shown === 'Table') {
    const rows = rowsOfTable(run, ui, now);
    const row = rowOfSpan(run, rows, selected, ui.views.grouping);
    return { ids: rows.map(({ longest }) => longest), at: row ? rows.indexOf(row) : -1 };
  }
  const ids =
    ui.views.shown === 'Calls'
      ? callsOfView(run, ui, now).map(({ id }) => id)
      : listRows(run, ui).flatMap(({ matched, span }) => (matched && span ? [span.id] : []));
  return { ids, at: selected ? ids.indexOf(selected.id) : -1 };
}
