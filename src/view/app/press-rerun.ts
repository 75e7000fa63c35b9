/** Handles the actions on a finished run that lead to another: running it again, comparing it, and pricing it otherwise. */

import type { RunState } from '../../profile/run/run-state.js';
import { findNodePath, iterateAncestors } from '../../profile/run/span-tree.js';
import type { Action } from '../keys/binding.js';
import { findRunPlan } from '../spans/run-progress.js';
import { selectedSpan } from '../tree/selected-span.js';
import { withToast, type UiState } from '../state/ui-state.js';

/** What to do with the run that is shown; the program goes to another screen for it. */
export type RerunEffect =
  /** From a node on, after its prompt or parameters were edited if `edit` is set; without a node the whole workflow. */
  | Readonly<{ type: 'rerun'; from?: string; edit?: boolean }>
  /** With the run that it repeats, else with the run of the same workflow before it. */
  | Readonly<{ type: 'compare' }>
  /** At other prices: the whole run, and the node of this path if it called a model. */
  | Readonly<{ type: 'whatif'; node?: string }>;

/** Handles the actions that run again; returns undefined for any other. A run starts only after its plan is confirmed. */
export function pressRerun(
  ui: UiState,
  action: Action,
  run: RunState,
): Readonly<{ ui: UiState; effects: readonly RerunEffect[] }> | undefined {
  if (!isRerunAction(action)) return undefined;
  const only = (toast: string) => ({ ui: withToast(ui, toast), effects: [] });
  if (!ui.look.home) return only('Other runs cannot be opened from here.');
  if (run.status === 'running') return only('The run is still in progress.');
  if (action === 'compare') return { ui, effects: [{ type: 'compare' }] };
  if (action === 'whatif') {
    if (run.totals.calls === 0) return only('The run called no model.');
    const node = findCallingNode(run, ui);
    return { ui, effects: [{ type: 'whatif', ...(node === undefined ? {} : { node }) }] };
  }
  if (!findRunPlan(run)) return only('This run has no workflow that could run again.');
  if (action === 'rerun') return { ui, effects: [{ type: 'rerun' }] };
  const from = findWorkflowNode(run, ui);
  if (from === undefined) return only('Select a node of the workflow first.');
  return { ui, effects: [{ type: 'rerun', from, ...(action === 'rerun-edited' ? { edit: true } : {}) }] };
}

const rerunActions = ['rerun', 'rerun-from', 'rerun-edited', 'compare', 'whatif'] as const;

function isRerunAction(action: Action): action is (typeof rerunActions)[number] {
  return rerunActions.some((each) => each === action);
}

/** The path of the node that contains the selected span, if it called a model. */
function findCallingNode(run: RunState, ui: UiState): string | undefined {
  const span = selectedSpan(run, ui);
  const path = span && findNodePath(run, span.id);
  return path && path.length > 0 && span.totals.calls > 0 ? path.join('/') : undefined;
}

/** The node of the workflow itself that contains the selected span. */
function findWorkflowNode(run: RunState, ui: UiState): string | undefined {
  if (!ui.follow && ui.selected?.startsWith('plan:')) return ui.selected.slice('plan:'.length);
  const span = selectedSpan(run, ui);
  if (!span) return undefined;
  for (const each of [span, ...iterateAncestors(run, span.id)]) {
    const parent = each.parent === undefined ? undefined : run.spans.get(each.parent);
    if (each.kind === 'node' && parent?.kind === 'stage' && parent.name === 'workflow') return each.name;
  }
  return undefined;
}
