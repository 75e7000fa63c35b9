/** Runs the lifecycle of a node: prep, exec with retries, post. */
import { endsRun, messageOf, PflowError } from '../../lib/error.js';
import { isPromise, untilAborted, wait } from '../control/abort.js';
import { retryReasonOf } from '../spans/retry-reason.js';
import { DEFAULT_ACTION, type Action, type RunContext, type Shared } from '../contract/runnable.js';

/** The methods of a node's lifecycle; see BaseNode. */
export interface Lifecycle<P, R> {
  readonly id: string;
  readonly maxAttempts: number;
  readonly waitMs: number;
  prep(shared: Shared, context: RunContext): P | Promise<P>;
  exec(prepared: P, context: RunContext): R | Promise<R>;
  execFallback(prepared: P, error: unknown, context: RunContext): R | Promise<R>;
  post(shared: Shared, prepared: P, result: R, context: RunContext): Action | void | Promise<Action | void>;
}

/**
 * Runs prep → exec (with retries) → post, each observed and each abandoned when the run is cancelled. Synchronous
 * results are used without awaiting: a promise costs a small node as much as all of its tracing.
 */
export async function runLifecycle<P, R>(
  node: Lifecycle<P, R>,
  shared: Shared,
  context: RunContext,
): Promise<Action> {
  const { observer, signal } = context;
  const preparing = observer.phase('prep', () => untilAborted(node.prep(shared, context), signal));
  const prepared = isPromise(preparing) ? await preparing : preparing;
  const working = observer.phase('exec', () => tryExec(node, prepared, context));
  const result = isPromise(working) ? await working : working;
  const leaving = observer.phase('post', () =>
    untilAborted(node.post(shared, prepared, result, context), signal),
  );
  const action = isPromise(leaving) ? await leaving : leaving;
  if (action !== undefined && action !== null && typeof action !== 'string') {
    throw new PflowError(
      'node_failed',
      `Node '${node.id}' must return an action name (text) from post, not ${typeof action}.`,
    );
  }
  return action || DEFAULT_ACTION;
}

function tryExec<P, R>(node: Lifecycle<P, R>, prepared: P, context: RunContext): R | Promise<R> {
  const retry = (error: unknown) => execAgain(node, prepared, context, error);
  try {
    const first = execOnce(node, prepared, context, 1);
    return isPromise(first) ? first.catch(retry) : first;
  } catch (error) {
    return retry(error);
  }
}

/** Attempts 2 and up after a failure with `error`, then the fallback. */
async function execAgain<P, R>(
  node: Lifecycle<P, R>,
  prepared: P,
  context: RunContext,
  error: unknown,
): Promise<R> {
  const { signal } = context;
  let last = error;
  for (let attempt = 2; ; attempt++) {
    if (signal.aborted || endsRun(last)) throw last;
    if (attempt > node.maxAttempts) {
      const result = await untilAborted(node.execFallback(prepared, last, context), signal);
      // It did not rethrow: its result is a substitute.
      context.observer.degraded('fallback', { attempts: node.maxAttempts, error: messageOf(last) });
      return result;
    }
    await wait(node.waitMs, signal);
    try {
      return await execOnce(node, prepared, context, attempt);
    } catch (failure) {
      last = failure;
    }
  }
}

/** A node with a single attempt gets no attempt span: its exec phase is the attempt. */
function execOnce<P, R>(
  node: Lifecycle<P, R>,
  prepared: P,
  context: RunContext,
  attempt: number,
): R | Promise<R> {
  const once = () => untilAborted(node.exec(prepared, context), context.signal);
  if (node.maxAttempts === 1) return once();
  const retryReason =
    attempt < node.maxAttempts ? (error: unknown) => retryReasonOf(error, context.signal) : undefined;
  return context.observer.attempt(attempt, once, retryReason);
}
