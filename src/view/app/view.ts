/** Renders a complete frame. */

import type { RunState } from '../../profile/run/run-state.js';
import { fillRows, type Frame, type Viewport } from '../base/frame.js';
import { composeLines } from '../base/regions.js';
import type { UiState } from '../state/ui-state.js';
import { viewRegions } from './view-regions.js';

/** Renders the frame for a run at a moment: a pure function, so that a live run and its replay render the same. */
export function view(run: RunState, ui: UiState, viewport: Viewport): Frame {
  return { lines: fillRows(composeLines(viewRegions(run, ui, viewport)), viewport.rows) };
}
