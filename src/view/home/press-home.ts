/** Handles keys on the home screen. */

import { applyKey } from '../base/edit-text.js';
import type { Key } from '../base/key.js';
import { applyMove, computeScrollTop, isMove } from '../base/scroll-list.js';
import type { Action } from '../keys/binding.js';
import { bindingsOf } from '../keys/key-bindings.js';
import { helpLines } from '../keys/key-help.js';
import { actionFor } from '../keys/key-lookup.js';
import { choiceAt } from '../state/confirm-dialog.js';
import { homeHintAt } from './home-footer.js';
import { homeLayout, type HomeViewport } from './home-layout.js';
import { homePosition, listKeys, selectedGroup, selectedRun, selectedWorkflow } from './home-list.js';
import type { HomeData, HomeRun } from './home-run.js';
import { homeScreen, homeTabs, type HomeState, type HomeTab } from './home-state.js';
import { homeTabAt } from './home-view.js';
import { dimensionOf } from './spending-data.js';

/** What is shown next. */
export type HomeOpening =
  | Readonly<{ type: 'open'; run: HomeRun }>
  /** The session log of a coding agent. */
  | Readonly<{ type: 'open-log'; path: string }>
  | Readonly<{ type: 'rerun'; run: HomeRun }>
  /** What a version of a prompt changed, by its hash. */
  | Readonly<{ type: 'prompt-diff'; hash: string }>
  /** Two runs by the paths of their traces. */
  | Readonly<{ type: 'compare'; before: string; after: string }>
  /** A request, or a workflow with its inputs. */
  | Readonly<{ type: 'start'; line: string }>;

/** Effects for the program to carry out. */
export type HomeEffect =
  | HomeOpening
  | Readonly<{ type: 'quit' | 'suspend' | 'redraw' }>
  | Readonly<{ type: 'delete'; run: HomeRun }>
  /** The answer whether session logs of coding agents may be read. */
  | Readonly<{ type: 'sessions'; allowed: boolean }>;

export type HomePressed = Readonly<{ home: HomeState; effects: readonly HomeEffect[] }>;

/** Rows per wheel step. */
const WHEEL_ROWS = 3;

/** Handles a key press. Pure: returns the new state and effects. */
export function pressHome(home: HomeState, key: Key, data: HomeData, viewport: HomeViewport): HomePressed {
  const screen = homeScreen(home);
  const at = home.toast === '' ? home : { ...home, toast: '' };
  if (key.name === 'click') return pressClick(at, key, data, viewport);
  if (key.name === 'wheel-up' || key.name === 'wheel-down') {
    const move = key.name === 'wheel-up' ? 'up' : 'down';
    return only(
      Array.from({ length: WHEEL_ROWS }).reduce(
        (state: HomeState) => pressAction(state, move, key, data, viewport).home,
        at,
      ),
    );
  }
  const isText = (screen === 'home-filter' || screen === 'home-line') && key.text !== '';
  const action = isText ? undefined : actionFor(key.name, screen, bindingsOf(home.look.keys));
  return pressAction(at, action, key, data, viewport);
}

function pressAction(
  home: HomeState,
  action: Action | undefined,
  key: Key,
  data: HomeData,
  viewport: HomeViewport,
): HomePressed {
  if (action === 'suspend' || action === 'redraw') return { home, effects: [{ type: action }] };
  if (action === 'cancel') return { home, effects: [{ type: 'quit' }] };
  const screen = homeScreen(home);
  switch (screen) {
    case 'home':
      return action ? pressList(home, action, key, data, viewport) : only(home);
    case 'home-filter':
      return only(pressFilter(home, action, key));
    case 'home-line':
      return pressLine(home, action, key, data, viewport);
    case 'help':
      return only(pressHelp(home, action, viewport));
    case 'confirm':
      return pressConfirm(home, action, key, data, viewport);
    default:
      return screen satisfies never;
  }
}

