/** Planner node: converts and completes the inputs. */

import { PflowError } from '../../lib/error.js';
import { BaseNode } from '../../runtime/node/base-node.js';
import type { Shared } from '../../runtime/contract/runnable.js';
import { resolveInputs } from '../../workflow/check/inputs.js';
import type { Workflow } from '../../workflow/format/ir.js';
import type { PlannerDeps } from '../plan/planner-deps.js';
import { plannerStore } from '../plan/planner-state.js';

type Values = Readonly<Record<string, unknown>>;
type Prepared = Readonly<{ workflow: Workflow; given: Values; mapped: Values }>;

/** Converts the extracted values to their types; key=value inputs override them. Missing and mistyped inputs are reported in one error. */
export class ParameterPreparation extends BaseNode<Prepared, Values> {
  readonly #deps: PlannerDeps;

  constructor(deps: PlannerDeps) {
    super('parameter-preparation');
    this.#deps = deps;
  }

  override prep(shared: Shared): Prepared {
    const { workflow, given = {}, mapped_params = {} } = plannerStore(shared);
    return { workflow: workflow as Workflow, given, mapped: mapped_params };
  }

  override exec({ workflow, given, mapped }: Prepared): Values {
    const known = { ...mapped, ...given };
    try {
      // Piped text arrives with the run; here only its presence matters.
      const values = resolveInputs(workflow, known, this.#deps.stdin ? { stdin: '' } : {});
      return Object.fromEntries(Object.entries(values).filter(([name]) => Object.hasOwn(known, name)));
    } catch (error) {
      if (!(error instanceof PflowError)) throw error;
      const { message, hint, cause } = error;
      throw new PflowError('cannot_plan', message, { cause, ...(hint === undefined ? {} : { hint }) });
    }
  }

  override post(shared: Shared, { workflow, mapped }: Prepared, params: Values): void {
    const store = plannerStore(shared);
    store.params = params;
    if (store.found_workflow === null) store.workflow = withDefaults(workflow, mapped, params);
  }
}

/** The workflow with the values of this request as defaults, so that a saved copy repeats this run. */
function withDefaults(workflow: Workflow, mapped: Values, params: Values): Workflow {
  const inputs = Object.entries(workflow.inputs).map(([name, input]) =>
    Object.hasOwn(mapped, name)
      ? [name, { ...input, required: false, default: params[name] }]
      : [name, input],
  );
  return { ...workflow, inputs: Object.fromEntries(inputs) as Workflow['inputs'] };
}
