/** Defines the base class of nodes. */
import { runLifecycle, type Lifecycle } from './lifecycle.js';
import type { Action, RunContext, Runnable, Shared } from '../contract/runnable.js';

export type RetryOptions = Readonly<{
  /** Maximum number of attempts of exec; at least 1. */
  maxAttempts?: number;
  /** Milliseconds between attempts. */
  waitMs?: number;
}>;

/**
 * A step of a workflow: `prep` reads the store, `exec` does the work without access to the store (which makes retries
 * safe), `post` writes the store and returns the action. Instances hold no state of a run, so one may serve several
 * batch items concurrently.
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

  /** Reads what exec needs. The default returns the resolved parameters. */
  prep(_shared: Shared, context: RunContext): Prepared | Promise<Prepared> {
    return context.params as Prepared;
  }

  /** Does the work; retried when it throws, up to `maxAttempts`. The default returns its input. */
  exec(prepared: Prepared, _context: RunContext): Result | Promise<Result> {
    return prepared as unknown as Result;
  }

  /** Called with the last error when all attempts failed. The default rethrows it. */
  execFallback(_prepared: Prepared, error: unknown, _context: RunContext): Result | Promise<Result> {
    throw error;
  }

  /** Writes the store and returns the action; no return value means `default`. */
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
