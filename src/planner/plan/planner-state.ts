/** The planner's store and result. */

import { PflowError } from '../../lib/error.js';
import type { Shared } from '../../runtime/contract/runnable.js';
import type { Workflow } from '../../workflow/format/ir.js';
import type { DiscoveredParam } from './answers.js';

/** The plan: a workflow, its input values, and the parse of the request. */
export type Plan = Readonly<{
  workflow: Workflow;
  params: Readonly<Record<string, unknown>>;
  origin: 'planned' | 'saved';
  /** Set if rules planned although the run has a model. */
  plannedBy?: 'rules';
  name: string;
  /** One line per clause: `summarize README.md → read-file, llm`. */
  reading: readonly string[];
  /** If the first workflow was not valid: the attempt that was, and what was wrong with the one before. */
  repaired?: Readonly<{ attempt: number; reason: string }>;
}>;

/**
 * The keys of the store of the planner, in order of appearance. Written for inspection: a snapshot of a planner node
 * shows what was decided so far.
 */
export type PlannerStore = {
  request: string;
  /** Values passed as key=value; they override the request. */
  given?: Readonly<Record<string, unknown>>;
  /** What answers the requests of the planner: the rules where they are certain, otherwise the model of the run. */
  planned_by: 'rules' | 'model';
  /** The matching saved workflow or null, and the reason. */
  found_workflow: string | null;
  found_because: string;
  selected_types: readonly string[];
  discovered_params: readonly DiscoveredParam[];
  /** The number of generated workflows. */
  attempts: number;
  /** The workflow as loaded, as generated, and finally as validated. */
  workflow: unknown;
  /** The attempt that repairs an invalid workflow, and the problems of that workflow. */
  repaired: NonNullable<Plan['repaired']>;
  /** Its problems, for the generator to repair. */
  problems: readonly string[];
  reading: readonly string[];
  mapped_params: Readonly<Record<string, unknown>>;
  metadata: Readonly<{ name: string; description: string }>;
  params: Readonly<Record<string, unknown>>;
  plan: Plan;
};

/** A typed view of the store; keys not written yet are undefined. */
export function plannerStore(shared: Shared): Partial<PlannerStore> {
  return shared as Partial<PlannerStore>;
}

/** Reads the plan from the store. */
export function planOf(shared: Shared): Plan {
  const { plan } = plannerStore(shared);
  if (!plan) throw new PflowError('internal', 'The planner ended without a plan.');
  return plan;
}
