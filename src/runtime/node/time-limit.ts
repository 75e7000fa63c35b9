/** Limits the time of a node. */
import { PflowError } from '../../lib/error.js';
import { createDeadline } from '../control/deadline.js';
import type { Action, RunContext, Runnable, Shared } from '../contract/runnable.js';

/**
 * Applies a node's timeout, which includes retries and the waits between them. A node that ignores its signal is
 * abandoned: its later output is discarded.
 */
export class TimeLimit implements Runnable {
  readonly id: string;
  readonly #inner: Runnable;
  readonly #seconds: number;

  constructor(inner: Runnable, seconds: number) {
    this.id = inner.id;
    this.#inner = inner;
    this.#seconds = seconds;
  }

  async run(shared: Shared, context: RunContext): Promise<Action> {
    const { signal, clear } = createDeadline(context.signal, this.#seconds * 1000, () => this.#tooSlow());
    try {
      return await this.#inner.run(shared, { ...context, signal });
    } finally {
      clear();
    }
  }

  #tooSlow(): PflowError {
    return new PflowError('node_timeout', `Node '${this.id}' timed out after ${this.#seconds} s.`, {
      hint: 'Set its timeout, in seconds, to give it longer.',
    });
  }
}
