/** Planner node: extracts literal values from the request. */

import type { OfflineSkills } from '../../llm/offline/offline-client.js';
import { BaseNode } from '../../runtime/node/base-node.js';
import type { RunContext, Shared } from '../../runtime/contract/runnable.js';
import { parametersAnswer, type DiscoveredParam } from '../plan/answers.js';
import { ask } from './ask-model.js';
import { selectRules } from './planning-rules.js';
import type { PlannerDeps } from '../plan/planner-deps.js';
import { plannerStore } from '../plan/planner-state.js';
import { parametersPrompt } from '../prompts/planner-prompts.js';

type Prepared = Readonly<{ request: string; given: readonly string[]; rules: OfflineSkills | undefined }>;

/** Extracts the literal values of the request, which become workflow inputs. */
export class ParameterDiscovery extends BaseNode<Prepared, readonly DiscoveredParam[]> {
  readonly #deps: PlannerDeps;

  constructor(deps: PlannerDeps) {
    super('parameter-discovery');
    this.#deps = deps;
  }

  override prep(shared: Shared): Prepared {
    const { request, given = {} } = plannerStore(shared);
    return { request: request!, given: Object.keys(given), rules: selectRules(shared, this.#deps) };
  }

  override async exec(prepared: Prepared, context: RunContext): Promise<readonly DiscoveredParam[]> {
    const question = {
      task: this.id,
      prompt: parametersPrompt(prepared),
      schema: parametersAnswer,
      input: { request: prepared.request },
    };
    const { parameters } = await ask(context, question, prepared.rules);
    return parameters.filter(({ name }) => !prepared.given.includes(name));
  }

  override post(shared: Shared, _prepared: Prepared, found: readonly DiscoveredParam[]): void {
    plannerStore(shared).discovered_params = found;
  }
}
