/** Planner node: looks for a saved workflow. */

import { PflowError } from '../../lib/error.js';
import { formatCount } from '../../lib/text/format.js';
import { BaseNode } from '../../runtime/node/base-node.js';
import type { Action, RunContext, Shared } from '../../runtime/contract/runnable.js';
import type { Workflow } from '../../workflow/format/ir.js';
import { formatProblem } from '../../workflow/format/problem.js';
import { discoveryAnswer } from '../plan/answers.js';
import { ask } from './ask-model.js';
import type { PlannerDeps, SavedWorkflow } from '../plan/planner-deps.js';
import { plannerStore } from '../plan/planner-state.js';
import { areRulesCertain } from './planning-rules.js';
import { discoveryPrompt } from '../prompts/planner-prompts.js';

/** Maximum length of a request in characters; longer text is a document and belongs in a file. */
const MAX_REQUEST_LENGTH = 100_000;

type Candidate = SavedWorkflow & Readonly<{ valid: Workflow }>;
type Discovery = Readonly<{
  found: Candidate | undefined;
  because: string;
  plannedBy: 'rules' | 'model';
}>;

/** Looks for a saved workflow that matches the request. Ends with `found` (path A) or `not_found` (path B). */
export class WorkflowDiscovery extends BaseNode<string, Discovery> {
  readonly #deps: PlannerDeps;

  constructor(deps: PlannerDeps) {
    super('workflow-discovery');
    this.#deps = deps;
  }

  override prep(shared: Shared): string {
    return checkRequest(plannerStore(shared).request);
  }

  override async exec(request: string, context: RunContext): Promise<Discovery> {
    const candidates = this.#candidates(context);
    const { rules } = this.#deps;
    const saved = candidates.map(outline);
    const isCertain = rules !== undefined && areRulesCertain(rules, request, saved);
    const plannedBy = isCertain ? 'rules' : 'model';
    if (candidates.length === 0) return { found: undefined, because: 'No workflows are saved.', plannedBy };
    const question = {
      task: this.id,
      prompt: discoveryPrompt({ request, candidates }),
      schema: discoveryAnswer,
      input: { request, saved },
    };
    const answer = await ask(context, question, isCertain ? rules.skills : undefined);
    const found = answer.found ? candidates.find(({ name }) => name === answer.workflow_name) : undefined;
    if (answer.found && !found)
      context.log(`The model chose '${answer.workflow_name}', which is not saved.`, 'warning');
    return { found, because: answer.reasoning, plannedBy };
  }

  override post(shared: Shared, request: string, { found, because, plannedBy }: Discovery): Action {
    const store = plannerStore(shared);
    store.found_workflow = found?.name ?? null;
    store.found_because = because;
    store.planned_by = plannedBy;
    if (!found) return 'not_found';
    store.workflow = { ...found.valid, name: found.name };
    store.reading = [`${request.trim()} → saved workflow '${found.name}'`];
    return 'found';
  }

  /** The saved workflows that are runnable. */
  #candidates(context: RunContext): Candidate[] {
    return this.#deps.saved.flatMap((saved) => {
      const { workflow, problems } = this.#deps.validate(saved.workflow);
      if (workflow) return [{ ...saved, valid: workflow }];
      context.log(
        `The saved workflow '${saved.name}' is not valid and is left out: ${problems.map(formatProblem).join(' ')}`,
        'warning',
      );
      return [];
    });
  }
}

function checkRequest(request: string | undefined): string {
  if (!request?.trim()) {
    throw new PflowError('cannot_plan', 'The request is empty.', {
      hint: 'Say what to do, for example: summarize README.md',
    });
  }
  if (request.length > MAX_REQUEST_LENGTH) {
    const [length, most] = [formatCount(request.length), formatCount(MAX_REQUEST_LENGTH)];
    throw new PflowError('cannot_plan', `The request is too long: ${length} characters (limit ${most}).`, {
      hint: 'Put long text into a file and name the file in the request.',
    });
  }
  return request;
}

function outline({ name, description, keywords, valid }: Candidate) {
  return {
    name,
    description,
    keywords,
    inputs: Object.keys(valid.inputs),
    node_types: valid.nodes.map(({ type }) => type),
  };
}
