import type { z } from 'zod';
import type { BaseNode } from '../runtime/base-node.js';
import type { Action } from '../runtime/runnable.js';

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
  effects: readonly Effect[];
  /** The effects of one use of it, where they depend on the parameters as the workflow gives them. */
  effectsOf?(params: Readonly<Record<string, unknown>>): readonly Effect[];
  create(id: string): BaseNode;
}>;
