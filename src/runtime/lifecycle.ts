import { endsRun, PflowError } from '../lib/error.js';
import { untilAborted, wait } from './abort.js';
import { DEFAULT_ACTION, type Action, type RunContext, type Shared } from './runnable.js';

/** What has a lifecycle: see BaseNode. */
export interface Lifecycle<P, R> {
  readonly id: string;
  readonly maxAttempts: number;
  readonly waitMs: number;
  prep(shared: Shared, context: RunContext): P | Promise<P>;
  exec(prepared: P, context: RunContext): R | Promise<R>;
  execFallback(prepared: P, error: unknown, context: RunContext): R | Promise<R>;
  post(shared: Shared, prepared: P, result: R, context: RunContext): Action | void | Promise<Action | void>;
}

/** prep → exec (with its retries) → post, each reported to the observer and each given up when the run is cancelled. */
export async function runLifecycle<P, R>(
  node: Lifecycle<P, R>,
  shared: Shared,
  context: RunContext,
): Promise<Action> {
  const { observer, signal } = context;
  const prepared = await observer.phase('prep', () => untilAborted(node.prep(shared, context), signal));
  const result = await observer.phase('exec', () => tryExec(node, prepared, context));
  const action = await observer.phase('post', () =>
    untilAborted(node.post(shared, prepared, result, context), signal),
  );
  if (action !== undefined && action !== null && typeof action !== 'string') {
    throw new PflowError(
      'node_failed',
      `Node '${node.id}' must return an action name (text) from post, not ${typeof action}.`,
    );
  }
  return action || DEFAULT_ACTION;
}

async function tryExec<P, R>(node: Lifecycle<P, R>, prepared: P, context: RunContext): Promise<R> {
  const { observer, signal } = context;
  const once = () => untilAborted(node.exec(prepared, context), signal);
  for (let attempt = 1; ; attempt++) {
    try {
      // A node that can only try once has no attempt of its own to show: its exec phase is the attempt.
      return await (node.maxAttempts === 1 ? once() : observer.attempt(attempt, once));
    } catch (error) {
      if (signal.aborted || endsRun(error)) throw error;
      if (attempt >= node.maxAttempts)
        return untilAborted(node.execFallback(prepared, error, context), signal);
      await wait(node.waitMs, signal);
    }
  }
}
