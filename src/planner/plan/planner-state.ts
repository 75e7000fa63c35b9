import { PflowError } from '../../lib/error.js';
import type { Shared } from '../../runtime/contract/runnable.js';
import type { Workflow } from '../../workflow/format/ir.js';
import type { DiscoveredParam } from './answers.js';

/** What the planner hands on: a workflow, the values of its inputs, and how the request was read. */
export type Plan = Readonly<{
  workflow: Workflow;
  params: Readonly<Record<string, unknown>>;
  origin: 'planned' | 'saved';
  name: string;
  /** One line for each part of the request: `summarize README.md → read-file, llm`. */
  reading: readonly string[];
}>;

/**
 * The keys of the planner's store, in the order they appear. It is written for the eye: whoever opens a planner node's
 * snapshot sees what was decided so far.
 */
export type PlannerStore = {
  request: string;
  /** Values given beside the request as key=value; they win over whatever the request says. */
  given?: Readonly<Record<string, unknown>>;
  /** The saved workflow that does what is asked, or null, and why. */
  found_workflow: string | null;
  found_because: string;
  selected_types: readonly string[];
  discovered_params: readonly DiscoveredParam[];
  /** How many workflows the generator has written. */
  attempts: number;
  /** The workflow as saved, as generated, and at last as validated. */
  workflow: unknown;
  /** What is wrong with it, for the generator to repair. */
  problems: readonly string[];
  reading: readonly string[];
  mapped_params: Readonly<Record<string, unknown>>;
  metadata: Readonly<{ name: string; description: string }>;
  params: Readonly<Record<string, unknown>>;
  plan: Plan;
};

/** The planner's store by its keys; what no node has written yet is undefined. */
export function plannerStore(shared: Shared): Partial<PlannerStore> {
  return shared as Partial<PlannerStore>;
}

/** The plan in a store that the planner ran on. */
export function planOf(shared: Shared): Plan {
  const { plan } = plannerStore(shared);
  if (!plan) throw new PflowError('internal', 'The planner ended without a plan.');
  return plan;
}
