/** Planner node: selects the node types for the generator. */

import { PflowError } from '../../lib/error.js';
import type { OfflineSkills } from '../../llm/offline/offline-client.js';
import { BaseNode } from '../../runtime/node/base-node.js';
import type { RunContext, Shared } from '../../runtime/contract/runnable.js';
import { browsingAnswer } from '../plan/answers.js';
import { ask } from './ask-model.js';
import { selectRules } from './planning-rules.js';
import type { PlannerDeps } from '../plan/planner-deps.js';
import { plannerStore } from '../plan/planner-state.js';
import { browsingPrompt } from '../prompts/planner-prompts.js';

type Prepared = Readonly<{ request: string; rules: OfflineSkills | undefined }>;

/** Selects the node types described in full to the generator, which keeps its prompt small. */
export class ComponentBrowsing extends BaseNode<Prepared, readonly string[]> {
  readonly #deps: PlannerDeps;

  constructor(deps: PlannerDeps) {
    super('component-browsing');
    this.#deps = deps;
  }

  override prep(shared: Shared): Prepared {
    return { request: plannerStore(shared).request!, rules: selectRules(shared, this.#deps) };
  }

  override async exec({ request, rules }: Prepared, context: RunContext): Promise<readonly string[]> {
    const types = this.#deps.catalogue.list();
    const question = {
      task: this.id,
      prompt: browsingPrompt({ request, types }),
      schema: browsingAnswer,
      input: { request },
    };
    const { node_types, reasoning } = await ask(context, question, rules);
    const known = [...new Set(node_types)].filter((type) => this.#deps.catalogue.get(type));
    if (known.length === 0) {
      throw new PflowError('cannot_plan', `No node type can do this. ${reasoning}`.trim(), {
        hint: 'pflow registry list shows what there is.',
      });
    }
    return known;
  }

  override post(shared: Shared, _prepared: Prepared, types: readonly string[]): void {
    plannerStore(shared).selected_types = types;
  }
}
