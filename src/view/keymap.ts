import type { GlyphSet } from './glyphs.js';
import type { Screen } from './ui-state.js';
import type { ViewName } from './view-state.js';

/** Every action that a key can have, in every screen. */
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
  | 'yank-value'
  | 'yank-key'
  | 'yank-path'
  | 'yank-snapshot'
  | 'print'
  | 'mouse'
  | 'accept'
  | 'choose'
  | 'next-choice'
  | 'previous-choice'
  | 'back'
  | 'help'
  | 'quit'
  | 'cancel'
  | 'suspend'
  | 'redraw';

/** One row of the keymap. `hint` is the word for it in the footer, where it has a place there. */
export type Binding = Readonly<{
  action: Action;
  keys: readonly string[];
  screens: readonly Screen[];
  does: string;
  hint?: string;
  /** The views of the main screen that it is for, where not for all. */
  views?: readonly ViewName[];
  /** Goes before the other meaning of its keys while the timeline is zoomed in. */
  whileZoomed?: true;
}>;

const lists = ['tree', 'inspector', 'help'] as const;
const panes = ['tree', 'inspector'] as const;
const everywhere = ['tree', 'inspector', 'search', 'help', 'confirm'] as const;

/** Every key of the profiler. The help screen, the footer and the README's table are made from it. */
export const keymap: readonly Binding[] = [
  { action: 'help', keys: ['?'], screens: panes, does: 'Show the keys', hint: 'help' },
  { action: 'back', keys: ['esc'], screens: everywhere, does: 'Back, or clear the filter', hint: 'back' },
  {
    action: 'search',
    keys: ['/'],
    screens: panes,
    does: 'Search names, types, models, prompts, values and errors; in the inspector its text',
    hint: 'search',
  },
  { action: 'up', keys: ['up', 'k'], screens: lists, does: 'Up one row' },
  { action: 'down', keys: ['down', 'j'], screens: lists, does: 'Down one row' },
  { action: 'half-up', keys: ['ctrl+u'], screens: lists, does: 'Up half a page' },
  { action: 'half-down', keys: ['ctrl+d'], screens: lists, does: 'Down half a page' },
  { action: 'page-up', keys: ['pageup', 'ctrl+b'], screens: lists, does: 'Up a page' },
  { action: 'page-down', keys: ['pagedown', 'ctrl+f'], screens: lists, does: 'Down a page' },
  { action: 'first', keys: ['g'], screens: lists, does: 'To the first row' },
  { action: 'last', keys: ['G'], screens: lists, does: 'To the last row' },
  {
    action: 'open',
    keys: ['enter'],
    screens: ['tree'],
    does: 'Open the row: its data before and after, prompts, cost. In the flame zoom in first',
    hint: 'open',
  },
  {
    action: 'toggle',
    keys: ['enter', 'space'],
    screens: ['inspector'],
    does: 'Fold or unfold',
    hint: 'fold',
  },
  {
    action: 'expand',
    keys: ['right', 'l'],
    screens: panes,
    does: 'Unfold, or go to the first child; sort by the next column',
  },
  {
    action: 'collapse',
    keys: ['left', 'h'],
    screens: panes,
    does: 'Fold, or go to the parent; sort by the column before',
  },
  { action: 'expand-all', keys: ['e', 'E'], screens: panes, does: 'Unfold everything' },
  { action: 'collapse-all', keys: ['c', 'C'], screens: panes, does: 'Fold everything' },
  { action: 'diff', keys: ['d'], screens: panes, does: 'What the row changed', hint: 'diff' },
  {
    action: 'metric',
    keys: ['m'],
    screens: ['tree'],
    does: 'Width means time, cost or tokens',
    hint: 'time|cost|tokens',
    views: ['Timeline', 'Flame'],
  },
  {
    action: 'view',
    keys: ['1', '2', '3', '4'],
    screens: ['tree'],
    does: 'Timeline, Flame, Table, Calls',
    hint: 'view',
  },
  {
    action: 'zoom-in',
    keys: ['+', '=', 'w'],
    screens: ['tree'],
    does: 'Zoom in: the timeline on the selected row, the flame into its frame',
    hint: 'zoom',
    views: ['Timeline', 'Flame'],
  },
  {
    action: 'zoom-out',
    keys: ['-', 's'],
    screens: ['tree'],
    does: 'Zoom out',
    views: ['Timeline', 'Flame'],
  },
  {
    action: 'zoom-reset',
    keys: ['0'],
    screens: ['tree'],
    does: 'Show the whole run again',
    views: ['Timeline', 'Flame'],
  },
  {
    action: 'pan-left',
    keys: ['a'],
    screens: ['tree'],
    does: 'Earlier, while zoomed in',
    views: ['Timeline'],
  },
  {
    action: 'pan-right',
    keys: ['d'],
    screens: ['tree'],
    does: 'Later, while zoomed in',
    views: ['Timeline'],
    whileZoomed: true,
  },
  {
    action: 'group',
    keys: ['v'],
    screens: ['tree'],
    does: 'A row of the table is a node, a model or a type of node',
    hint: 'node|model|type',
    views: ['Table'],
  },
  {
    action: 'invert',
    keys: ['i'],
    screens: ['tree'],
    does: 'Sort the other way round',
    hint: 'invert',
    views: ['Table', 'Calls'],
  },
  {
    action: 'follow',
    keys: ['f'],
    screens: panes,
    does: 'Back to now, following the newest node',
    hint: 'follow',
  },
  {
    action: 'pause',
    keys: ['space'],
    screens: ['tree'],
    does: 'Pause or resume the run between nodes; play or stop a recorded one',
    hint: 'pause',
  },
  { action: 'step-run', keys: ['o'], screens: ['tree'], does: 'Let one node run, then pause' },
  { action: 'breakpoint', keys: ['b'], screens: ['tree'], does: 'Pause whenever the run comes to this node' },
  {
    action: 'node-back',
    keys: ['['],
    screens: panes,
    does: 'Back in time to the end of the node before',
    hint: 'back in time',
  },
  { action: 'node-forward', keys: [']'], screens: panes, does: 'On in time to the end of the next node' },
  { action: 'event-back', keys: [','], screens: panes, does: 'Back in time by one event' },
  { action: 'event-forward', keys: ['.'], screens: panes, does: 'On in time by one event' },
  { action: 'time-start', keys: ['home'], screens: panes, does: 'To the beginning of the run' },
  { action: 'time-end', keys: ['end'], screens: panes, does: 'To the end of the run, or to now' },
  {
    action: 'faster',
    keys: ['>'],
    screens: panes,
    does: 'Play the run from here, faster each time: 1× to 64×',
  },
  { action: 'slower', keys: ['<'], screens: panes, does: 'Play slower, then stop' },
  { action: 'freeze', keys: ['z'], screens: panes, does: 'Hold the screen still while the run goes on' },
  { action: 'only-matches', keys: ['F'], screens: ['tree'], does: 'Show only the rows that match, or all' },
  { action: 'next-error', keys: ['r'], screens: ['tree'], does: 'To the next error' },
  {
    action: 'next-slowest',
    keys: ['t'],
    screens: ['tree'],
    does: 'To the slowest node, then the next slowest',
  },
  {
    action: 'next-costliest',
    keys: ['$'],
    screens: ['tree'],
    does: 'To the costliest node, then the next costliest',
  },
  { action: 'next-match', keys: ['n'], screens: panes, does: 'To the next match' },
  { action: 'previous-match', keys: ['N'], screens: panes, does: 'To the previous match' },
  {
    action: 'tab',
    keys: ['1', '2', '3', '4', '5', '6', '7', '8', '9', '0'],
    screens: ['inspector'],
    does: 'Overview, Before, After, Diff, Prompt, Response, Params, Cost, Log, Error',
  },
  { action: 'next-tab', keys: ['tab'], screens: ['inspector'], does: 'Next tab', hint: 'next tab' },
  { action: 'previous-tab', keys: ['shift+tab'], screens: ['inspector'], does: 'Previous tab' },
  {
    action: 'next-node',
    keys: ['J'],
    screens: ['inspector'],
    does: 'The next row, same tab',
    hint: 'next row',
  },
  { action: 'previous-node', keys: ['K'], screens: ['inspector'], does: 'The previous row, same tab' },
  {
    action: 'go-to-writer',
    keys: ['w'],
    screens: ['inspector'],
    does: 'To the node that wrote the key under the cursor',
    hint: 'written by',
  },
  { action: 'deeper', keys: ['+'], screens: ['inspector'], does: 'Open everything one level deeper' },
  { action: 'shallower', keys: ['-'], screens: ['inspector'], does: 'Fold the deepest level that is open' },
  {
    action: 'to-depth',
    keys: ['!', '@', '#', '$', '%', '^', '&', '*', '('],
    screens: ['inspector'],
    does: 'Open everything to this depth: shift and 1 … 9',
  },
  {
    action: 'side-by-side',
    keys: ['|'],
    screens: ['inspector'],
    does: 'Diff side by side, or one below the other',
  },
  { action: 'yank-value', keys: ['y y'], screens: panes, does: 'Copy the value', hint: 'value' },
  { action: 'yank-key', keys: ['y k'], screens: panes, does: 'Copy the key or name', hint: 'key' },
  { action: 'yank-path', keys: ['y p'], screens: panes, does: 'Copy the path', hint: 'path' },
  {
    action: 'yank-snapshot',
    keys: ['y j'],
    screens: panes,
    does: 'Copy the whole store as JSON',
    hint: 'snapshot',
  },
  { action: 'print', keys: ['p'], screens: panes, does: 'Print this to the plain screen on leaving' },
  { action: 'mouse', keys: ['M'], screens: panes, does: 'Mouse on or off: wheel and click' },
  { action: 'accept', keys: ['enter'], screens: ['search'], does: 'Keep the filter', hint: 'keep' },
  { action: 'next-choice', keys: ['right', 'tab', 'down'], screens: ['confirm'], does: 'Next choice' },
  {
    action: 'previous-choice',
    keys: ['left', 'shift+tab', 'up'],
    screens: ['confirm'],
    does: 'Previous choice',
  },
  { action: 'choose', keys: ['enter'], screens: ['confirm'], does: 'Take the choice', hint: 'choose' },
  { action: 'back', keys: ['q', 'backspace'], screens: ['inspector'], does: 'Back to the tree' },
  { action: 'back', keys: ['q', '?'], screens: ['help'], does: 'Back' },
  { action: 'quit', keys: ['q'], screens: ['tree'], does: 'Leave the profiler', hint: 'quit' },
  { action: 'cancel', keys: ['ctrl+c'], screens: everywhere, does: 'Cancel the run and leave' },
  { action: 'suspend', keys: ['ctrl+z'], screens: everywhere, does: 'Suspend to the shell' },
  { action: 'redraw', keys: ['ctrl+l'], screens: everywhere, does: 'Draw the screen anew' },
];

