/** Node types from flows of the `pocketflow` package. */

import { anyFields } from '../definition/field-schemas.js';
import type { NodeType } from '../definition/node-type.js';
import { PocketFlowRunner, type PocketFlow } from './pocketflow-walk.js';

/** A flow class with a parameterless constructor. */
export type PocketFlowFlowClass = Readonly<{ name: string; type?: unknown; description?: unknown }> &
  (new () => PocketFlow);

/** Whether a value is a class of flows of the `pocketflow` package. */
export function isPocketFlowFlowClass(value: unknown): value is PocketFlowFlowClass {
  if (typeof value !== 'function' || value.length > 0) return false;
  const prototype = value.prototype as Record<string, unknown> | undefined;
  return typeof prototype?.['_orchestrate'] === 'function' && typeof prototype['_run'] === 'function';
}

/** Creates a node type that runs a complete flow: its nodes share the store of this node, follow their own edges and have spans. */
export function pocketFlowFlowType(type: string, description: string, make: () => PocketFlow): NodeType {
  return {
    type,
    description,
    params: anyFields,
    outputs: anyFields,
    actions: [],
    anyAction: true,
    effects: ['runs-commands'],
    readsStore: true,
    create: (id) => new PocketFlowRunner(id, make),
  };
}
