/** Decides whether rules plan a request in place of the model of the run. */

import { PflowError } from '../../lib/error.js';
import type { OfflineSkills } from '../../llm/offline/offline-client.js';
import type { Shared } from '../../runtime/contract/runnable.js';
import { discoveryAnswer } from '../plan/answers.js';
import type { PlannerDeps } from '../plan/planner-deps.js';
import { plannerStore } from '../plan/planner-state.js';

/** A saved workflow as the rules see it. */
export type SavedOutline = Readonly<{ name: string; inputs: readonly string[] }>;

/**
 * Whether the rules plan a request: they never guess, so a request that they read in full has the same plan as without a
 * model, and no call is paid for it.
 */
export function areRulesCertain(
  { skills, for: scope }: NonNullable<PlannerDeps['rules']>,
  request: string,
  saved: readonly SavedOutline[],
): boolean {
  if (scope === 'all') return true;
  try {
    const { workflow_name: name } = discoveryAnswer.parse(
      answerByRules(skills, 'workflow-discovery', { request, saved }),
    );
    if (name === null) {
      answerByRules(skills, 'component-browsing', { request });
    } else {
      const inputs = saved.find((each) => each.name === name)?.inputs ?? [];
      const open = Object.fromEntries(inputs.map((input) => [input, {}]));
      answerByRules(skills, 'parameter-mapping', { request, workflow: name, inputs: open });
    }
    return true;
  } catch (error) {
    if (error instanceof PflowError) return false;
    throw error;
  }
}

/** The rules, for a request that they plan. */
export function selectRules(shared: Shared, { rules }: PlannerDeps): OfflineSkills | undefined {
  return plannerStore(shared).planned_by === 'rules' ? rules?.skills : undefined;
}

/** The answer of the rules to a request of the planner. Throws a PflowError if they cannot read it. */
export function answerByRules(skills: OfflineSkills, task: string, input: unknown): unknown {
  const skill = skills[task];
  if (!skill) throw new PflowError('internal', `There is no rule for '${task}'.`);
  return skill(input, '');
}
