/** Expands the tree around a span and selects it. */

import type { RunState } from '../../profile/run/run-state.js';
import { iterateAncestors } from '../../profile/run/span-tree.js';
import { toggle } from '../base/collapse.js';
import { listRows } from './rows.js';
import type { UiState } from '../state/ui-state.js';

/** Selects a span and expands its ancestors. */
export function revealSpan(ui: UiState, run: RunState, id: number): UiState {
  const path = Array.from(iterateAncestors(run, id), (span) => span.id).toReversed();
  const open = path.reduce((at, each) => opened(at, run, each, each !== id), ui);
  return { ...open, selected: String(id), follow: false };
}

/** Shows the row of a span, expanding it on request. */
function opened(ui: UiState, run: RunState, id: number, wide: boolean): UiState {
  const rows = listRows(run, ui);
  const row = rows.find(({ key }) => key === String(id));
  if (row) return wide && row.fold === 'folded' ? { ...ui, folds: toggle(ui.folds, row.key) } : ui;
  const lane = rows.find((each) => each.lane?.includes(id) && each.fold === 'folded');
  return lane ? opened({ ...ui, folds: toggle(ui.folds, lane.key) }, run, id, wide) : ui;
}
