/** The position of the selection among the matches of a search, as `3/9`. */

import type { RunState } from '../../profile/run/run-state.js';
import type { Viewport } from '../base/frame.js';
import { callsOfView, selectedCall } from '../calls/calls-view.js';
import { rowsOfTable, selectedTableRow } from '../table/table-lines.js';
import { listRows } from '../tree/rows.js';
import { selectedRow } from '../tree/selection.js';
import type { UiState } from '../state/ui-state.js';

/** The counter of the view on the screen; empty without a search. `-/9` where the selection is not a match. */
export function matchPlace(run: RunState, ui: UiState, { now }: Viewport): string {
  if (ui.filter === '') return '';
  switch (ui.views.shown) {
    case 'Table': {
      const rows = rowsOfTable(run, ui, now);
      const selected = selectedTableRow(run, ui, rows);
      return placeText(selected ? rows.indexOf(selected) : -1, rows.length);
    }
    case 'Calls': {
      const calls = callsOfView(run, ui, now);
      const selected = selectedCall(run, ui, calls);
      return placeText(selected ? calls.indexOf(selected) : -1, calls.length);
    }
    default: {
      const rows = listRows(run, ui);
      const matches = rows.filter(({ matched }) => matched);
      const selected = selectedRow(rows, ui);
      return placeText(selected ? matches.indexOf(selected) : -1, matches.length);
    }
  }
}

function placeText(at: number, of: number): string {
  return `${at === -1 ? '-' : at + 1}/${of}`;
}
