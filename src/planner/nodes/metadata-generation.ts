/** Planner node: names a new workflow. */

import type { OfflineSkills } from '../../llm/offline/offline-client.js';
import { BaseNode } from '../../runtime/node/base-node.js';
import type { RunContext, Shared } from '../../runtime/contract/runnable.js';
import type { Workflow } from '../../workflow/format/ir.js';
import { metadataAnswer } from '../plan/answers.js';
import { ask } from './ask-model.js';
import { selectRules } from './planning-rules.js';
import type { PlannerDeps } from '../plan/planner-deps.js';
import { plannerStore } from '../plan/planner-state.js';
import { metadataPrompt } from '../prompts/planner-prompts.js';

type Prepared = Readonly<{
  request: string;
  reading: readonly string[];
  rules: OfflineSkills | undefined;
}>;
type Metadata = Readonly<{ name: string; description: string }>;

const FALLBACK_NAME = 'workflow';
const LONGEST_NAME = 60;

/** Names and describes a new workflow for later discovery. */
export class MetadataGeneration extends BaseNode<Prepared, Metadata> {
  readonly #deps: PlannerDeps;

  constructor(deps: PlannerDeps) {
    super('metadata-generation');
    this.#deps = deps;
  }

  override prep(shared: Shared): Prepared {
    const { request, reading = [] } = plannerStore(shared);
    return { request: request!, reading, rules: selectRules(shared, this.#deps) };
  }

  override async exec(prepared: Prepared, context: RunContext): Promise<Metadata> {
    const question = {
      task: this.id,
      prompt: metadataPrompt(prepared),
      schema: metadataAnswer,
      input: { request: prepared.request },
    };
    const { name, description } = await ask(context, question, prepared.rules);
    return { name: kebabCase(name), description: description.trim() };
  }

  override post(shared: Shared, _prepared: Prepared, metadata: Metadata): void {
    const store = plannerStore(shared);
    store.metadata = metadata;
    store.workflow = { ...(store.workflow as Workflow), ...metadata };
  }
}

/** The name becomes a file name when the workflow is saved. */
function kebabCase(name: string): string {
  const words = name.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return words.join('-').slice(0, LONGEST_NAME).replace(/-$/, '') || FALLBACK_NAME;
}