/** What a key, or a sequence of two, does on a screen; undefined where it does nothing. */
export function actionFor(
  key: string,
  screen: Screen,
  bindings = keymap,
  zoomed = false,
): Action | undefined {
  const first = bindings.find(
    (each) => zoomed && each.whileZoomed && each.screens.includes(screen) && each.keys.includes(key),
  );
  return first?.action ?? lookupOf(bindings).get(screen)?.get(key);
}

/** Whether a key is the first of a sequence on a screen. */
export function opensSequence(key: string, screen: Screen, bindings = keymap): boolean {
  return [...(lookupOf(bindings).get(screen)?.keys() ?? [])].some((each) => each.startsWith(`${key} `));
}

/** A key as people write it. Two in a row are written together: `yp`. */
export function keyName(key: string, set: GlyphSet = 'unicode'): string {
  const names = set === 'ascii' ? { ...keyNames, ...asciiNames } : keyNames;
  return key
    .split(' ')
    .map(
      (each) => names[each] ?? each.replace(/^ctrl\+(.)$/, (_, letter: string) => `^${letter.toUpperCase()}`),
    )
    .join('');
}

/** The keys of a binding as people write them; a long row of them by its first and last. */
export function keysText({ keys }: Binding, set: GlyphSet = 'unicode'): string {
  const names = keys.map((key) => keyName(key, set));
  if (names.length < 5) return names.join(' ');
  return `${names[0]!} ${set === 'ascii' ? '..' : '…'} ${names.at(-1)!}`;
}

