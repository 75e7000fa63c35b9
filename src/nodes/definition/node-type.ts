import type { z } from 'zod';
import type { BaseNode } from '../../runtime/node/base-node.js';
import type { PlannedWorkflow } from '../../runtime/flow/nested-run.js';
import type { Action, Runnable } from '../../runtime/contract/runnable.js';
import type { WorkflowReference } from '../../workflow/library/workflow-reference.js';

/** What a node does to the world outside the store. A planned workflow with any but `reads` and `model` is confirmed before it runs. */
export type Effect = 'reads' | 'writes' | 'moves' | 'deletes' | 'runs-commands' | 'sends' | 'model';

/**
 * A kind of node that workflows can name. Its schemas are the single source of what `pflow registry` prints, what validation
 * checks and what the planner is told.
 */
export type NodeType = Readonly<{
  /** The name in `nodes[].type`, kebab-case. */
  type: string;
  /** One sentence, for people and for the planner. */
  description: string;
  /** Parameters; every field carries a `describe`. */
  params: z.ZodObject;
  /** What it writes into its namespace; every field carries a `describe`. */
  outputs: z.ZodObject;
  /** The actions it can end with besides `default`. */
  actions: readonly Action[];
  /** Whether it can end with any other action too: what it runs says which. */
  anyAction?: boolean;
  effects: readonly Effect[];
  /** The effects of one use of it, where they depend on the parameters as the workflow gives them. */
  effectsOf?(params: Readonly<Record<string, unknown>>): readonly Effect[];
  /** Parameters whose templates are somebody else's: they are handed over as they are written. */
  verbatim?: readonly string[];
  /** A node of this type. One that runs other workflows asks `open` for them. */
  create(id: string, open?: OpenWorkflow): BaseNode;
}>;

/** A workflow that is ready to run inside the one that led to it. */
export type NestedWorkflow = PlannedWorkflow & Readonly<{ runnable: Runnable }>;

/**
 * Finds, checks and compiles the workflow that is meant. Throws a PflowError when it is missing or not valid, contains itself
 * or has `mostAround` workflows or more around it.
 */
export type OpenWorkflow = (reference: WorkflowReference, mostAround?: number) => NestedWorkflow;
