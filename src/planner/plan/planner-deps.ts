import type { NodeType } from '../../nodes/definition/node-type.js';
import type { Workflow } from '../../workflow/format/ir.js';
import type { Problem } from '../../workflow/format/problem.js';
import type * as library from '../../workflow/library/saved-file.js';

/** The node types a plan may use. */
export interface Catalogue {
  get(type: string): NodeType | undefined;
  list(): readonly NodeType[];
}

/** A workflow that a request can reuse, as the library holds it. */
export type SavedWorkflow = Pick<library.SavedWorkflow, 'name' | 'description' | 'keywords' | 'workflow'>;

/** What the planner's nodes work with. */
export type PlannerDeps = Readonly<{
  catalogue: Catalogue;
  saved: readonly SavedWorkflow[];
  validate: (source: unknown) => { workflow: Workflow | undefined; problems: readonly Problem[] };
  /** Whether standard input is piped in, so that an input marked `stdin` will have a value. */
  stdin?: boolean;
}>;
