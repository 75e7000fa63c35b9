import { defaultFolds, type Folds } from '../base/collapse.js';
import type { GlyphSet } from '../base/glyphs.js';
import { freshPlan, type PlanState } from './plan-state.js';
import { initialViews, type ViewState } from './view-state.js';
import type { TimeCursor } from './time-cursor.js';

/** What has the keys. Screens are stacked: the last one is on top, and Esc goes back to the one below. */
export type Screen = 'tree' | 'inspector' | 'plan' | 'search' | 'name' | 'help' | 'confirm';

/** What the width of a bar and the share column measure. */
export const metrics = ['time', 'cost', 'tokens'] as const;
export type Metric = (typeof metrics)[number];

/** The faces of the inspector, in the order of their number keys 1 … 9, 0. */
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

/** How the screen is drawn, fixed when it opens. */
export type Look = Readonly<{
  glyphs: GlyphSet;
  reducedMotion: boolean;
  /** Whether the run is being written now. */ live: boolean;
  /** Whether it was written until its writer was gone without having finished it. */
  writerGone?: boolean;
  /** How much of a recorded run has been read, 0 to 1, until all of it is. */
  reading?: number | undefined;
  /** How much of it has been looked through for what is searched for, 0 to 1, until all of it is. */
  searching?: number | undefined;
  /** Keys by action, where they are not the usual ones. */
  keys?: Readonly<Record<string, readonly string[]>>;
}>;

/** A question that stands over everything until it is answered. */
export type Dialog = Readonly<{
  title: string;
  lines: readonly string[];
  choices: readonly Readonly<{ key: string; label: string }>[];
  /** A question that the screen asks itself; absent when the program asks and wants the answer. */
  about?: 'cancel';
}>;

/** The list of the inspector, or of the plan: cursor, topmost item and folds, by item key; and what is searched for in it. */
export type PaneState = Readonly<{
  cursor: string | undefined;
  anchor: string | undefined;
  folds: Folds;
  find: string;
}>;

/** An inspector that was just opened. */
export const freshPane: PaneState = { cursor: undefined, anchor: undefined, folds: defaultFolds, find: '' };

/** Everything about the screen that is not the run. Rows are known by key, never by index. */
export type UiState = Readonly<{
  look: Look;
  /** Never empty; `tree` at the bottom. */
  screens: readonly Screen[];
  selected: string | undefined;
  /** The topmost row shown. */
  anchor: string | undefined;
  /** Whether the selection follows the newest node. Any movement ends it. */
  follow: boolean;
  folds: Folds;
  /** What is searched for in the tree. */
  filter: string;
  /** Whether only the rows that have it are shown. */
  onlyMatches: boolean;
  metric: Metric;
  views: ViewState;
  tab: Tab;
  pane: PaneState;
  plan: PlanState;
  planPane: PaneState;
  helpTop: number;
  dialog: Dialog | undefined;
  /** The choice under the cursor of the dialog. */
  choice: number;
  /** The moment that is looked at; undefined is now. */
  time: TimeCursor | undefined;
  /** Nodes before which the run pauses, by id. */
  breakpoints: ReadonlySet<string>;
  /** Whether a diff has the two states beside each other. */
  sideBySide: boolean;
  /** Whether Markdown and code are shown without their looks. */
  raw: boolean;
  mouse: boolean;
  /** The first key of a sequence such as `y p`, while the second is waited for. */
  prefix: string;
  /** What has just been done, until the next key; empty says nothing. */
  toast: string;
}>;

/** The screen as it opens: the tree, following when the run is live. */
export function initialUi(look: Look): UiState {
  return {
    look,
    screens: ['tree'],
    selected: undefined,
    anchor: undefined,
    follow: look.live,
    folds: defaultFolds,
    filter: '',
    onlyMatches: true,
    metric: 'time',
    views: initialViews,
    tab: 'Overview',
    pane: freshPane,
    plan: freshPlan,
    planPane: freshPane,
    helpTop: 0,
    dialog: undefined,
    choice: 0,
    time: undefined,
    breakpoints: new Set(),
    sideBySide: false,
    raw: false,
    mouse: false,
    prefix: '',
    toast: '',
  };
}

/** What has the keys now. */
export function screenOf(ui: UiState): Screen {
  return ui.screens.at(-1) ?? 'tree';
}

/** The same screen with word of what was done. */
export function withToast(ui: UiState, toast: string): UiState {
  return { ...ui, toast };
}

/** The same screen with a question over it. */
export function withDialog(ui: UiState, dialog: Dialog): UiState {
  return {
    ...ui,
    screens: [...ui.screens.filter((screen) => screen !== 'confirm'), 'confirm'],
    dialog,
    choice: 0,
  };
}
