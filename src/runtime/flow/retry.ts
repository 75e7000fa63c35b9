/** Retries a node as a whole, with growing waits between the attempts. */
import { endsRun } from '../../lib/error.js';
import { clampDelay } from '../../lib/timer.js';
import { wait } from '../control/abort.js';
import {
  ERROR_ACTION,
  type Action,
  type RunContext,
  type Runnable,
  type Shared,
} from '../contract/runnable.js';

export type RetryPlan = Readonly<{
  /** Attempts in total. */
  max: number;
  /** Milliseconds before the second attempt. */
  waitMs: number;
  /** Factor by which each wait is longer than the one before. */
  backoff: number;
}>;

/** The wait before attempt `attempt` (2 and up), in milliseconds. */
export function waitBefore(attempt: number, { waitMs, backoff }: RetryPlan): number {
  return clampDelay(waitMs * backoff ** (attempt - 2));
}

/** Runs a node until it succeeds, at most `max` times. It failed if it threw or returned the action "error". */
export class Retry implements Runnable {
  readonly id: string;
  readonly #attempt: (attempt: number) => Runnable;
  readonly #plan: RetryPlan;

  constructor(id: string, attempt: (attempt: number) => Runnable, plan: RetryPlan) {
    this.id = id;
    this.#attempt = attempt;
    this.#plan = plan;
  }

  async run(shared: Shared, context: RunContext): Promise<Action> {
    const { signal } = context;
    for (let attempt = 1; ; attempt++) {
      const isLast = attempt >= this.#plan.max;
      try {
        const action = await this.#attempt(attempt).run(shared, context);
        if (action !== ERROR_ACTION || isLast || signal.aborted) return action;
      } catch (error) {
        if (isLast || signal.aborted || endsRun(error)) throw error;
      }
      await wait(waitBefore(attempt + 1, this.#plan), signal);
    }
  }
}
