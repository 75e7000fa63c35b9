/** Reads the last run of a workflow that succeeded, to explain why another one failed. */
import { statSync } from 'node:fs';
import { ledgerFolder } from '../../ledger/files/ledger-files.js';
import type { RunState } from '../../profile/run/run-state.js';

/** Larger traces are not read only to explain a failure. */
const LARGEST = 32 * 1024 * 1024;

/** The last such run whose trace exists and can be read; undefined without one. Never throws: an explanation is an extra. */
export async function readSucceededRun(state: RunState): Promise<RunState | undefined> {
  if (state.started?.flags.simulated === true) return undefined;
  try {
    const { findSucceeded } = await import('../../insights/history/find-succeeded.js');
    for (const { trace } of findSucceeded(state, ledgerFolder())) {
      const size = statSync(trace, { throwIfNoEntry: false })?.size;
      if (size !== undefined && size <= LARGEST) return await readState(trace);
    }
  } catch {
    // A ledger or a trace that cannot be read: the failure is explained without it.
  }
  return undefined;
}

async function readState(path: string): Promise<RunState> {
  const { createProfile } = await import('../../profile/run/profile.js');
  const { loadPrices } = await import('../../pricing/table/load-prices.js');
  const { readTraceInPieces } = await import('../../trace/read/read-trace.js');
  const { openBlobs } = await import('../../trace/blobs/blob-reader.js');
  const { toBlobPath } = await import('../../trace/blobs/blob-writer.js');
  const profile = createProfile({ prices: loadPrices().prices, values: openBlobs(toBlobPath(path)) });
  for await (const events of readTraceInPieces(path)) for (const event of events) profile.apply(event);
  return profile.state;
}

/** The same for a screen: returns a function that starts reading once the run has failed, and calls `touch` when it is known. */
export function loadSucceededRun(state: () => RunState): (touch: () => void) => RunState | undefined {
  let found: RunState | undefined;
  let isLoading = false;
  return (touch) => {
    const run = state();
    if (!isLoading && run.finished && run.status === 'failed') {
      isLoading = true;
      void readSucceededRun(run).then((succeeded) => {
        found = succeeded;
        if (found) touch();
      });
    }
    return found;
  };
}
