/** Enters the runs of killed processes into the ledger before the next run. */
import { messageOf } from '../../lib/error.js';
import { ledgerFolder } from '../../ledger/files/ledger-files.js';
import { listPending } from '../../ledger/enter/pending-runs.js';

/** Enters what a killed process left; without such runs it only lists a folder. A failure is a warning. */
export async function enterAbandonedRuns(onWarning: (message: string) => void): Promise<void> {
  const folder = ledgerFolder();
  if (listPending(folder).abandoned.length === 0) return;
  try {
    // Loaded here: reading traces needs their schemas, and pricing them the prices.
    const [{ enterAbandoned }, { loadPrices }] = await Promise.all([
      import('../../ledger/enter/enter-traces.js'),
      import('../../pricing/table/load-prices.js'),
    ]);
    await enterAbandoned(folder, loadPrices().prices);
  } catch (error) {
    onWarning(`A run that was killed could not be entered into the ledger: ${messageOf(error)}`);
  }
}
