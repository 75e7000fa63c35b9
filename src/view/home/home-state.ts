/** The state of the home screen. */

import type { Dialog } from '../state/ui-state.js';
import type { KeyScreen } from '../keys/binding.js';
import type { KeyOverrides } from '../keys/key-bindings.js';
import type { GlyphSet } from '../base/glyphs.js';

/** The tabs of the home screen, in the order of their number keys. */
export const homeTabs = ['Runs', 'Workflows'] as const;
export type HomeTab = (typeof homeTabs)[number];

/** The screens of home, as a stack. */
export type HomeScreen = Extract<KeyScreen, 'home' | 'home-filter' | 'home-line' | 'help' | 'confirm'>;

/** Display options, fixed when the screen opens. */
export type HomeLook = Readonly<{ glyphs: GlyphSet; reducedMotion: boolean; keys?: KeyOverrides }>;

/** The list of one tab: the keys of the row under the cursor and of the first visible row. */
export type HomeList = Readonly<{ cursor: string | undefined; anchor: string | undefined }>;

export type HomeState = Readonly<{
  look: HomeLook;
  /** Never empty; `home` is at the bottom. */
  screens: readonly HomeScreen[];
  tab: HomeTab;
  lists: Readonly<Record<HomeTab, HomeList>>;
  /** The filter, in the grammar of run-query.ts. */
  filter: string;
  /** The text of the command line. */
  line: string;
  /** The path of the run that the next one is compared with. */
  marked: string | undefined;
  dialog: Dialog | undefined;
  choice: number;
  helpTop: number;
  toast: string;
}>;

/** The initial state: the list of runs, without a filter. */
export function initialHome(look: HomeLook): HomeState {
  const top = { cursor: undefined, anchor: undefined };
  return {
    look,
    screens: ['home'],
    tab: 'Runs',
    lists: { Runs: top, Workflows: top },
    filter: '',
    line: '',
    marked: undefined,
    dialog: undefined,
    choice: 0,
    helpTop: 0,
    toast: '',
  };
}

/** The screen that receives the keys. */
export function homeScreen(home: HomeState): HomeScreen {
  return home.screens.at(-1) ?? 'home';
}
