/** Node types from flows of the `pocketflow` package. */

import { BaseNode } from '../../runtime/node/base-node.js';
import type { Action, RunContext, Shared } from '../../runtime/contract/runnable.js';
import { anyFields } from '../definition/field-schemas.js';
import type { NodeType } from '../definition/node-type.js';

/** The interface of a `pocketflow` flow; `_run` executes prep, its nodes and post. */
export interface PocketFlow {
  setParams(params: object): unknown;
  clone(): PocketFlow;
  _run(shared: Shared): unknown;
}

/** A flow class with a parameterless constructor. */
export type PocketFlowFlowClass = Readonly<{ name: string; type?: unknown; description?: unknown }> &
  (new () => PocketFlow);

/** Whether a value is a flow of the `pocketflow` package. */
export function isPocketFlow(value: unknown): value is PocketFlow {
  return typeof value === 'object' && value !== null && '_orchestrate' in value && '_run' in value;
}

/** Whether a value is such a class. */
export function isPocketFlowFlowClass(value: unknown): value is PocketFlowFlowClass {
  if (typeof value !== 'function' || value.length > 0) return false;
  const prototype = value.prototype as Record<string, unknown> | undefined;
  return typeof prototype?.['_orchestrate'] === 'function' && typeof prototype['_run'] === 'function';
}

/** Creates a node type that runs a complete flow: its nodes share the store of this node and follow their own edges. */
export function pocketFlowFlowType(type: string, description: string, make: () => PocketFlow): NodeType {
  return {
    type,
    description,
    params: anyFields,
    outputs: anyFields,
    actions: [],
    anyAction: true,
    effects: ['runs-commands'],
    create: (id) => new FlowAdapter(id, make),
  };
}

/** The nodes of a flow access the store throughout, so exec has access to it here. */
type Prepared = Readonly<{ flow: PocketFlow; shared: Shared }>;

class FlowAdapter extends BaseNode<Prepared, unknown> {
  readonly #make: () => PocketFlow;

  constructor(id: string, make: () => PocketFlow) {
    super(id);
    this.#make = make;
  }

  override prep(shared: Shared, { params }: RunContext): Prepared {
    const flow = this.#make();
    flow.setParams(params);
    return { flow, shared };
  }

  override exec({ flow, shared }: Prepared): unknown {
    return flow['_run'](shared);
  }

  override post(_shared: Shared, _prepared: Prepared, action: unknown): Action | void {
    if (action !== undefined && action !== null) return action as Action;
  }
}
