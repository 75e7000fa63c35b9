/** Handles key presses: the only place where the UI state changes. */

import type { RunState } from '../../profile/run/run-state.js';
import type { Viewport } from '../base/frame.js';
import type { Key } from '../base/key.js';
import { bindingsFor } from '../keys/key-bindings.js';
import type { Action } from '../keys/binding.js';
import { choiceAt } from '../state/confirm-dialog.js';
import { hintAt } from '../chrome/footer.js';
import { actionFor, opensSequence } from '../keys/key-lookup.js';
import { layout, nextContextPlace, type ContextPlace } from '../base/layout.js';
import { pressInspector, toMatch } from '../inspector/press-inspector.js';
import { pressMouse } from './press-mouse.js';
import { selectNextMatch } from './next-match.js';
import { openCommand, pressCommand } from './press-command.js';
import { pressRerun, type RerunEffect } from './press-rerun.js';
import { pressMain } from './press-main.js';
import { openPlan, pressName, pressPlan, type PlanEffect } from '../plan/press-plan.js';
import { applyKey } from '../base/edit-text.js';
import { helpLines } from '../keys/key-help.js';
import { applyMove, type Move } from '../base/scroll-list.js';
import { askToCancel, cancelEffects, controlRun, type RunEffect } from './node-control.js';
import { selectBestMatch } from '../tree/best-match.js';
import { listRows } from '../tree/rows.js';
import { selectedRow } from '../tree/selection.js';
import { pressTime } from '../chrome/time-travel.js';
import { getHelpContext, getScreen, withToast, type UiState } from '../state/ui-state.js';
import { isZoomed } from '../state/view-state.js';
import { yank, type TextEffect } from './yank.js';

/** Effects for the program to carry out. */
export type Effect =
  | Readonly<{ type: 'quit' | 'home' | 'cancel' | 'suspend' | 'redraw' | 'stream' }>
  | Readonly<{ type: 'mouse'; on: boolean }>
  /** A choice of the user that is kept for the next run. */
  | Readonly<{ type: 'setting'; name: 'context'; value: ContextPlace }>
  | RunEffect
  | TextEffect
  | PlanEffect
  | RerunEffect
  /** The answer to a dialog: the key of the choice, or undefined when dismissed. */
  | Readonly<{ type: 'answer'; choice: string | undefined }>;

/** The UI state after a key press, and the effects. */
export type UpdateResult = Readonly<{ ui: UiState; effects: readonly Effect[] }>;

/** Rows per wheel step. */
const WHEEL_ROWS = 3;

/** Handles a key press. Pure: returns the new state and effects. */
export function press(ui: UiState, key: Key, run: RunState, viewport: Viewport): UpdateResult {
  const screen = getScreen(ui);
  if (key.name === 'click') return pressClick(ui, key, run, viewport);
  if (key.name === 'wheel-up' || key.name === 'wheel-down') {
    const action = key.name === 'wheel-up' ? 'up' : 'down';
    return noEffects(
      Array.from({ length: WHEEL_ROWS }).reduce(
        (at: UiState) => pressAction(at, action, key, run, viewport).ui,
        clearTransient(ui),
      ),
    );
  }
  const bindings = bindingsFor(ui.look);
  const typed = ui.prefix === '' ? key.name : `${ui.prefix} ${key.name}`;
  // While text is being typed, printable keys are text.
  const isText = (screen === 'search' || screen === 'name' || screen === 'command') && key.text !== '';
  const action = isText ? undefined : actionFor(typed, screen, bindings, isZoomed(ui.views));
  if (!isText && !action && ui.prefix === '' && opensSequence(typed, screen, bindings))
    return noEffects({ ...clearTransient(ui), prefix: typed });
  // The second key of an unknown sequence is not interpreted on its own.
  if (!action && ui.prefix !== '') return noEffects(clearTransient(ui));
  return pressAction(clearTransient(ui), action, key, run, viewport);
}

function pressAction(
  ui: UiState,
  action: Action | undefined,
  key: Key,
  run: RunState,
  viewport: Viewport,
): UpdateResult {
  const screen = getScreen(ui);
  const anywhere = action && pressAnywhere(ui, action, run, viewport);
  if (anywhere) return anywhere;
  switch (screen) {
    case 'tree':
      return noEffects(action ? pressMain(ui, action, key, run, viewport) : ui);
    case 'inspector':
      return noEffects(action ? pressInspector(ui, action, key, run, viewport) : ui);
    case 'plan':
      return action ? pressPlan(ui, action, key, run, viewport) : noEffects(ui);
    case 'command':
      return pressCommand(ui, action, key, run, {
        only: noEffects,
        act: (closed, chosen) => pressAction(closed, chosen, { name: '', text: '' }, run, viewport),
      });
    case 'name':
      return pressName(ui, action, key, run);
    case 'search':
      return noEffects(pressSearch(ui, action, key, run, viewport));
    case 'help':
      return noEffects(pressHelp(ui, action, viewport));
    case 'confirm':
      return pressConfirm(ui, action, key);
    default:
      return screen satisfies never;
  }
}

/** Maps a click on a footer hint to its key, and on a choice to the answer. */
function pressClick(ui: UiState, key: Key, run: RunState, viewport: Viewport): UpdateResult {
  const { columns, rows } = viewport;
  const { x = 0, y = 0 } = key;
  const plan = layout(columns, rows, ui.context);
  if (plan.tooSmall) return noEffects(ui);
  const hint = y === rows - 1 ? hintAt(x, ui, viewport) : undefined;
  // The tab line determines the view.
  if (hint && hint.action !== 'view')
    return pressAction(clearTransient(ui), hint.action, { name: hint.keys[0]!, text: '' }, run, viewport);
  if (getScreen(ui) !== 'confirm' || !ui.dialog)
    return noEffects(pressMouse(clearTransient(ui), key, run, viewport));
  const top = plan.flameBar ? 3 : 1;
  const choice = choiceAt(ui.dialog, { columns, rows: rows - top - 1, x, y: y - top });
  return choice === undefined ? noEffects(ui) : pressConfirm(ui, undefined, { name: choice, text: '' });
}

