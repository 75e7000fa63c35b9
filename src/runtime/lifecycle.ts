import { isCancellation, PflowError } from '../lib/error.js';
import { untilAborted, wait } from './abort.js';
import type { BaseNode } from './base-node.js';
import { DEFAULT_ACTION, type Action, type RunContext, type Shared } from './runnable.js';

/** prep → exec (with its retries) → post, each reported to the observer and each given up when the run is cancelled. */
export async function runLifecycle<P, R>(
  node: BaseNode<P, R>,
  shared: Shared,
  context: RunContext,
): Promise<Action> {
  const { observer, signal } = context;
  const stopped = <T>(work: T | Promise<T>) => untilAborted(work, signal);
  const prepared = await observer.phase('prep', async () => stopped(node.prep(shared, context)));
  const result = await observer.phase('exec', () => tryExec(node, prepared, context));
  const action = await observer.phase('post', async () =>
    stopped(node.post(shared, prepared, result, context)),
  );
  if (action !== undefined && action !== null && typeof action !== 'string') {
    throw new PflowError(
      'node_failed',
      `Node '${node.id}' must return an action name (text) from post, not ${typeof action}.`,
    );
  }
  return action || DEFAULT_ACTION;
}

async function tryExec<P, R>(node: BaseNode<P, R>, prepared: P, context: RunContext): Promise<R> {
  const { observer, signal } = context;
  const once = async () => untilAborted(node.exec(prepared, context), signal);
  for (let attempt = 1; ; attempt++) {
    try {
      // A node that can only try once has no attempt of its own to show: its exec phase is the attempt.
      return await (node.maxAttempts === 1 ? once() : observer.attempt(attempt, once));
    } catch (error) {
      if (signal.aborted || isCancellation(error)) throw error;
      if (attempt >= node.maxAttempts)
        return await untilAborted(node.execFallback(prepared, error, context), signal);
      await wait(node.waitMs, signal);
    }
  }
}
