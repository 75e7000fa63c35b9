/** Turns SIGINT, SIGTERM and SIGHUP into a cancelled run. */
import { PflowError } from '../../lib/error.js';
import type { Leave } from './invocation.js';
import { exitCodes } from './exit-code.js';

/** Cancels a run from outside. */
export type Stop = Readonly<{
  signal: AbortSignal;
  cancel(): void;
  /** Runs work while another program, such as an editor, owns the terminal: Ctrl-C then goes to that program only. */
  whileLent<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Removes the signal handlers. */
  release(): void;
}>;

/** Handles signals: the first cancels the run, which then finishes in order; the second exits the process immediately. */
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
