/** Planner node: selects the node types for the generator. */

import { PflowError } from '../../lib/error.js';
import { BaseNode } from '../../runtime/node/base-node.js';
import type { RunContext, Shared } from '../../runtime/contract/runnable.js';
import { browsingAnswer } from '../plan/answers.js';
import { ask } from './ask-model.js';
import type { PlannerDeps } from '../plan/planner-deps.js';
import { plannerStore } from '../plan/planner-state.js';
import { browsingPrompt } from '../prompts/planner-prompts.js';

/** Selects the node types described in full to the generator, which keeps its prompt small. */
export class ComponentBrowsing extends BaseNode<string, readonly string[]> {
  readonly #deps: PlannerDeps;

  constructor(deps: PlannerDeps) {
    super('component-browsing');
    this.#deps = deps;
  }

  override prep(shared: Shared): string {
    return plannerStore(shared).request!;
  }

  override async exec(request: string, context: RunContext): Promise<readonly string[]> {
    const types = this.#deps.catalogue.list();
    const { node_types, reasoning } = await ask(context, {
      task: this.id,
      prompt: browsingPrompt({ request, types }),
      schema: browsingAnswer,
      input: { request },
    });
    const known = [...new Set(node_types)].filter((type) => this.#deps.catalogue.get(type));
    if (known.length === 0) {
      throw new PflowError('cannot_plan', `No node type can do this. ${reasoning}`.trim(), {
        hint: 'pflow registry list shows what there is.',
      });
    }
    return known;
  }

  override post(shared: Shared, _request: string, types: readonly string[]): void {
    plannerStore(shared).selected_types = types;
  }
}
