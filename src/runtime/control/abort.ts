import { PflowError } from '../../lib/error.js';

/** The reason a signal was aborted with, as an error to throw. */
export function abortReason(signal: AbortSignal): unknown {
  const reason: unknown = signal.reason;
  return reason instanceof PflowError
    ? reason
    : new PflowError('cancelled', 'The run was cancelled.', { cause: reason });
}

/** Whether something is still to be waited for. */
export function isPromise<T, P extends PromiseLike<T>>(work: T | P): work is P {
  return typeof (work as P | null | undefined)?.then === 'function';
}

/**
 * The work's result, or a throw as soon as the signal is aborted: a node that never returns cannot hold up the end of a run.
 * What is already there is given back as it is, without a promise around it.
 */
export function untilAborted<T>(work: T | PromiseLike<T>, signal: AbortSignal): T | Promise<T> {
  if (!isPromise(work)) {
    if (signal.aborted) throw abortReason(signal);
    return work;
  }
  return new Promise((resolve, reject) => {
    const release = onAbort(signal, () => reject(abortReason(signal)));
    work.then(
      (value) => {
        release();
        resolve(value);
      },
      (error: unknown) => {
        release();
        // What a library makes of the signal is the signal's reason in its own words.
        reject(signal.aborted ? abortReason(signal) : error);
      },
    );
  });
}

/** Waits, unless the signal says to stop. */
export function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      release();
      resolve();
    }, ms);
    const release = onAbort(signal, () => {
      clearTimeout(timer);
      reject(abortReason(signal));
    });
  });
}

/** Who waits for each signal. One listener serves them all: adding one to a signal costs as much as running a small node. */
const waiting = new WeakMap<AbortSignal, Set<() => void>>();

/** Calls `stop` when the signal is aborted, at once if it already is. Returns its own undo. */
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
