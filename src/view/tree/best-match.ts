/** Selects the row that a search most likely means, while it is typed. */

import type { RunState } from '../../profile/run/run-state.js';
import type { UiState } from '../state/ui-state.js';
import { listRows } from './rows.js';

/** With the shortest name that contains the text, which an exact one is; else with the first match. The selection stays on a match without one that is better. */
export function selectBestMatch(ui: UiState, run: RunState): UiState {
  const text = ui.filter.toLowerCase();
  if (text === '') return ui;
  const matches = listRows(run, ui).filter(({ matched }) => matched);
  let best: { key: string; length: number } | undefined;
  for (const { key } of matches) {
    const name = run.spans.get(Number(key))?.name;
    if (name === undefined || !name.toLowerCase().includes(text)) continue;
    if (!best || name.length < best.length) best = { key, length: name.length };
  }
  const isSelected = matches.some(({ key }) => key === ui.selected);
  const key = best?.key ?? (isSelected ? undefined : matches[0]?.key);
  return key === undefined ? ui : { ...ui, selected: key, follow: false };
}
