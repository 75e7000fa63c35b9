/** Dependencies of the planner. */

import type { OfflineSkills } from '../../llm/offline/offline-client.js';
import type { NodeType } from '../../nodes/definition/node-type.js';
import type { Workflow } from '../../workflow/format/ir.js';
import type { Problem } from '../../workflow/format/problem.js';
import type * as library from '../../workflow/library/saved-file.js';

/** The node types a plan may use. */
export interface Catalogue {
  get(type: string): NodeType | undefined;
  list(): readonly NodeType[];
}

/** A saved workflow as the library provides it. */
export type SavedWorkflow = Pick<library.SavedWorkflow, 'name' | 'description' | 'keywords' | 'workflow'>;

/** The dependencies of the planner nodes. */
export type PlannerDeps = Readonly<{
  catalogue: Catalogue;
  saved: readonly SavedWorkflow[];
  validate: (source: unknown) => { workflow: Workflow | undefined; problems: readonly Problem[] };
  /** The rules that plan in place of the model of the run: only requests that they read in full, or all. */
  rules?: Readonly<{ skills: OfflineSkills; for: 'what-they-read' | 'all' }>;
  /** Whether standard input is piped, so that an input marked `stdin` has a value. */
  stdin?: boolean;
}>;
