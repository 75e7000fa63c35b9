/** Loads the earlier runs of a workflow from the ledger while one of its runs is on the screen. */
import type { EarlierRuns } from '../../insights/history/earlier-runs.js';
import { ledgerFolder } from '../../ledger/files/ledger-files.js';
import type { RunState } from '../../profile/run/run-state.js';

/**
 * Returns a function for the screen: the earlier runs once they are known, else undefined. They are read once, as soon as the
 * run has a workflow; a ledger that cannot be read gives no estimates.
 */
export function loadEarlierRuns(state: () => RunState): () => EarlierRuns | undefined {
  let found: EarlierRuns | undefined;
  let isLoading = false;
  return () => {
    const run = state();
    if (!isLoading && run.plans.length > 0 && run.started?.flags.simulated !== true) {
      isLoading = true;
      void import('../../insights/history/earlier-runs.js')
        .then(({ readEarlierRuns }) => {
          found = readEarlierRuns(ledgerFolder(), run);
        })
        .catch(() => {});
    }
    return found;
  };
}
