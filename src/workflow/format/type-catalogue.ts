/** The node types known to validation. */

import { z } from 'zod';
import type { WorkflowNode } from './ir.js';
import { isOpen } from './schema-path.js';

/** What validation needs to know about a node type. */
export type NodeSignature = Readonly<{
  params: z.ZodObject;
  outputs: z.ZodObject;
  actions: readonly string[];
  /** Whether any action is possible: the workflow it runs determines them. */
  anyAction?: boolean;
  /** What its nodes do outside the store; where their outputs come from follows. */
  effects?: readonly string[];
  /** Parameters passed verbatim: templates in them belong to another program. */
  verbatim?: readonly string[];
}>;

/** The node types that workflows may use. */
export interface NodeCatalogue {
  get(type: string): NodeSignature | undefined;
  types(): string[];
  /** Why a type that is not here may exist all the same, and is not checked; undefined if it does not exist. */
  unchecked?(type: string): string | undefined;
  /** Where a type that exists is excluded; undefined if it is not. */
  denied?(type: string): string | undefined;
}

/** The keys a node writes: the outputs of its type, or of a batch of them. */
export function outputsOf(node: WorkflowNode, signature: NodeSignature): z.ZodObject {
  return node.batch ? batchOutputs(signature.outputs) : signature.outputs;
}

/** The outputs of a batch whose elements write `outputs`. */
function batchOutputs(outputs: z.ZodObject): z.ZodObject {
  const shape = { ...outputs.shape, item: z.unknown() };
  return z.object({
    results: z
      .array(isOpen(outputs) ? z.looseObject(shape) : z.object(shape))
      .describe(
        "Each element's outputs with the element as `item`, in input order; null for an item that failed without any",
      ),
    count: z.number().describe('Number of items'),
    success_count: z.number().describe('Number of successful items'),
    error_count: z.number().describe('Number of failed items'),
    errors: z.array(z.unknown()).nullable().describe('Errors of failed items, or null'),
    batch_metadata: z.record(z.string(), z.unknown()).describe('Execution details: parallel, limits, timing'),
  });
}
