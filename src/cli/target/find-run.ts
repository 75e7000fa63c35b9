/** Resolves what names a run on the command line to the path of its trace. */
import { existsSync } from 'node:fs';
import { PflowError } from '../../lib/error.js';
import { ledgerFolder } from '../../ledger/files/ledger-files.js';
import { iterateRuns } from '../../ledger/files/read-runs.js';
import { findTrace } from '../../trace/files/find-trace.js';
import { defaultTraceDir } from '../../trace/files/trace-file-name.js';

/**
 * Resolves `file | run id | latest | latest~n`. Every command that takes a run uses it. A run id that the folder does not
 * have is looked up in the ledger, which has the paths of traces in other folders. Throws a PflowError if nothing matches.
 */
export function findRun(reference: string, traceDir: string | undefined): string {
  try {
    return findTrace(reference, traceDir ?? defaultTraceDir(process.env));
  } catch (error) {
    if (!/^[0-9a-f-]{8,36}$/i.test(reference)) throw error;
    const path = findInLedger(reference.toLowerCase());
    if (path === undefined) throw error;
    return path;
  }
}

/** undefined if the ledger has no such run. */
function findInLedger(reference: string): string | undefined {
  for (const { run, read } of iterateRuns(ledgerFolder())) {
    if (!run.startsWith(reference)) continue;
    const { trace } = read();
    if (trace !== undefined && existsSync(trace)) return trace;
    throw new PflowError(
      'not_found',
      trace === undefined
        ? `Run ${reference} has no trace: it was run with --no-trace.`
        : `Run ${reference} has no trace any more: ${trace} was removed.`,
      { hint: 'Its costs are in the ledger. `pflow trace list` lists the runs that have a trace.' },
    );
  }
  return undefined;
}
