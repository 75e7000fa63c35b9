import { runLifecycle, type Lifecycle } from './lifecycle.js';
import type { Action, RunContext, Runnable, Shared } from '../contract/runnable.js';

export type RetryOptions = Readonly<{
  /** How often exec is tried in all; at least 1. */
  maxAttempts?: number;
  /** Milliseconds between two attempts. */
  waitMs?: number;
}>;

/**
 * A step of a workflow: `prep` reads the store, `exec` does the work without seeing the store (which is what makes a retry
 * safe), `post` writes the store and says which edge to leave by. Instances hold no state of a run: one instance may serve
 * several items of a batch at once.
 */
export abstract class BaseNode<Prepared = unknown, Result = unknown>
  implements Runnable, Lifecycle<Prepared, Result>
{
  readonly id: string;
  readonly maxAttempts: number;
  readonly waitMs: number;

  constructor(id: string, retry: RetryOptions = {}) {
    this.id = id;
    this.maxAttempts = Math.max(1, retry.maxAttempts ?? 1);
    this.waitMs = Math.max(0, retry.waitMs ?? 0);
  }

  /** Reads what exec needs. The default hands on the resolved parameters. */
  prep(_shared: Shared, context: RunContext): Prepared | Promise<Prepared> {
    return context.params as Prepared;
  }

  /** Does the work. A throw is retried while attempts are left. The default passes its input through. */
  exec(prepared: Prepared, _context: RunContext): Result | Promise<Result> {
    return prepared as unknown as Result;
  }

  /** Called with the last error when all attempts failed. The default gives up by throwing it. */
  execFallback(_prepared: Prepared, error: unknown, _context: RunContext): Result | Promise<Result> {
    throw error;
  }

  /** Writes the store and names the action. Nothing returned means `default`. */
  post(
    _shared: Shared,
    _prepared: Prepared,
    _result: Result,
    _context: RunContext,
  ): Action | void | Promise<Action | void> {}

  run(shared: Shared, context: RunContext): Promise<Action> {
    return runLifecycle(this, shared, context);
  }
}
