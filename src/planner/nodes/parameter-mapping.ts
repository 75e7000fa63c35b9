/** Planner node: maps the request to workflow inputs. */

import type { OfflineSkills } from '../../llm/offline/offline-client.js';
import { BaseNode } from '../../runtime/node/base-node.js';
import {
  DEFAULT_ACTION,
  type Action,
  type RunContext,
  type Shared,
} from '../../runtime/contract/runnable.js';
import type { Workflow, WorkflowInput } from '../../workflow/format/ir.js';
import { mappingAnswer } from '../plan/answers.js';
import { ask } from './ask-model.js';
import { selectRules } from './planning-rules.js';
import { CONFIRM_DELETE } from '../plan/effects.js';
import type { PlannerDeps } from '../plan/planner-deps.js';
import { plannerStore } from '../plan/planner-state.js';
import { mappingPrompt } from '../prompts/planner-prompts.js';

type Values = Readonly<Record<string, unknown>>;
type Prepared = Readonly<{
  request: string;
  workflow: string | null;
  /** Values that parameter discovery found for inputs of the same name. */
  known: Values;
  /** The inputs to extract from the request. */
  open: Readonly<Record<string, WorkflowInput>>;
  rules: OfflineSkills | undefined;
}>;

/** Extracts the values of the inputs from the request. Ends with `validate` for a generated workflow. */
export class ParameterMapping extends BaseNode<Prepared, Values> {
  readonly #deps: PlannerDeps;

  constructor(deps: PlannerDeps) {
    super('parameter-mapping');
    this.#deps = deps;
  }

  override prep(shared: Shared): Prepared {
    const {
      request,
      found_workflow = null,
      workflow,
      given = {},
      discovered_params = [],
    } = plannerStore(shared);
    const { inputs } = workflow as Pick<Workflow, 'inputs'>;
    const findable = ([name]: [string, unknown]) => Object.hasOwn(inputs, name) && name !== CONFIRM_DELETE;
    const found = discovered_params.map(({ name, value }): [string, unknown] => [name, value]);
    const known = Object.fromEntries(found.filter(findable));
    // The defaults of a generated workflow are the values of this request.
    const settled = ({ stdin, default: value }: WorkflowInput) =>
      stdin || (found_workflow === null && value !== undefined);
    const open = Object.entries(inputs)
      .filter(findable)
      .filter(
        ([name, input]) => !Object.hasOwn(given, name) && !Object.hasOwn(known, name) && !settled(input),
      );
    const rules = selectRules(shared, this.#deps);
    return { request: request!, workflow: found_workflow, known, open: Object.fromEntries(open), rules };
  }

  override async exec(prepared: Prepared, context: RunContext): Promise<Values> {
    const { request, workflow, known, open, rules } = prepared;
    if (Object.keys(open).length === 0) return known;
    const question = {
      task: this.id,
      prompt: mappingPrompt({ request, inputs: open }),
      schema: mappingAnswer,
      input: { request, workflow, inputs: open },
    };
    const { values } = await ask(context, question, rules);
    const found = values.filter(({ input, value }) => value !== null && Object.hasOwn(open, input));
    return { ...known, ...Object.fromEntries(found.map(({ input, value }) => [input, value])) };
  }

  override post(shared: Shared, prepared: Prepared, values: Values): Action {
    plannerStore(shared).mapped_params = values;
    return prepared.workflow === null ? 'validate' : DEFAULT_ACTION;
  }
}
