/** Runs a node of the `pocketflow` package as one of ours: its phases, attempts and batch items are traced. */

import { BaseNode } from '../../runtime/node/base-node.js';
import type { Action, RunContext, Shared } from '../../runtime/contract/runnable.js';
import { observeItems } from './pocketflow-items.js';

/** The interface of a `pocketflow` node; `_exec` is exec with retries. */
export interface PocketFlowNode {
  prep(shared: Shared): unknown;
  exec(prepared: unknown): unknown;
  post(shared: Shared, prepared: unknown, result: unknown): unknown;
  setParams(params: object): unknown;
  _exec(prepared: unknown): unknown;
  execFallback?(prepared: unknown, error: Error): unknown;
  readonly maxRetries?: number;
  /** Seconds. */
  readonly wait?: number;
  /** The number of failed attempts so far, for exec to read. */
  currentRetry?: number;
}

/** Each run gets an instance, since such classes keep state in fields. */
type Prepared = {
  readonly instance: PocketFlowNode;
  readonly prepared: unknown;
  readonly shared: Shared;
  tries: number;
};

/** A node of the package as one of ours. `make` gives the instance of a run. */
export class PocketFlowAdapter extends BaseNode<Prepared, unknown> {
  readonly #make: () => PocketFlowNode;
  /** Whether exec runs as one unit, so that retries are performed and traced here. A batch retries its items itself. */
  readonly #plain: boolean;
  readonly #isInner: boolean;
  /** What post returned last. */
  returned: unknown;

  /** Inside a flow of the package, a node has its parameters already, and any value that it returns is an action. */
  constructor(id: string, make: () => PocketFlowNode, { isInner = false } = {}) {
    const sample = make();
    const { maxRetries = 1, wait = 0 } = sample;
    // BaseNode and Node of the package define it; a further definition is a batch or the user's own.
    const plain = countDefinitions(sample, '_exec') <= 2;
    super(id, plain ? { maxAttempts: maxRetries, waitMs: wait * 1000 } : {});
    this.#make = make;
    this.#plain = plain;
    this.#isInner = isInner;
  }

  override async prep(shared: Shared, { params }: RunContext): Promise<Prepared> {
    const instance = this.#make();
    // Without parameters from outside it keeps those that it was made with.
    if (!this.#isInner && Object.keys(params).length > 0) instance.setParams(params);
    return { instance, prepared: await instance.prep(shared), shared, tries: 0 };
  }

  override async exec(work: Prepared, context: RunContext): Promise<unknown> {
    const { instance, prepared, shared } = work;
    if (this.#plain) {
      instance.currentRetry = work.tries++;
      return instance.exec(prepared);
    }
    const items = observeItems(instance, prepared, { id: this.id, shared, context });
    try {
      return await instance['_exec'](prepared);
    } finally {
      if (items.of > 0) context.observer.batch(items);
    }
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
    const action = (this.returned = await instance.post(shared, prepared, result));
    if (action === undefined || action === null) return;
    return (this.#isInner ? String(action) : action) as Action;
  }
}

/** How many classes of an instance define a method. */
export function countDefinitions(instance: object, method: string): number {
  let count = 0;
  for (
    let each = Object.getPrototypeOf(instance) as object | null;
    each !== null;
    each = Object.getPrototypeOf(each) as object | null
  )
    if (Object.hasOwn(each, method)) count++;
  return count;
}
