/** Reports what an observed program has spent. */
import { textSummary } from '../../export/text-summary.js';
import type { ProgramResult } from '../../session/record-program.js';
import type { ObserveOptions } from '../args/run-options.js';
import { loadSettings } from '../args/user-settings.js';
import { say, sayError, warn, sayWithLink } from '../io/console.js';
import { columnsOfStderr } from '../progress/print-progress.js';
import type { ObservedProgram } from './observed-program.js';
import { pruneAfterRun } from '../run/prune-after-run.js';

/** Prints the summary on stderr unless only the program's own output is wanted, and what could not be observed. */
export async function finishObserved(
  result: ProgramResult | undefined,
  program: ObservedProgram,
  { options, warnings }: Readonly<{ options: ObserveOptions; warnings: ReadonlySet<string> }>,
): Promise<void> {
  for (const warning of warnings) warn(warning);
  if (!result) {
    // Without a recording, it is still open.
    await program.server.close();
    program.spool.close();
    return;
  }
  const { exit, state, tracePath } = result;
  pruneAfterRun(tracePath, loadSettings().traces);
  if ('error' in exit) return sayError(state.finished?.error?.message ?? exit.error);
  if (options.print) return;
  for (const note of program.notes) say(`pflow: note: ${note}`);
  sayWithLink(textSummary(state, { tracePath, columns: columnsOfStderr() }), tracePath);
}
