/** Makes waiting abortable by a signal. */
import { PflowError } from '../../lib/error.js';

/** The reason of an aborted signal, as an error to throw. */
export function getAbortReason(signal: AbortSignal): unknown {
  const reason: unknown = signal.reason;
  return reason instanceof PflowError
    ? reason
    : new PflowError('cancelled', 'The run was cancelled.', { cause: reason });
}

/** Whether a value is a promise, as opposed to an immediate result. */
export function isPromise<T, P extends PromiseLike<T>>(work: T | P): work is P {
  return typeof (work as P | null | undefined)?.then === 'function';
}

/**
 * The result of `work`, or a rejection as soon as the signal aborts: a node that never settles cannot block the end of
 * a run. A synchronous result is returned as it is, without a promise.
 */
export function untilAborted<T>(work: T | PromiseLike<T>, signal: AbortSignal): T | Promise<T> {
  if (!isPromise(work)) {
    if (signal.aborted) throw getAbortReason(signal);
    return work;
  }
  return new Promise((resolve, reject) => {
    const release = onAbort(signal, () => reject(getAbortReason(signal)));
    work.then(
      (value) => {
        release();
        resolve(value);
      },
      (error: unknown) => {
        release();
        // Libraries wrap the signal's reason in errors of their own; throw the reason itself.
        reject(signal.aborted ? getAbortReason(signal) : error);
      },
    );
  });
}

/** Waits `ms`; rejects when the signal aborts. */
export function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      release();
      resolve();
    }, ms);
    const release = onAbort(signal, () => {
      clearTimeout(timer);
      reject(getAbortReason(signal));
    });
  });
}

/** Callbacks per signal, behind one listener: adding a listener to a signal costs as much as running a small node. */
const waiting = new WeakMap<AbortSignal, Set<() => void>>();

/** Calls `stop` when the signal aborts, immediately if it already has. Returns the function that unregisters it. */
function onAbort(signal: AbortSignal, stop: () => void): () => void {
  if (signal.aborted) {
    stop();
    return () => {};
  }
  let stops = waiting.get(signal);
  if (!stops) {
    const all = (stops = new Set());
    waiting.set(signal, all);
    signal.addEventListener('abort', () => all.forEach((each) => each()), { once: true });
  }
  stops.add(stop);
  return () => stops.delete(stop);
}