/** Clears the pending prefix and the toast before a new key. */
function clearTransient(ui: UiState): UiState {
  return ui.prefix === '' && ui.toast === '' ? ui : { ...ui, prefix: '', toast: '' };
}

function noEffects(ui: UiState): UpdateResult {
  return { ui, effects: [] };
}

/** Handles actions that are the same on every screen; undefined for others. */
function pressAnywhere(
  ui: UiState,
  action: Action,
  run: RunState,
  viewport: Viewport,
): UpdateResult | undefined {
  switch (action) {
    case 'home':
      return ui.look.home
        ? { ui, effects: [{ type: 'home' }] }
        : noEffects(withToast(ui, 'There is no home screen here: `pflow tui` has one.'));
    case 'back':
      // Esc goes back one level: from a run without a filter to the list of runs that it was opened from.
      return getScreen(ui) === 'tree' && ui.look.home === 'origin' && isAtTop(ui)
        ? { ui, effects: [{ type: 'home' }] }
        : undefined;
    case 'quit':
    case 'suspend':
    case 'redraw':
    case 'stream':
      return { ui, effects: [{ type: action }] };
    case 'cancel': {
      const asked = askToCancel(ui, run);
      return asked ? noEffects(asked) : { ui, effects: [{ type: 'cancel' }] };
    }
    case 'command':
      return noEffects(openCommand(ui));
    case 'plan':
      return noEffects(openPlan(ui, run));
    case 'context-pane': {
      const context = nextContextPlace(viewport.columns, viewport.rows, ui.context);
      return {
        ui: withToast({ ...ui, context }, `Context pane: ${context}.`),
        effects: [{ type: 'setting', name: 'context', value: context }],
      };
    }
    case 'mouse':
      return { ui: { ...ui, mouse: !ui.mouse }, effects: [{ type: 'mouse', on: !ui.mouse }] };
    default: {
      const travelled = pressTime(ui, action, viewport);
      if (travelled) return noEffects(travelled);
      const row = selectedRow(listRows(run, ui), ui);
      return (
        pressRerun(ui, action, run) ?? controlRun(ui, action, row) ?? yank(ui, action, row, run, viewport)
      );
    }
  }
}

/** Whether Esc has nothing to leave on the main screen: no filter, no range, and no zoomed frame. */
function isAtTop({ filter, views }: UiState): boolean {
  return (
    filter === '' && !views.range && !views.callsOf && (views.shown !== 'Flame' || views.zoom.length === 0)
  );
}

/**
 * Handles search input: typing filters the tree immediately and selects the span that is named; Enter keeps the filter, Esc clears it. In the inspector
 * Enter jumps to the first match.
 */
function pressSearch(
  ui: UiState,
  action: Action | undefined,
  key: Key,
  run: RunState,
  viewport: Viewport,
): UiState {
  const closed = { ...ui, screens: ui.screens.slice(0, -1) };
  const below = getScreen(closed);
  const inside = below === 'inspector';
  const typed = inside ? ui.pane.find : below === 'help' ? ui.helpFind : ui.filter;
  if (action === 'accept') {
    if (inside) return toMatch(closed, 0, run, viewport);
    return below === 'tree' && ui.views.shown !== 'Timeline'
      ? selectNextMatch(closed, 0, run, viewport)
      : closed;
  }
  const text = action === 'back' ? '' : applyKey(typed, key);
  const base = action === 'back' ? closed : ui;
  if (below === 'help') return { ...base, helpFind: text, helpTop: 0 };
  if (inside) return { ...base, pane: { ...ui.pane, find: text } };
  return selectBestMatch({ ...base, filter: text }, run);
}

function pressHelp(ui: UiState, action: Action | undefined, { columns, rows }: Viewport): UiState {
  if (action === 'back') return { ...ui, screens: ui.screens.slice(0, -1), helpTop: 0, helpFind: '' };
  if (action === 'search') return { ...ui, screens: [...ui.screens, 'search'] };
  if (action === undefined) return ui;
  const help = helpLines(ui.look, { context: getHelpContext(ui), columns, find: ui.helpFind });
  const height = Math.max(1, rows - 4);
  const count = Math.max(1, help.length - height + 1);
  return { ...ui, helpTop: applyMove(action as Move, Math.min(ui.helpTop, count - 1), count, height) };
}

function pressConfirm(ui: UiState, action: Action | undefined, key: Key): UpdateResult {
  const choices = ui.dialog?.choices ?? [];
  const count = Math.max(1, choices.length);
  if (action === 'next-choice') return noEffects({ ...ui, choice: (ui.choice + 1) % count });
  if (action === 'previous-choice') return noEffects({ ...ui, choice: (ui.choice + count - 1) % count });
  const byKey = choices.find((choice) => choice.key === key.name)?.key;
  const chosen = action === 'choose' ? choices[ui.choice]?.key : byKey;
  if (chosen === undefined && action !== 'back') return noEffects(ui);
  const closed = {
    ...ui,
    screens: ui.screens.filter((screen) => screen !== 'confirm'),
    dialog: undefined,
    choice: 0,
  };
  if (ui.dialog?.about === 'cancel') return { ui: closed, effects: cancelEffects(chosen) };
  return { ui: closed, effects: [{ type: 'answer', choice: chosen }] };
}
