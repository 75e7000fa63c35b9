/** The interface between the views and the main screen. */

import type { RunState } from '../../profile/run/run-state.js';
import type { Line, Viewport } from '../base/frame.js';
import type { Glyphs } from '../base/glyphs.js';
import { layout, type Layout } from '../base/layout.js';
import type { UiState } from './ui-state.js';

/** The inputs of a view. */
export type ViewContext = Readonly<{
  run: RunState;
  ui: UiState;
  viewport: Viewport;
  plan: Layout;
  glyphs: Glyphs;
}>;

/** The viewport of the main list, which may share its rows with the context pane. */
export function listViewport(ui: UiState, viewport: Viewport): Viewport {
  return { ...viewport, columns: layout(viewport.columns, viewport.rows, ui.context).list };
}

/** The parts of a view: column headings, the list, and the detail of the selection. */
export type ViewParts = Readonly<{ head: Line; list: readonly Line[]; detail: readonly Line[] }>;
