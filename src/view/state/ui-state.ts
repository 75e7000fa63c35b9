/** The UI state: everything about the screen that is not the run. */

import { DEFAULT_COLLAPSE, type CollapseState } from '../base/collapse.js';
import type { GlyphSet } from '../base/glyphs.js';
import { freshPlan, type PlanState } from './plan-state.js';
import { initialViews, type ViewState } from './view-state.js';
import type { ContextPlace } from '../base/layout.js';
import type { TimeCursor } from './time-cursor.js';

/** The screens, as a stack: the top one receives the keys, and Esc returns to the one below. */
export type Screen = 'tree' | 'inspector' | 'plan' | 'search' | 'command' | 'name' | 'help' | 'confirm';

/** The metric of bars and of the share column. */
export const metrics = ['time', 'cost', 'tokens'] as const;
export type Metric = (typeof metrics)[number];

/** The tabs of the inspector, in the order of their number keys 1 … 9, 0. */
export const tabs = [
  'Overview',
  'Before',
  'After',
  'Diff',
  'Prompt',
  'Response',
  'Params',
  'Cost',
  'Log',
  'Error',
] as const;
export type Tab = (typeof tabs)[number];

/** Display options, fixed when the screen opens. */
export type Look = Readonly<{
  glyphs: GlyphSet;
  reducedMotion: boolean;
  /** Whether the run is in progress. */ live: boolean;
  /** What no key can do to the run while it is in progress, because another process runs it. */
  unserved?: readonly ('pause' | 'step-run' | 'breakpoint' | 'cancel')[];
  /** Whether the writer exited before the run finished. */
  writerGone?: boolean;
  /** The share of a recorded run that has been read, 0 to 1; absent when complete. */
  reading?: number | undefined;
  /** The share of the file that has been searched, 0 to 1; absent when complete. */
  searching?: number | undefined;
  /** Whether there is a home screen to go to, and whether this screen was opened from it, so that Esc returns there. */
  home?: 'origin' | 'reachable';
  /** Overridden key bindings by action. */
  keys?: Readonly<Record<string, readonly string[]>>;
}>;

/** A modal dialog. */
export type Dialog = Readonly<{
  title: string;
  lines: readonly string[];
  choices: readonly Readonly<{ key: string; label: string }>[];
  /** Set for dialogs of the screen itself; absent when the program awaits the answer. */
  about?: 'cancel';
}>;

/** State of the list in the inspector or the plan screen: cursor, scroll offset and collapse state by item key, and its search text. */
export type PaneState = Readonly<{
  cursor: string | undefined;
  anchor: string | undefined;
  folds: CollapseState;
  find: string;
}>;

/** The state of a newly opened inspector. */
export const freshPane: PaneState = {
  cursor: undefined,
  anchor: undefined,
  folds: DEFAULT_COLLAPSE,
  find: '',
};

/** A place in the inspector that the user came from. */
export type InspectorPlace = Readonly<Pick<UiState, 'selected' | 'tab' | 'pane' | 'filter'>>;

/** The UI state. Rows are referenced by key, never by index. */
export type UiState = Readonly<{
  look: Look;
  /** Never empty; `tree` is at the bottom. */
  screens: readonly Screen[];
  selected: string | undefined;
  /** The key of the first visible row. */
  anchor: string | undefined;
  /** Whether the selection follows the newest node. Any movement turns it off. */
  follow: boolean;
  folds: CollapseState;
  /** The search text of the tree. */
  filter: string;
  /** Whether non-matching rows are hidden. */
  onlyMatches: boolean;
  metric: Metric;
  views: ViewState;
  tab: Tab;
  pane: PaneState;
  /** The places to go back to, the last one first: those from which a value's writer was opened. */
  trail: readonly InspectorPlace[];
  plan: PlanState;
  planPane: PaneState;
  helpTop: number;
  /** The search text of the help screen. */
  helpFind: string;
  /** The text of the command line, and what is wrong with it. */
  command: Readonly<{ text: string; problem: string }>;
  dialog: Dialog | undefined;
  /** The selected choice of the dialog. */
  choice: number;
  /** The time cursor; undefined means now. */
  time: TimeCursor | undefined;
  /** Breakpoints by node id. */
  breakpoints: ReadonlySet<string>;
  /** Whether diffs are shown side by side. */
  sideBySide: boolean;
  /** Where the context pane is. */
  context: ContextPlace;
  /** Whether Markdown and code are shown unformatted. */
  raw: boolean;
  mouse: boolean;
  /** The first key of a pending sequence such as `y p`. */
  prefix: string;
  /** The toast, shown until the next key; empty for none. */
  toast: string;
}>;

/** The initial state: the tree, following when the run is live. */
export function initialUi(look: Look): UiState {
  return {
    look,
    screens: ['tree'],
    selected: undefined,
    anchor: undefined,
    follow: look.live,
    folds: DEFAULT_COLLAPSE,
    filter: '',
    onlyMatches: true,
    metric: 'time',
    views: initialViews,
    tab: 'Overview',
    pane: freshPane,
    trail: [],
    plan: freshPlan,
    planPane: freshPane,
    helpTop: 0,
    helpFind: '',
    command: { text: '', problem: '' },
    dialog: undefined,
    choice: 0,
    time: undefined,
    breakpoints: new Set(),
    sideBySide: false,
    context: 'auto',
    raw: false,
    mouse: false,
    prefix: '',
    toast: '',
  };
}

/** The screen that receives the keys. */
export function getScreen(ui: UiState): Screen {
  return ui.screens.at(-1) ?? 'tree';
}

/** The screen from which help was opened, and its view. */
export function getHelpContext({ screens, views }: UiState): {
  screen: 'tree' | 'inspector' | 'plan';
  view: ViewState['shown'];
} {
  const screen = screens.includes('plan') ? 'plan' : screens.includes('inspector') ? 'inspector' : 'tree';
  return { screen, view: views.shown };
}

/** Shows a toast. */
export function withToast(ui: UiState, toast: string): UiState {
  return { ...ui, toast };
}

/** Opens a dialog. */
export function withDialog(ui: UiState, dialog: Dialog): UiState {
  return {
    ...ui,
    screens: [...ui.screens.filter((screen) => screen !== 'confirm'), 'confirm'],
    dialog,
    choice: 0,
  };
}
