/** Controls of a live run: pause, step, breakpoints and cancellation. */

import type { RunState } from '../../profile/run/run-state.js';
import type { Action } from '../keys/binding.js';
import type { Row } from '../tree/tree-row.js';
import { getScreen, withDialog, withToast, type UiState } from '../state/ui-state.js';
import { getNodeId } from '../tree/tree-row.js';

/** Effects on the run: pause, resume, step, breakpoint or stop. */
export type RunEffect =
  Readonly<{ type: 'pause' | 'step' | 'stop' }> | Readonly<{ type: 'breakpoint'; nodeId: string }>;

/** The effect of an action on a live run; undefined if it does not apply. */
export function controlRun(
  ui: UiState,
  action: Action,
  row: Row | undefined,
): { ui: UiState; effects: readonly RunEffect[] } | undefined {
  if (!ui.look.live) return undefined;
  if (action === 'pause') return { ui, effects: [{ type: 'pause' }] };
  if (action === 'step-run') return { ui, effects: [{ type: 'step' }] };
  if (action !== 'breakpoint') return undefined;
  const nodeId = getNodeId(row);
  if (nodeId === undefined) return { ui: withToast(ui, 'Only a node can have a breakpoint.'), effects: [] };
  const breakpoints = new Set(ui.breakpoints);
  if (!breakpoints.delete(nodeId)) breakpoints.add(nodeId);
  return { ui: { ...ui, breakpoints }, effects: [{ type: 'breakpoint', nodeId }] };
}

/** Opens the dialog that confirms cancellation; undefined if no confirmation is needed. */
export function askToCancel(ui: UiState, run: RunState): UiState | undefined {
  // Pressing it again, or in a dialog of the program, confirms.
  if (
    !ui.look.live ||
    ui.look.unserved?.includes('cancel') ||
    run.finished ||
    getScreen(ui) === 'confirm' ||
    ui.plan.question
  )
    return undefined;
  return withDialog(ui, {
    title: 'Cancel the run?',
    lines: ['Nodes that are running are stopped. What is done so far is kept, and so is the trace.'],
    choices: [
      { key: 'y', label: 'cancel and leave' },
      { key: 's', label: 'cancel and stay' },
      { key: 'n', label: 'keep running' },
    ],
    about: 'cancel',
  });
}

/** The effects of the answer to that dialog. */
export function cancelEffects(choice: string | undefined): readonly Readonly<{ type: 'cancel' | 'stop' }>[] {
  if (choice === 'y') return [{ type: 'cancel' }];
  return choice === 's' ? [{ type: 'stop' }] : [];
}