function pressList(
  home: HomeState,
  action: Action,
  key: Key,
  data: HomeData,
  viewport: HomeViewport,
): HomePressed {
  const { now } = viewport;
  const run = selectedRun(data, home, now);
  if (isMove(action)) {
    const keys = listKeys(data, home, now);
    const height = homeLayout(viewport.columns, viewport.rows, keys.length).rows;
    const { cursor, top } = homePosition(data, home, now, height);
    return only(toRow(home, keys, applyMove(action, cursor, keys.length, height), top, height));
  }
  switch (action) {
    case 'open': {
      if (home.tab === 'Spending') return openGroup(home, data, now);
      const workflow = selectedWorkflow(data, home, now);
      if (workflow) {
        const inputs = workflow.required.map((name) => ` ${name}=`).join('');
        return only(withLine(home, `${quoteWord(workflow.reference)}${inputs}`));
      }
      return onRun(home, run, 'open');
    }
    case 'follow':
      if (run && run.status !== 'running') return only(withToast(home, 'This run is finished. ⏎ opens it.'));
      return onRun(home, run, 'open');
    case 'rerun':
      if (run?.status === 'running') return only(withToast(home, 'This run is still in progress.'));
      return onRun(home, run, 'rerun');
    case 'delete':
      return only(askToDelete(home, run));
    case 'compare':
      return compare(home, run, data);
    case 'view':
      return only(toTab(home, homeTabs[Number(key.name) - 1] ?? home.tab));
    case 'next-tab':
    case 'previous-tab':
      return only(toTab(home, besideTab(home.tab, action === 'next-tab' ? 1 : -1)));
    case 'group-by':
      return only({ ...toTab(home, 'Spending'), by: dimensionOf(key.name) ?? home.by });
    case 'search':
      return only({ ...home, screens: ['home', 'home-filter'] });
    case 'command':
      return only(withLine(home, ''));
    case 'help':
      return only({ ...home, screens: ['home', 'help'], helpTop: 0 });
    case 'back':
      return only({ ...home, filter: '', marked: undefined });
    case 'quit':
      return { home, effects: [{ type: 'quit' }] };
    default:
      return only(home);
  }
}

function toRow(
  home: HomeState,
  keys: readonly Readonly<{ key: string }>[],
  row: number,
  top: number,
  height: number,
): HomeState {
  const anchor = keys[computeScrollTop(keys.length, height, row, top)]?.key;
  return { ...home, lists: { ...home.lists, [home.tab]: { cursor: keys[row]?.key, anchor } } };
}

function toTab(home: HomeState, tab: HomeTab): HomeState {
  return { ...home, tab };
}

function besideTab(tab: HomeTab, step: number): HomeTab {
  return homeTabs[(homeTabs.indexOf(tab) + step + homeTabs.length) % homeTabs.length]!;
}

/** Opens the session under the cursor, or the change of the prompt; other groups have nothing of their own. */
function openGroup(home: HomeState, data: HomeData, now: number): HomePressed {
  const key = selectedGroup(data, home, now)?.now.keys.at(-1);
  if (home.by === 'prompt')
    return key
      ? { home, effects: [{ type: 'prompt-diff', hash: key }] }
      : only(withToast(home, 'These calls have no prompt of a node.'));
  const id = home.by === 'session' ? key : undefined;
  if (id === undefined)
    return only(
      withToast(
        home,
        '⏎ opens a session of a coding agent (s) or shows what a version of a prompt changed (v).',
      ),
    );
  const path = data.spending(home.by)?.sessionLog(id);
  if (path === undefined) return only(withToast(home, 'These calls belong to runs: see the tab Runs.'));
  return { home, effects: [{ type: 'open-log', path }] };
}

function withLine(home: HomeState, line: string): HomeState {
  return { ...home, screens: ['home', 'home-line'], line };
}

function withToast(home: HomeState, toast: string): HomeState {
  return { ...home, toast };
}

/** An operation that needs the trace of the selected run. */
function onRun(home: HomeState, run: HomeRun | undefined, type: 'open' | 'rerun'): HomePressed {
  if (!run) return only(withToast(home, 'No run is selected.'));
  if (run.trace === undefined && !run.live)
    return only(
      withToast(
        home,
        'This run has no trace: it was not kept, or it was removed. Its costs are in the ledger.',
      ),
    );
  return { home, effects: [{ type, run }] };
}

/** Marks the run, or compares it with the marked one, the older of the two first. */
function compare(home: HomeState, run: HomeRun | undefined, { runs }: HomeData): HomePressed {
  if (run?.trace === undefined) return only(withToast(home, 'Only a run with a trace can be compared.'));
  const marked = runs.find(({ trace }) => trace !== undefined && trace === home.marked);
  if (marked?.trace === undefined)
    return only(
      withToast({ ...home, marked: run.trace }, 'Go to the run to compare it with, and press D again.'),
    );
  const unmarked = { ...home, marked: undefined };
  if (marked.trace === run.trace) return only(unmarked);
  const [before, after] = marked.at <= run.at ? [marked.trace, run.trace] : [run.trace, marked.trace];
  return { home: unmarked, effects: [{ type: 'compare', before, after }] };
}

function askToDelete(home: HomeState, run: HomeRun | undefined): HomeState {
  if (run?.trace === undefined) return withToast(home, 'There is no trace to delete.');
  if (run.status === 'running') return withToast(home, 'This run is still in progress.');
  return {
    ...home,
    screens: ['home', 'confirm'],
    choice: 1,
    asks: 'delete',
    dialog: {
      title: `Delete the trace of ${run.name}?`,
      lines: [run.trace, 'The trace and its full values are removed. What the run cost stays in the ledger.'],
      choices: [
        { key: 'y', label: 'delete' },
        { key: 'n', label: 'keep' },
      ],
    },
  };
}

