/** Extracts the timeout of a node from its parameters. */

import { z } from 'zod';
import type { NodeSignature } from '../format/type-catalogue.js';
import type { WorkflowNode } from '../format/ir.js';
import type { Problem } from '../format/problem.js';
import { schemaProblems } from '../format/schema-problems.js';
import { isOpen } from '../format/schema-path.js';

const NAME = 'timeout';

/** Timeout of a node in seconds. */
const timeoutSchema = z.number().positive();

/**
 * Moves a `timeout` parameter to the node where its type has no such parameter: in Markdown everything is a parameter. A
 * type that accepts any parameter also receives it.
 */
export function withNodeTimeout(node: WorkflowNode, type: NodeSignature | undefined): WorkflowNode {
  if (!type || node.timeout !== undefined || !isUndeclared(node, type)) return node;
  const { [NAME]: timeout, ...others } = node.params;
  const { data } = timeoutSchema.safeParse(timeout);
  if (data === undefined) return node;
  return { ...node, timeout: data, params: isOpen(type.params) ? node.params : others };
}

/** Checks a node timeout. */
export function timeoutProblems(
  node: WorkflowNode,
  type: NodeSignature,
  at: readonly PropertyKey[],
): Problem[] {
  return isTimeoutOfNode(node, type) ? schemaProblems(timeoutSchema, node.params[NAME], [...at, NAME]) : [];
}

/** Whether a `timeout` parameter can only belong to the node. */
export function isTimeoutOfNode(node: WorkflowNode, type: NodeSignature): boolean {
  return node.timeout === undefined && isUndeclared(node, type) && !isOpen(type.params);
}

function isUndeclared({ params }: WorkflowNode, type: NodeSignature): boolean {
  return Object.hasOwn(params, NAME) && !Object.hasOwn(type.params.shape, NAME);
}
