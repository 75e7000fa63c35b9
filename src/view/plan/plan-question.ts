import type { RunState } from '../../profile/run/run-state.js';
import { freshPlan, type Planned, type PlanQuestion, type PlanState } from '../state/plan-state.js';
import { planOfRun } from '../spans/run-progress.js';
import { freshPane, type UiState } from '../state/ui-state.js';

/** The plan that the screen is about: the one that is asked about, or else the last one of the run itself. */
export function shownPlan(run: RunState, { plan }: Pick<UiState, 'plan'>): Planned | undefined {
  return plan.question?.plan ?? planOfRun(run);
}

/** Whether a key can run the plan that is asked about: not before it could be seen, and not while an edit of it is wrong. */
export function canRunPlan({ question }: PlanState, now: number): boolean {
  return question !== undefined && question.problems.length === 0 && now - question.since >= ARMED_AFTER;
}

/** Keys that were on their way to another screen must not run a plan: ms. */
const ARMED_AFTER = 600;

/** The same screen with a plan to decide about on top. It is about now, whatever moment was looked at. */
export function withPlanQuestion(ui: UiState, question: PlanQuestion): UiState {
  const below = ui.screens.filter((screen) => !['plan', 'name', 'help', 'confirm'].includes(screen));
  return {
    ...ui,
    // Whether to cancel the run stays the question that is answered first.
    screens: [...below, 'plan', ...(ui.screens.includes('confirm') ? (['confirm'] as const) : [])],
    plan: { ...freshPlan, question },
    planPane: ui.plan.question ? ui.planPane : freshPane,
    time: undefined,
    prefix: '',
  };
}

/** The same screen with the plan put away. */
export function withoutPlan(ui: UiState): UiState {
  return { ...ui, screens: ui.screens.filter((screen) => screen !== 'plan'), plan: freshPlan };
}
