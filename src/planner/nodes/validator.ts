/** Planner node: validates the generated workflow. */

import { PflowError } from '../../lib/error.js';
import { plural } from '../../lib/text/format.js';
import { BaseNode } from '../../runtime/node/base-node.js';
import {
  DEFAULT_ACTION,
  type Action,
  type RunContext,
  type Shared,
} from '../../runtime/contract/runnable.js';
import type { Workflow } from '../../workflow/format/ir.js';
import { formatProblem } from '../../workflow/format/problem.js';
import type { PlannerDeps } from '../plan/planner-deps.js';
import { plannerStore } from '../plan/planner-state.js';

/** Maximum number of generated workflows per request. */
const MAX_ATTEMPTS = 3;

type Prepared = Readonly<{ source: unknown; attempts: number }>;
type Verdict = Readonly<{ workflow: Workflow | undefined; problems: readonly string[] }>;

/**
 * Validates the generated workflow without a model. Ends with `retry` while attempts remain; the last failure is an
 * error that lists the problems.
 */
export class Validator extends BaseNode<Prepared, Verdict> {
  readonly #deps: PlannerDeps;

  constructor(deps: PlannerDeps) {
    super('validator');
    this.#deps = deps;
  }

  override prep(shared: Shared): Prepared {
    const { workflow, attempts = 1 } = plannerStore(shared);
    return { source: workflow, attempts };
  }

  override exec({ source }: Prepared): Verdict {
    const { workflow, problems } = this.#deps.validate(source);
    const said = problems.map(formatProblem);
    if (workflow && Object.keys(workflow.outputs).length === 0)
      said.push('outputs: name at least one, or the run gives nothing back.');
    return { workflow: said.length === 0 ? workflow : undefined, problems: said };
  }

  override post(
    shared: Shared,
    { attempts }: Prepared,
    { workflow, problems }: Verdict,
    { observer }: RunContext,
  ): Action {
    const store = plannerStore(shared);
    store.problems = problems;
    if (workflow) {
      store.workflow = workflow;
      return DEFAULT_ACTION;
    }
    if (attempts < MAX_ATTEMPTS) {
      store.repaired = { attempt: attempts + 1, reason: problems.join(' ') };
      observer.retrying(`${plural(problems.length, 'problem')}: ${problems.join(' ')}`);
      return 'retry';
    }
    throw new PflowError(
      'cannot_plan',
      `No valid workflow came out of ${MAX_ATTEMPTS} attempts. The last one has ${plural(problems.length, 'problem')}: ${problems.join(' ')}`,
      { hint: 'Say the request in smaller steps, or use a stronger model with --model.' },
    );
  }
}