function pressConfirm(
  home: HomeState,
  action: Action | undefined,
  key: Key,
  data: HomeData,
  { now }: HomeViewport,
): HomePressed {
  const choices = home.dialog?.choices ?? [];
  const count = Math.max(1, choices.length);
  if (action === 'next-choice') return only({ ...home, choice: (home.choice + 1) % count });
  if (action === 'previous-choice') return only({ ...home, choice: (home.choice + count - 1) % count });
  const byKey = choices.find((choice) => choice.key === key.name)?.key;
  const chosen = action === 'choose' ? choices[home.choice]?.key : byKey;
  if (chosen === undefined && action !== 'back') return only(home);
  const closed: HomeState = { ...home, screens: ['home'], dialog: undefined, choice: 0, asks: 'delete' };
  if (home.asks === 'sessions') {
    // Esc answers nothing: the question comes again.
    if (chosen === undefined) return only(closed);
    const allowed = chosen === 'y';
    return {
      home: allowed ? toTab(closed, 'Spending') : closed,
      effects: [{ type: 'sessions', allowed }],
    };
  }
  const run = selectedRun(data, home, now);
  return chosen === 'y' && run ? { home: closed, effects: [{ type: 'delete', run }] } : only(closed);
}

function pressFilter(home: HomeState, action: Action | undefined, key: Key): HomeState {
  if (action === 'accept') return { ...home, screens: ['home'] };
  if (action === 'back') return { ...home, screens: ['home'], filter: '' };
  return { ...home, filter: applyKey(home.filter, key) };
}

function pressLine(
  home: HomeState,
  action: Action | undefined,
  key: Key,
  data: HomeData,
  viewport: HomeViewport,
): HomePressed {
  const closed: HomeState = { ...home, screens: ['home'] };
  if (action === 'back') return only(closed);
  if (action !== 'accept') return only({ ...home, line: applyKey(home.line, key) });
  const line = home.line.trim();
  if (line === '') return only(closed);
  // A word on its own is a command; anything with a space in it is a request.
  const command = COMMANDS[line.toLowerCase()];
  if (command) return pressList(closed, command, { name: '', text: '' }, data, viewport);
  if (line === 'runs') return only(toTab(closed, 'Runs'));
  if (line === 'spending') return only(toTab(closed, 'Spending'));
  if (line === 'workflows') return only(toTab(closed, 'Workflows'));
  return { home: closed, effects: [{ type: 'start', line }] };
}

const COMMANDS: Readonly<Record<string, Action>> = {
  open: 'open',
  follow: 'follow',
  compare: 'compare',
  rerun: 'rerun',
  delete: 'delete',
  help: 'help',
  quit: 'quit',
  q: 'quit',
};

function pressHelp(home: HomeState, action: Action | undefined, { columns, rows }: HomeViewport): HomeState {
  if (action === 'back') return { ...home, screens: ['home'] };
  if (action === undefined || !isMove(action)) return home;
  const height = Math.max(1, rows - 2);
  const help = helpLines(home.look, { context: { screen: 'home' }, columns });
  const count = Math.max(1, help.length - height + 1);
  return { ...home, helpTop: applyMove(action, Math.min(home.helpTop, count - 1), count, height) };
}

/** A click selects a row and opens the selected one, switches the tab, presses a hint or a choice. */
function pressClick(home: HomeState, key: Key, data: HomeData, viewport: HomeViewport): HomePressed {
  const { columns, rows, now } = viewport;
  const { x = 0, y = 0 } = key;
  const keys = listKeys(data, home, now);
  const plan = homeLayout(columns, rows, keys.length);
  if (plan.tooSmall) return only(home);
  if (y === rows - 1) {
    const hint = homeHintAt(x, data, home, viewport);
    if (!hint || hint.action === 'view') return only(home);
    return pressAction(home, hint.action, { name: hint.keys[0]!, text: '' }, data, viewport);
  }
  const screen = homeScreen(home);
  if (screen === 'confirm' && home.dialog) {
    const name = choiceAt(home.dialog, { columns, rows: rows - 2, x, y: y - 1 });
    return name === undefined
      ? only(home)
      : pressConfirm(home, undefined, { name, text: '' }, data, viewport);
  }
  if (screen !== 'home') return only(home);
  if (plan.tabs && y === 1) return only(toTab(home, homeTabAt(x, home) ?? home.tab));
  const { cursor, top } = homePosition(data, home, now, plan.rows);
  const first = plan.tabs ? 3 : 2;
  const row = top + y - first;
  if (y < first || y >= first + plan.rows || x >= plan.columns || row >= keys.length) return only(home);
  if (row === cursor) return pressList(home, 'open', key, data, viewport);
  return only(toRow(home, keys, row, top, plan.rows));
}

/** Quotes a word that contains a space, as the command line needs it. */
function quoteWord(word: string): string {
  return /\s/.test(word) ? `"${word}"` : word;
}

function only(home: HomeState): HomePressed {
  return { home, effects: [] };
}
