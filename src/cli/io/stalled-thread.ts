/** Lets signals end the process while code of the user blocks its main thread. */

import { Worker, type WorkerOptions } from 'node:worker_threads';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/** Entries of the memory that is shared with the watching thread. */
const BEAT = 0;
const RELEASED = 1;

const BEAT_MS = 100;
/** Without a beat for this long the main thread counts as blocked. */
const STALL_MS = 500;
/** Marks a thread in which model calls are not observed. */
const UNTAPPED = Symbol.for('pflow.untapped');
const RELEASE = 'pflow.releaseSignals';

let watcher: Worker | undefined;

/**
 * A signal with a listener only sets a flag until the main thread is free again: a node file with an endless loop could be ended
 * by SIGKILL only. A second thread notices that the main thread is blocked and, through the inspector, which interrupts running
 * code, removes the listeners until it is free again: from then on a signal ends the process immediately, as without listeners.
 */
export function releaseSignalsWhenStalled(): void {
  if (watcher) return;
  const shared = new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
  const removed: [NodeJS.Signals, NodeJS.SignalsListener[]][] = [];
  Object.defineProperty(globalThis, Symbol.for(RELEASE), {
    value: () => {
      if (Atomics.exchange(shared, RELEASED, 1) === 1) return;
      for (const signal of SIGNALS) {
        removed.push([signal, process.listeners(signal) as NodeJS.SignalsListener[]]);
        process.removeAllListeners(signal);
      }
    },
  });
  setInterval(() => {
    Atomics.add(shared, BEAT, 1);
    for (const [signal, listeners] of removed.splice(0))
      for (const listener of listeners) process.on(signal, listener);
    Atomics.store(shared, RELEASED, 0);
  }, BEAT_MS).unref();
  const options: WorkerOptions & { [UNTAPPED]: true } = {
    eval: true,
    execArgv: [],
    env: {},
    workerData: { shared, stallMs: STALL_MS, beatMs: BEAT_MS },
    [UNTAPPED]: true,
  };
  watcher = new Worker(WATCH, options);
  watcher.unref();
  // Where the inspector is missing, signals wait for the main thread, as they would without this thread.
  watcher.on('error', () => undefined);
}

const WATCH = `
const { workerData: { shared, stallMs, beatMs } } = require('node:worker_threads');
const { Session } = require('node:inspector');
let last = -1;
let since = Date.now();
setInterval(() => {
  const beat = Atomics.load(shared, ${BEAT});
  if (beat !== last) { last = beat; since = Date.now(); return; }
  if (Date.now() - since < stallMs || Atomics.load(shared, ${RELEASED}) === 1) return;
  since = Date.now();
  // Connected only as long as it takes: a process that exits while a session is connected prints that it waits for a debugger.
  const session = new Session();
  session.connectToMainThread();
  session.post('Runtime.evaluate', { expression: "globalThis[Symbol.for('${RELEASE}')]()" }, () => session.disconnect());
}, beatMs);
`;
