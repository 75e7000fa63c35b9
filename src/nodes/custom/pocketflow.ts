/** Node types from node classes of the `pocketflow` package. */

import { anyFields } from '../definition/field-schemas.js';
import type { NodeType } from '../definition/node-type.js';
import { nameType } from './pocketflow-names.js';
import { PocketFlowAdapter, type PocketFlowNode } from './pocketflow-node.js';

/** A `pocketflow` node class. Static fields may describe it; its default type is its name in kebab-case. */
export type PocketFlowClass = Readonly<{ name: string; type?: unknown; description?: unknown }> &
  (new () => PocketFlowNode);

/** Whether a value is a node class of the `pocketflow` package, and not a flow. */
export function isPocketFlowClass(value: unknown): value is PocketFlowClass {
  if (typeof value !== 'function') return false;
  const prototype = value.prototype as Record<string, unknown> | undefined;
  const methods = ['prep', 'exec', 'post', 'setParams', '_exec'];
  return methods.every((name) => typeof prototype?.[name] === 'function') && !('_orchestrate' in prototype!);
}

/**
 * Creates a node type from a class. Its interface is unknown, so it accepts any parameters, outputs and actions; since
 * its code may do anything, a plan that uses it requires confirmation like a command.
 */
export function pocketFlowType(nodeClass: PocketFlowClass): NodeType {
  const { name, type, description } = nodeClass;
  return {
    type: typeof type === 'string' ? type : nameType(name),
    description: typeof description === 'string' ? description : `The pocketflow class ${name}.`,
    params: anyFields,
    outputs: anyFields,
    actions: [],
    anyAction: true,
    effects: ['runs-commands'],
    readsStore: true,
    create: (id) => new PocketFlowAdapter(id, () => new nodeClass()),
  };
}
