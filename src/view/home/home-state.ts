/** The state of the home screen. */

import { plural } from '../../lib/text/format.js';
import type { Dialog } from '../state/ui-state.js';
import type { KeyScreen } from '../keys/binding.js';
import type { KeyOverrides } from '../keys/key-bindings.js';
import type { GlyphSet } from '../base/glyphs.js';
import type { SpendingDimension } from './spending-data.js';

/** The tabs of the home screen, in the order of their number keys. */
export const homeTabs = ['Runs', 'Spending', 'Workflows'] as const;
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
  /** What the spending is grouped by. */
  by: SpendingDimension;
  lists: Readonly<Record<HomeTab, HomeList>>;
  /** The filter, in the grammar of run-query.ts. */
  filter: string;
  /** The text of the command line. */
  line: string;
  /** The path of the run that the next one is compared with. */
  marked: string | undefined;
  /** What the dialog is about: the selected run's trace, or the session logs of coding agents. */
  asks: 'delete' | 'sessions';
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
    by: 'model',
    lists: { Runs: top, Spending: top, Workflows: top },
    filter: '',
    line: '',
    marked: undefined,
    asks: 'delete',
    dialog: undefined,
    choice: 0,
    helpTop: 0,
    toast: '',
  };
}

/** The state with the question whether the session logs that were found may be read. */
export function askForSessions(
  home: HomeState,
  found: readonly Readonly<{ title: string; logs: number }>[],
): HomeState {
  return {
    ...home,
    screens: ['home', 'confirm'],
    choice: 0,
    asks: 'sessions',
    dialog: {
      title: 'Show what your coding agents spent?',
      lines: [
        found.map(({ title, logs }) => `${title}: ${plural(logs, 'log')}`).join(', '),
        'Their session logs are read where they are; nothing is copied or sent. The answer is kept in the settings.',
      ],
      choices: [
        { key: 'y', label: 'read them' },
        { key: 'n', label: 'no' },
      ],
    },
  };
}

/** The screen that receives the keys. */
export function homeScreen(home: HomeState): HomeScreen {
  return home.screens.at(-1) ?? 'home';
}
