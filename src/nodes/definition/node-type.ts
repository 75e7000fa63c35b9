/** The interface of node types. */

import type { z } from 'zod';
import type { BaseNode } from '../../runtime/node/base-node.js';
import type { PlannedWorkflow } from '../../runtime/flow/nested-run.js';
import type { Action, Runnable } from '../../runtime/contract/runnable.js';
import type { WorkflowReference } from '../../workflow/library/workflow-reference.js';

/** Side effects of a node outside the store. A planned workflow with any besides `reads` and `model` requires confirmation. */
export type Effect = 'reads' | 'writes' | 'moves' | 'deletes' | 'runs-commands' | 'sends' | 'model';

/** A node type. Its schemas are the single source of `pflow registry`, validation and the prompts of the planner. */
export type NodeType = Readonly<{
  /** The name in `nodes[].type`, kebab-case. */
  type: string;
  /** One sentence, for users and the planner. */
  description: string;
  /** Parameters; every field has a `describe`. */
  params: z.ZodObject;
  /** Outputs written to its namespace; every field has a `describe`. */
  outputs: z.ZodObject;
  /** Its actions besides `default`. */
  actions: readonly Action[];
  /** Whether any action is possible: the workflow it runs determines them. */
  anyAction?: boolean;
  effects: readonly Effect[];
  /** The effects of a use, where they depend on the parameters. */
  effectsOf?(params: Readonly<Record<string, unknown>>): readonly Effect[];
  /** Whether its code gets the store: what it reads there is not visible in its parameters. */
  readsStore?: boolean;
  /** Parameters passed verbatim: templates in them belong to another program. */
  verbatim?: readonly string[];
  /** Creates a node. A node that runs workflows gets them from `open`. */
  create(id: string, open?: OpenWorkflow): BaseNode;
}>;

/** A compiled nested workflow. */
export type NestedWorkflow = PlannedWorkflow & Readonly<{ runnable: Runnable }>;

/**
 * Resolves, validates and compiles a workflow. Throws a PflowError if it is missing, invalid, recursive, or nested
 * `mostAround` or more levels deep.
 */
export type OpenWorkflow = (reference: WorkflowReference, mostAround?: number) => NestedWorkflow;
