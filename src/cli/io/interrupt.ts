import { PflowError } from '../../lib/error.js';
import type { Leave } from './invocation.js';
import { exitCodes } from './exit-code.js';

/** How a run is stopped from outside. */
export type Stop = Readonly<{
  signal: AbortSignal;
  cancel(): void;
  /** Does work during which another program has the terminal, and Ctrl-C is for that one. */
  whileLent<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Signals have their usual effect again. */
  release(): void;
}>;

/**
 * Lets the process be asked to stop: the first time the run is cancelled and ends in order, the second time the process leaves
 * at once.
 */
export function cancelOnSignals(leave: Leave): Stop {
  const controller = new AbortController();
  const cancel = () => controller.abort(new PflowError('cancelled', 'The run was cancelled.'));
  let lent = false;
  const onSignal = (signal: NodeJS.Signals) => {
    if (signal === 'SIGINT' && lent) return;
    if (controller.signal.aborted) leave(exitCodes.cancelled);
    cancel();
  };
  for (const signal of signals) process.on(signal, onSignal);
  return {
    signal: controller.signal,
    cancel,
    async whileLent(work) {
      lent = true;
      try {
        return await work();
      } finally {
        lent = false;
      }
    },
    release() {
      for (const signal of signals) process.off(signal, onSignal);
    },
  };
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
