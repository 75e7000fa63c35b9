/** Opens, arms and closes the question about a plan. */

import type { RunState } from '../../profile/run/run-state.js';
import { freshPlan, type Planned, type PlanQuestion, type PlanState } from '../state/plan-state.js';
import { findRunPlan } from '../spans/run-progress.js';
import { freshPane, type UiState } from '../state/ui-state.js';

/** The plan on the screen: the one awaiting a decision, else the last one of the run. */
export function shownPlan(run: RunState, { plan }: Pick<UiState, 'plan'>): Planned | undefined {
  return plan.question?.plan ?? findRunPlan(run);
}

/** Whether a key press can run the plan: only after it was visible for a moment, and not while an edit has problems. */
export function canRunPlan({ question }: PlanState, now: number): boolean {
  return question !== undefined && question.problems.length === 0 && now - question.since >= ARMED_AFTER;
}

/** Delay in ms before keys can run a plan, so that a key meant for another screen does not. */
const ARMED_AFTER = 600;

/** Opens the question about a plan. The time cursor is reset to the present. */
export function withPlanQuestion(ui: UiState, question: PlanQuestion): UiState {
  const below = ui.screens.filter((screen) => !['plan', 'name', 'help', 'confirm'].includes(screen));
  return {
    ...ui,
    // An open cancel dialog stays on top.
    screens: [...below, 'plan', ...(ui.screens.includes('confirm') ? (['confirm'] as const) : [])],
    plan: { ...freshPlan, question },
    planPane: ui.plan.question ? ui.planPane : freshPane,
    time: undefined,
    prefix: '',
  };
}

/** Closes the plan screen. */
export function withoutPlan(ui: UiState): UiState {
  return { ...ui, screens: ui.screens.filter((screen) => screen !== 'plan'), plan: freshPlan };
}
