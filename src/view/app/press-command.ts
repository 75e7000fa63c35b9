/** Handles the command line of a run. */

import type { RunState } from '../../profile/run/run-state.js';
import { applyKey } from '../base/edit-text.js';
import type { Key } from '../base/key.js';
import type { Action } from '../keys/binding.js';
import { completeCommand, parseCommand, type Command } from '../keys/commands.js';
import { commandContext } from '../chrome/command-line.js';
import { onTab } from '../inspector/press-inspector.js';
import { revealSpan } from '../tree/reveal.js';
import { openSelected, selectedSpan, selectSpan } from '../tree/selected-span.js';
import { getScreen, type UiState } from '../state/ui-state.js';
import { withView } from './press-main.js';

/** Opens the line. */
export function openCommand(ui: UiState): UiState {
  return { ...ui, screens: [...ui.screens, 'command'], command: { text: '', problem: '' } };
}

/** Typing edits the line, Tab completes it, Enter carries it out with `act` and Esc closes it. A line with a problem stays open. */
export function pressCommand<Result>(
  ui: UiState,
  action: Action | undefined,
  key: Key,
  run: RunState,
  { act, only }: Readonly<{ act: (ui: UiState, action: Action) => Result; only: (ui: UiState) => Result }>,
): Result {
  const closed: UiState = { ...ui, screens: ui.screens.slice(0, -1) };
  const { text } = ui.command;
  if (action === 'back') return only(closed);
  const context = commandContext(run, ui);
  if (action === 'next-choice') {
    const completed = commonStart(completeCommand(text, context));
    return only(completed.length > text.trim().length ? withText(ui, completed) : ui);
  }
  if (action !== 'accept') return only(withText(ui, applyKey(text, key)));
  if (text.trim() === '') return only(closed);
  const command = parseCommand(text, context);
  if (command.kind === 'action') return act(closed, command.action);
  if (command.kind === 'problem') return only({ ...ui, command: { text, problem: command.text } });
  return only(carryOut(closed, command, run));
}

function withText(ui: UiState, text: string): UiState {
  return { ...ui, command: { text, problem: '' } };
}

function carryOut(
  ui: UiState,
  command: Exclude<Command, { kind: 'action' | 'problem' }>,
  run: RunState,
): UiState {
  const inTree: UiState = { ...ui, screens: ['tree'] };
  switch (command.kind) {
    case 'view':
      return withView(inTree, command.view, run);
    case 'tab':
      return getScreen(ui) === 'inspector' ? onTab(ui, command.tab) : openSelected(ui, run, command.tab);
    case 'filter':
      return { ...inTree, filter: command.text };
    case 'range': {
      const range = command.range && { ...command.range, isOpen: false };
      return { ...inTree, views: { ...ui.views, range } };
    }
    case 'goto': {
      const nodes = [...run.spans.values()].filter(
        ({ kind, name }) => kind === 'node' && name === command.node,
      );
      // Repeated, it goes to the next visit.
      const at = nodes.findIndex(({ id }) => id === selectedSpan(run, ui)?.id);
      const next = nodes[(at + 1) % nodes.length];
      if (!next) return ui;
      const shown = { ...ui, filter: '' };
      return ui.views.shown === 'Timeline' ? revealSpan(shown, run, next.id) : selectSpan(shown, next.id);
    }
    default:
      return command satisfies never;
  }
}

/** The longest text that all lines begin with; with a space after the only one that takes a value. */
function commonStart(lines: readonly string[]): string {
  const [first = ''] = lines;
  if (lines.length === 1) return /^(filter|goto|range)$/.test(first) ? `${first} ` : first;
  let length = first.length;
  while (!lines.every((line) => line.startsWith(first.slice(0, length)))) length--;
  return first.slice(0, length);
}
