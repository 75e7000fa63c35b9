/** The state of the screen that compares two runs. */

import { DEFAULT_COLLAPSE, type CollapseState } from '../base/collapse.js';
import type { KeyScreen } from '../keys/binding.js';
import type { HomeLook } from '../home/home-state.js';
import { freshPane, type PaneState } from '../state/ui-state.js';

/** The screens of the comparison, as a stack: the table of nodes, and the differences of one of them. */
export type CompareScreen = Extract<KeyScreen, 'compare' | 'difference' | 'search' | 'help'>;

export type CompareState = Readonly<{
  look: HomeLook;
  /** Never empty; `compare` is at the bottom. */
  screens: readonly CompareScreen[];
  /** The keys of the row under the cursor, which both runs share, and of the first visible row. */
  cursor: string | undefined;
  anchor: string | undefined;
  folds: CollapseState;
  /** The search text of the table. */
  filter: string;
  /** The list of differences. */
  pane: PaneState;
  sideBySide: boolean;
  helpTop: number;
  toast: string;
}>;

/** The initial state: the table of nodes. */
export function initialCompare(look: HomeLook): CompareState {
  return {
    look,
    screens: ['compare'],
    cursor: undefined,
    anchor: undefined,
    folds: DEFAULT_COLLAPSE,
    filter: '',
    pane: freshPane,
    sideBySide: false,
    helpTop: 0,
    toast: '',
  };
}

/** The screen that receives the keys. */
export function compareScreen(compare: CompareState): CompareScreen {
  return compare.screens.at(-1) ?? 'compare';
}
