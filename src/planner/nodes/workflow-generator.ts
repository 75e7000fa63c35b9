/** Planner node: generates the workflow. */

import type { OfflineSkills } from '../../llm/offline/offline-client.js';
import { BaseNode } from '../../runtime/node/base-node.js';
import type { RunContext, Shared } from '../../runtime/contract/runnable.js';
import { workflowAnswer } from '../plan/answers.js';
import { ask } from './ask-model.js';
import { selectRules } from './planning-rules.js';
import type { PlannerDeps } from '../plan/planner-deps.js';
import { plannerStore } from '../plan/planner-state.js';
import { generatorPrompt, type GeneratorQuestion } from '../prompts/planner-prompts.js';
import { workflowOf } from '../plan/workflow-answer.js';

type Prepared = Readonly<{ question: GeneratorQuestion; rules: OfflineSkills | undefined }>;
type Generated = Readonly<{ workflow: unknown; reading: readonly string[] }>;

/** Generates the workflow, or repairs it given the problems of the validator. */
export class WorkflowGenerator extends BaseNode<Prepared, Generated> {
  readonly #deps: PlannerDeps;

  constructor(deps: PlannerDeps) {
    super('workflow-generator');
    this.#deps = deps;
  }

  override prep(shared: Shared): Prepared {
    const {
      request,
      selected_types = [],
      discovered_params = [],
      given = {},
      problems = [],
      workflow,
    } = plannerStore(shared);
    const { catalogue, stdin = false } = this.#deps;
    const question = {
      request: request!,
      // A repair may need a type outside the selection.
      types: catalogue.list().filter(({ type }) => problems.length > 0 || selected_types.includes(type)),
      discovered: discovered_params,
      given: Object.keys(given),
      stdin,
      problems,
      previous: workflow,
    };
    return { question, rules: selectRules(shared, this.#deps) };
  }

  override async exec({ question, rules }: Prepared, context: RunContext): Promise<Generated> {
    const asked = {
      task: this.id,
      prompt: generatorPrompt(question),
      schema: workflowAnswer,
      input: { request: question.request },
    };
    const answer = await ask(context, asked, rules);
    return { workflow: workflowOf(answer, this.#deps.catalogue), reading: answer.reading };
  }

  override post(shared: Shared, _prepared: Prepared, { workflow, reading }: Generated): void {
    const store = plannerStore(shared);
    store.attempts = (store.attempts ?? 0) + 1;
    store.workflow = workflow;
    store.reading = reading;
  }
}