/** The table of keys in Markdown, as it stands in the README. */
export function keyTable(): string {
  const rows = keymap.map(
    (binding) =>
      `| ${keysText(binding).replaceAll('|', '\\|')} | ${binding.screens.length === everywhere.length ? 'everywhere' : binding.screens.join(', ')} | ${binding.does} |`,
  );
  return ['| key | where | what it does |', '|---|---|---|', ...rows].join('\n');
}

const keyNames: Readonly<Record<string, string>> = {
  enter: '⏎',
  space: 'space',
  up: '↑',
  down: '↓',
  left: '←',
  right: '→',
  pageup: 'PgUp',
  pagedown: 'PgDn',
  home: 'Home',
  end: 'End',
  esc: 'Esc',
  tab: 'Tab',
  'shift+tab': '⇧Tab',
  backspace: '⌫',
};

const asciiNames: Readonly<Record<string, string>> = {
  enter: 'Enter',
  up: 'Up',
  down: 'Down',
  left: 'Left',
  right: 'Right',
  'shift+tab': 'S-Tab',
  backspace: 'BS',
};

type Lookup = ReadonlyMap<Screen, ReadonlyMap<string, Action>>;

const lookups = new WeakMap<readonly Binding[], Lookup>();

function lookupOf(bindings: readonly Binding[]): Lookup {
  const known = lookups.get(bindings);
  if (known) return known;
  const lookup = new Map<Screen, Map<string, Action>>();
  for (const { action, keys, screens, whileZoomed } of bindings) {
    if (whileZoomed) continue;
    for (const screen of screens) {
      const actions = lookup.get(screen) ?? new Map<string, Action>();
      for (const key of keys) actions.set(key, action);
      lookup.set(screen, actions);
    }
  }
  lookups.set(bindings, lookup);
  return lookup;
}
