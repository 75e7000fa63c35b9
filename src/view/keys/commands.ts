/** The command line of a run: parses and completes what can be typed after `:`. */

import { nearest } from '../../lib/text/nearest.js';
import { tabs, type Tab } from '../state/ui-state.js';
import { views, type ViewName } from '../state/view-state.js';
import type { Action } from './binding.js';
import { keymap } from './keymap.js';

/** What a command line asks for. Times are in ms since the run began; without any, `range` clears the marked one. */
export type Command =
  | Readonly<{ kind: 'action'; action: Action }>
  | Readonly<{ kind: 'view'; view: ViewName }>
  | Readonly<{ kind: 'tab'; tab: Tab }>
  | Readonly<{ kind: 'filter'; text: string }>
  | Readonly<{ kind: 'range'; range: Readonly<{ from: number; to: number }> | undefined }>
  | Readonly<{ kind: 'goto'; node: string }>
  | Readonly<{ kind: 'problem'; text: string }>;

/** Where a line was opened: the screen below it, and the names of the nodes of the run. */
export type CommandContext = Readonly<{ screen: 'tree' | 'inspector'; nodes: readonly string[] }>;

/** Commands with a value; all others are single words. */
const WITH_VALUE = ['filter', 'goto', 'range'] as const;
/** Actions that only make sense as a key, or that have a command of their own. */
const KEY_ONLY: ReadonlySet<Action> = new Set(['view', 'tab', 'to-depth', 'command']);

/** Parses a line; a problem is a sentence for the user. */
export function parseCommand(line: string, context: CommandContext): Command {
  const [word = '', ...rest] = line.trim().split(/\s+/);
  const value = line.trim().slice(word.length).trim();
  const name = word.toLowerCase();
  if (name === 'filter') return { kind: 'filter', text: value };
  if (name === 'goto') return parseGoto(value, context);
  if (name === 'range') return parseRange(rest);
  if (value !== '') return { kind: 'problem', text: `${word} takes no value.` };
  const view = views.find((each) => each.toLowerCase() === name);
  if (view) return { kind: 'view', view };
  const tab = tabs.find((each) => each.toLowerCase() === name);
  if (tab && tab !== 'Diff') return { kind: 'tab', tab };
  const action = name === 'q' ? 'quit' : listActions(context).find((each) => each === name);
  if (action) return { kind: 'action', action };
  const [hint] = nearest(name, listNames(context), 1);
  const known = hint === undefined ? 'Tab lists them all.' : `Did you mean ${hint}?`;
  return { kind: 'problem', text: `There is no command ${word}. ${known}` };
}

/** The completions of a line, as full lines: of its command, or of the value of one that has a value. */
export function completeCommand(line: string, context: CommandContext): readonly string[] {
  const [, name = '', value] = /^\s*(\S*)(?:\s+(.*))?$/.exec(line) ?? [];
  if (value === undefined) return listNames(context).filter((each) => each.startsWith(name.toLowerCase()));
  if (name !== 'goto') return [];
  const wanted = value.toLowerCase();
  return context.nodes.filter((node) => node.toLowerCase().startsWith(wanted)).map((node) => `goto ${node}`);
}

/** All commands, in the order of the alphabet. */
function listNames(context: CommandContext): readonly string[] {
  const names = [
    ...WITH_VALUE,
    ...views.map((view) => view.toLowerCase()),
    ...tabs.filter((tab) => tab !== 'Diff').map((tab) => tab.toLowerCase()),
    ...listActions(context),
  ];
  return [...new Set(names)].toSorted();
}

/** The actions that a key has on the screen below. */
function listActions({ screen }: CommandContext): readonly Action[] {
  const actions = keymap.filter(({ screens }) => screens.includes(screen)).map(({ action }) => action);
  return [...new Set(actions)].filter(
    (action) => !KEY_ONLY.has(action) && !(WITH_VALUE as readonly string[]).includes(action),
  );
}

function parseGoto(value: string, { nodes }: CommandContext): Command {
  if (value === '') return { kind: 'problem', text: 'goto takes the name of a node.' };
  const wanted = value.toLowerCase();
  const node =
    nodes.find((each) => each.toLowerCase() === wanted) ??
    nodes.find((each) => each.toLowerCase().startsWith(wanted));
  if (node !== undefined) return { kind: 'goto', node };
  const [hint] = nearest(value, nodes, 1);
  const known = hint === undefined ? '' : ` Did you mean ${hint}?`;
  return { kind: 'problem', text: `No node is named ${value}.${known}` };
}

function parseRange(words: readonly string[]): Command {
  if (words.length === 0) return { kind: 'range', range: undefined };
  const [from, to] = words.map(parseTime);
  if (words.length !== 2 || from === undefined || to === undefined)
    return { kind: 'problem', text: 'range takes two times such as 1.5s 4s, or nothing to clear it.' };
  if (from >= to) return { kind: 'problem', text: 'The range ends before it begins.' };
  return { kind: 'range', range: { from, to } };
}

/** `1.5s`, `200ms`, `2m`, or a number of seconds, in ms. */
function parseTime(text: string): number | undefined {
  const [, digits, unit = 's'] = /^(\d*\.?\d+)(ms|s|m|h)?$/.exec(text) ?? [];
  if (digits === undefined) return undefined;
  return Number(digits) * { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[unit as 'ms' | 's' | 'm' | 'h'];
}
