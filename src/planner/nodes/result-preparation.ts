/** Planner node: assembles the plan. */

import { BaseNode } from '../../runtime/node/base-node.js';
import type { Shared } from '../../runtime/contract/runnable.js';
import type { Workflow } from '../../workflow/format/ir.js';
import { plannerStore, type Plan } from '../plan/planner-state.js';

/** Assembles the result of the planner. */
export class ResultPreparation extends BaseNode<Plan, Plan> {
  constructor() {
    super('result-preparation');
  }

  override prep(shared: Shared): Plan {
    const store = plannerStore(shared);
    const { found_workflow = null, workflow, metadata, params = {}, reading = [] } = store;
    const { repaired, planned_by } = store;
    return {
      workflow: workflow as Workflow,
      params,
      origin: found_workflow === null ? 'planned' : 'saved',
      name: found_workflow ?? metadata!.name,
      reading,
      ...(planned_by === 'rules' ? { plannedBy: planned_by } : {}),
      ...(repaired ? { repaired } : {}),
    };
  }

  override exec(plan: Plan): Plan {
    return plan;
  }

  override post(shared: Shared, _prepared: Plan, plan: Plan): void {
    plannerStore(shared).plan = plan;
  }
}
