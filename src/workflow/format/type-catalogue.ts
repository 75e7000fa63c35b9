import { z } from 'zod';
import type { WorkflowNode } from './ir.js';
import { isOpen } from './schema-path.js';

/** What checking a workflow needs to know of a node type. */
export type NodeSignature = Readonly<{
  params: z.ZodObject;
  outputs: z.ZodObject;
  actions: readonly string[];
  /** Whether it can end with any other action too: what it runs says which. */
  anyAction?: boolean;
  /** Parameters whose templates are somebody else's: they are handed over as they are written. */
  verbatim?: readonly string[];
}>;

/** The node types that workflows may use. */
export interface NodeCatalogue {
  get(type: string): NodeSignature | undefined;
  types(): string[];
}

/** The keys that the node writes into its namespace: its type's outputs, or those of a batch of them. */
export function outputsOf(node: WorkflowNode, signature: NodeSignature): z.ZodObject {
  return node.batch ? batchOutputs(signature.outputs) : signature.outputs;
}

/** What a batch writes when each of its elements writes `outputs`. */
export function batchOutputs(outputs: z.ZodObject): z.ZodObject {
  const shape = { ...outputs.shape, item: z.unknown() };
  return z.object({
    results: z
      .array(isOpen(outputs) ? z.looseObject(shape) : z.object(shape))
      .describe("Each element's outputs with the element as `item`, in input order"),
    count: z.number().describe('Number of items'),
    success_count: z.number().describe('Number of successful items'),
    error_count: z.number().describe('Number of failed items'),
    errors: z.array(z.unknown()).nullable().describe('Errors of failed items, or null'),
    batch_metadata: z.record(z.string(), z.unknown()).describe('Execution details: parallel, limits, timing'),
  });
}
