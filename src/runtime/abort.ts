import { PflowError } from '../lib/error.js';

/** The reason a signal was aborted with, as an error to throw. */
export function abortReason(signal: AbortSignal): unknown {
  const reason: unknown = signal.reason;
  return reason instanceof PflowError
    ? reason
    : new PflowError('cancelled', 'The run was cancelled.', { cause: reason });
}

/** The work's result, or a throw as soon as the signal is aborted: a node that never returns cannot hold up the end of a run. */
export function untilAborted<T>(work: T | Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) {
    if (isPromise(work)) work.catch(() => {});
    return Promise.reject(abortReason(signal));
  }
  if (!isPromise(work)) return Promise.resolve(work);
  return new Promise((resolve, reject) => {
    const stop = () => reject(abortReason(signal));
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

/** Waits, unless the signal says to stop. */
export function wait(ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0) return signal.aborted ? Promise.reject(abortReason(signal)) : Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const slept = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  return untilAborted(slept, signal).finally(() => clearTimeout(timer));
}

function isPromise<T>(work: T | Promise<T>): work is Promise<T> {
  return (
    typeof (work as Promise<T> | null)?.then === 'function' &&
    typeof (work as Promise<T>).catch === 'function'
  );
}
