/** Finds the last run of a workflow that succeeded, to compare a failed one with. */
import { isOfWorkflow } from '../../ledger/enter/identify-workflow.js';
import { foldLedger } from '../../ledger/enter/fold-ledger.js';
import { isRunLine, type RunLine } from '../../ledger/files/ledger-line.js';
import { iterateRuns } from '../../ledger/files/read-runs.js';
import type { RunState } from '../../profile/run/run-state.js';

/** Lines of other runs that are read at most. */
const MOST_LINES = 2000;

/** The earlier whole runs of the workflow of a run that succeeded and have the path of a trace, newest first. */
export function* findSucceeded(state: RunState, folder: string): Generator<RunLine & { trace: string }> {
  const own = foldLedger(state, undefined).find(isRunLine);
  if (own?.workflow === undefined) return;
  let lines = 0;
  for (const { at, run, read } of iterateRuns(folder)) {
    if (++lines > MOST_LINES) return;
    if (run === own.run || at > own.at) continue;
    const line = read();
    const { source, status, partial, trace } = line;
    if (!isOfWorkflow(line, own) || source !== own.source || status !== 'ok' || partial) continue;
    if (trace !== undefined) yield { ...line, trace };
  }
}
