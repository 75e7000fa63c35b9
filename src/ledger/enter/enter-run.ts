/** Enters runs into the ledger when they finish. */
import { messageOf } from '../../lib/error.js';
import type { RunState } from '../../profile/run/run-state.js';
import { addPending, removePending, type PendingRun } from './pending-runs.js';

/** The entry of a run in progress. */
export type LedgerEntry = Readonly<{
  /** Enters the finished run. */
  enter: (state: RunState, tracePath: string | undefined) => Promise<void>;
}>;

/**
 * Opens the entry of a run that starts: until it is entered it is marked as pending, so that a run whose process is
 * killed is entered from its trace later. A ledger that cannot be written gives one warning and never fails the run.
 */
export function openEntry(
  folder: string,
  pending: Omit<PendingRun, 'pid' | 'pidSpace'>,
  onWarning: (message: string) => void,
): LedgerEntry {
  const warn = (error: unknown) =>
    onWarning(`The run is not in the ledger: ${messageOf(error)}. The run continues.`);
  let failed = false;
  try {
    addPending(folder, pending);
  } catch (error) {
    failed = true;
    warn(error);
  }
  return {
    async enter(state, tracePath) {
      if (failed) return;
      try {
        // Loaded when the first run finishes: importing the library must not pay for it.
        const [{ foldLedger }, { appendLines }] = await Promise.all([
          import('./fold-ledger.js'),
          import('../files/ledger-files.js'),
        ]);
        appendLines(folder, foldLedger(state, tracePath));
        removePending(folder, pending.run);
      } catch (error) {
        warn(error);
      }
    },
  };
}
