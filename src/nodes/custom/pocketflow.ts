/** Node types from node classes of the `pocketflow` package. */

import { BaseNode } from '../../runtime/node/base-node.js';
import type { Action, RunContext, Shared } from '../../runtime/contract/runnable.js';
import { anyFields } from '../definition/field-schemas.js';
import type { NodeType } from '../definition/node-type.js';

/** The interface of a `pocketflow` node; `_exec` is exec with retries. */
interface PocketFlowNode {
  prep(shared: Shared): unknown;
  exec(prepared: unknown): unknown;
  post(shared: Shared, prepared: unknown, result: unknown): unknown;
  setParams(params: object): unknown;
  _exec(prepared: unknown): unknown;
  execFallback?(prepared: unknown, error: Error): unknown;
  readonly maxRetries?: number;
  /** Seconds. */
  readonly wait?: number;
}

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
    type: typeof type === 'string' ? type : kebabCase(name.replace(/Node$/, '')),
    description: typeof description === 'string' ? description : `The pocketflow class ${name}.`,
    params: anyFields,
    outputs: anyFields,
    actions: [],
    anyAction: true,
    effects: ['runs-commands'],
    create: (id) => new Adapter(id, nodeClass),
  };
}

/** Each run gets an instance, since such classes keep state in fields. */
type Prepared = Readonly<{ instance: PocketFlowNode; prepared: unknown }>;

class Adapter extends BaseNode<Prepared, unknown> {
  readonly #class: PocketFlowClass;
  /** Whether exec runs as one unit, so that retries are performed and traced here. A batch retries its items itself. */
  readonly #plain: boolean;

  constructor(id: string, nodeClass: PocketFlowClass) {
    const { maxRetries = 1, wait = 0 } = new nodeClass();
    const plain = !hasOwnExec(nodeClass);
    super(id, plain ? { maxAttempts: maxRetries, waitMs: wait * 1000 } : {});
    this.#class = nodeClass;
    this.#plain = plain;
  }

  override async prep(shared: Shared, { params }: RunContext): Promise<Prepared> {
    const instance = new this.#class();
    instance.setParams(params);
    return { instance, prepared: await instance.prep(shared) };
  }

  override async exec({ instance, prepared }: Prepared): Promise<unknown> {
    return this.#plain ? instance.exec(prepared) : instance['_exec'](prepared);
  }

  override async execFallback({ instance, prepared }: Prepared, error: unknown): Promise<unknown> {
    if (!this.#plain || !instance.execFallback) throw error;
    return instance.execFallback(prepared, error instanceof Error ? error : new Error(String(error)));
  }

  override async post(
    shared: Shared,
    { instance, prepared }: Prepared,
    result: unknown,
  ): Promise<Action | void> {
    const action = await instance.post(shared, prepared, result);
    if (action !== undefined && action !== null) return action as Action;
  }
}

/** Whether a class overrides `_exec`; BaseNode and Node of the package define it. */
function hasOwnExec({ prototype }: { prototype: unknown }): boolean {
  let own = 0;
  for (let each = prototype; each !== null; each = Object.getPrototypeOf(each) as unknown)
    if (Object.hasOwn(each as object, '_exec')) own++;
  return own > 2;
}

/** `FetchPage` as `fetch-page`. */
export function kebabCase(name: string): string {
  return name.replaceAll(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, '-').toLowerCase();
}
