/** Types of the keymap: actions, bindings and the screens they apply to. */

import type { Screen } from '../state/ui-state.js';
import type { ViewName } from '../state/view-state.js';

/** All actions that keys can be bound to, on any screen. */
export type Action =
  | 'up'
  | 'down'
  | 'half-up'
  | 'half-down'
  | 'page-up'
  | 'page-down'
  | 'first'
  | 'last'
  | 'open'
  | 'expand'
  | 'collapse'
  | 'toggle'
  | 'expand-all'
  | 'collapse-all'
  | 'diff'
  | 'metric'
  | 'view'
  | 'zoom-in'
  | 'zoom-out'
  | 'zoom-reset'
  | 'pan-left'
  | 'pan-right'
  | 'range'
  | 'group'
  | 'invert'
  | 'follow'
  | 'pause'
  | 'step-run'
  | 'breakpoint'
  | 'freeze'
  | 'node-forward'
  | 'node-back'
  | 'event-forward'
  | 'event-back'
  | 'time-start'
  | 'time-end'
  | 'faster'
  | 'slower'
  | 'search'
  | 'next-match'
  | 'previous-match'
  | 'only-matches'
  | 'next-error'
  | 'next-slowest'
  | 'next-costliest'
  | 'tab'
  | 'next-tab'
  | 'previous-tab'
  | 'next-node'
  | 'previous-node'
  | 'go-to-writer'
  | 'deeper'
  | 'shallower'
  | 'to-depth'
  | 'side-by-side'
  | 'context-pane'
  | 'raw'
  | 'open-value'
  | 'yank-value'
  | 'yank-key'
  | 'yank-path'
  | 'yank-snapshot'
  | 'print'
  | 'mouse'
  | 'plan'
  | 'run-plan'
  | 'edit-plan'
  | 'save-plan'
  | 'former-plan'
  | 'accept'
  | 'choose'
  | 'next-choice'
  | 'previous-choice'
  | 'back'
  | 'help'
  | 'quit'
  | 'home'
  | 'compare'
  | 'whatif'
  | 'rerun'
  | 'rerun-from'
  | 'rerun-edited'
  | 'delete'
  | 'command'
  | 'group-by'
  | 'cancel'
  | 'suspend'
  | 'redraw'
  | 'stream';

/** All screens that keys are bound on: those of a run, of home, and of the comparison of two runs. */
export type KeyScreen = Screen | 'home' | 'home-filter' | 'home-line' | 'compare' | 'difference';

/** A binding. `hint` is its label in the footer, if it has one. */
export type Binding = Readonly<{
  action: Action;
  keys: readonly string[];
  screens: readonly KeyScreen[];
  does: string;
  hint?: string;
  /** The views it is limited to; absent for all. */
  views?: readonly ViewName[];
  /** Takes precedence over other bindings of its keys while the timeline is zoomed in. */
  whileZoomed?: true;
}>;

/**
 * A row of the keymap: one line of the help. Two opposite actions share a row, and an action that several screens have shares
 * one with a hint for each.
 */
export type KeyRow = Omit<Binding, 'hint'> &
  Readonly<{
    hint?: string | Readonly<Partial<Record<KeyScreen, string>>>;
    opposite?: Readonly<Pick<Binding, 'action' | 'keys' | 'whileZoomed'>>;
  }>;
