import type { RunState } from '../../profile/run/run-state.js';
import type { Line, Viewport } from '../base/frame.js';
import type { Glyphs } from '../base/glyphs.js';
import type { Layout } from '../base/layout.js';
import type { UiState } from './ui-state.js';

/** What a view of the main screen is drawn from. */
export type ViewContext = Readonly<{
  run: RunState;
  ui: UiState;
  viewport: Viewport;
  plan: Layout;
  glyphs: Glyphs;
}>;

/** A view: a head line with what fits below it, and what is known of the selection. */
export type ViewParts = Readonly<{ head: Line; list: readonly Line[]; detail: readonly Line[] }>;
