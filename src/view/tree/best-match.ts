/** Selects the span that a search names, while it is typed. */

import type { RunState } from '../../profile/run/run-state.js';
import type { UiState } from '../state/ui-state.js';
import { listRows } from './rows.js';

/** Selects the row whose name is the text or ends with it as a word, such as the number of a turn; of several, the shortest. */
export function selectBestMatch(ui: UiState, run: RunState): UiState {
  const text = ui.filter.toLowerCase();
  if (text === '') return ui;
  let best: { key: string; length: number } | undefined;
  for (const { key, matched, span } of listRows(run, ui)) {
    const name = matched && span ? span.name.toLowerCase() : '';
    if (name !== text && !name.endsWith(` ${text}`)) continue;
    if (!best || name.length < best.length) best = { key, length: name.length };
  }
  return best ? { ...ui, selected: best.key, follow: false } : ui;
}
