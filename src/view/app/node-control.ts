import type { RunState } from '../../profile/run/run-state.js';
import type { Action } from '../keys/binding.js';
import type { Row } from '../tree/rows.js';
import { screenOf, withDialog, withToast, type UiState } from '../state/ui-state.js';
import { nodeIdOf } from '../tree/rows.js';

/** What a key asks of the run itself: to hold between nodes, to go on, or to end. */
export type RunEffect =
  Readonly<{ type: 'pause' | 'step' | 'stop' }> | Readonly<{ type: 'breakpoint'; nodeId: string }>;

/** What an action asks of a live run; undefined when it is about something else or the run is not live. */
export function controlRun(
  ui: UiState,
  action: Action,
  row: Row | undefined,
): { ui: UiState; effects: readonly RunEffect[] } | undefined {
  if (!ui.look.live) return undefined;
  if (action === 'pause') return { ui, effects: [{ type: 'pause' }] };
  if (action === 'step-run') return { ui, effects: [{ type: 'step' }] };
  if (action !== 'breakpoint') return undefined;
  const nodeId = nodeIdOf(row);
  if (nodeId === undefined) return { ui: withToast(ui, 'Only a node can have a breakpoint.'), effects: [] };
  const breakpoints = new Set(ui.breakpoints);
  if (!breakpoints.delete(nodeId)) breakpoints.add(nodeId);
  return { ui: { ...ui, breakpoints }, effects: [{ type: 'breakpoint', nodeId }] };
}

/** The screen with the question that stands between Ctrl-C and the end of a run; undefined when there is nothing to ask. */
export function askToCancel(ui: UiState, run: RunState): UiState | undefined {
  // Whoever presses it again, or on a question of the program's, means it.
  if (!ui.look.live || run.finished || screenOf(ui) === 'confirm' || ui.plan.question) return undefined;
  return withDialog(ui, {
    title: 'Cancel the run?',
    lines: ['Nodes that are running are stopped. What is done so far is kept, and so is the trace.'],
    choices: [
      { key: 'y', label: 'cancel and leave' },
      { key: 's', label: 'cancel and stay' },
      { key: 'n', label: 'go on' },
    ],
    about: 'cancel',
  });
}

/** What the answer to that question asks of the program. */
export function cancelEffects(choice: string | undefined): readonly Readonly<{ type: 'cancel' | 'stop' }>[] {
  if (choice === 'y') return [{ type: 'cancel' }];
  return choice === 's' ? [{ type: 'stop' }] : [];
}
