import { z } from 'zod';
import type { NodeSignature } from '../format/type-catalogue.js';
import type { WorkflowNode } from '../format/ir.js';
import type { Problem } from '../format/problem.js';
import { schemaProblems } from '../format/schema-problems.js';
import { isOpen } from '../format/schema-path.js';

const NAME = 'timeout';

/** Seconds until a node is given up. */
export const timeoutSchema = z.number().positive();

/**
 * The node with the `timeout` among its parameters as that of the node, where its type has no parameter of that name: in Markdown
 * everything stands among the parameters. A type that takes any parameters is handed it as well.
 */
export function withNodeTimeout(node: WorkflowNode, type: NodeSignature | undefined): WorkflowNode {
  if (!type || node.timeout !== undefined || !isUndeclared(node, type)) return node;
  const { [NAME]: timeout, ...others } = node.params;
  const { data } = timeoutSchema.safeParse(timeout);
  if (data === undefined) return node;
  return { ...node, timeout: data, params: isOpen(type.params) ? node.params : others };
}

/** What is wrong with a timeout among the parameters that is the node's. */
export function timeoutProblems(
  node: WorkflowNode,
  type: NodeSignature,
  at: readonly PropertyKey[],
): Problem[] {
  return isTimeoutOfNode(node, type) ? schemaProblems(timeoutSchema, node.params[NAME], [...at, NAME]) : [];
}

/** Whether a timeout among the parameters can only be meant for the node. */
export function isTimeoutOfNode(node: WorkflowNode, type: NodeSignature): boolean {
  return node.timeout === undefined && isUndeclared(node, type) && !isOpen(type.params);
}

function isUndeclared({ params }: WorkflowNode, type: NodeSignature): boolean {
  return Object.hasOwn(params, NAME) && !Object.hasOwn(type.params.shape, NAME);
}
