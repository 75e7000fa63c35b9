/** Shows a trace in the full-screen profiler. */
import type { RunState } from '../../profile/run/run-state.js';
import { textSummary } from '../../export/text-summary.js';
import { readFullResult } from '../../profile/store/run-result.js';
import { formatMissing, measureMissing } from '../../trace/blobs/missing-parts.js';
import { formatCaptured, isMarked } from '../../trace/event/captured.js';
import { printResult, warn, sayWithLink } from '../io/console.js';
import type { OpenTrace } from '../traces/open-trace.js';
import { columnsOfStderr } from '../progress/print-progress.js';

/** Prints what a trace has, after its screen was left: its result, as the run itself did, and its summary. */
export async function reportTrace(trace: OpenTrace, path: string): Promise<void> {
  trace.close();
  const end = await trace.done;
  for (const note of trace.notes) warn(note);
  // The summary of a partly read trace would be misleading.
  if (end === 'aborted') return;
  if (end === 'unfinished')
    warn('The trace is unfinished: the process that wrote it was killed, or is still writing.');
  printTraceResult(trace.state());
  sayWithLink(textSummary(trace.state(), { tracePath: path, columns: columnsOfStderr() }), path);
}

/** Prints the result of a finished run, with a warning if the trace does not have all of it. */
function printTraceResult(state: RunState): void {
  const value = readFullResult(state);
  if (value === undefined) return;
  printResult(isMarked(value) ? formatCaptured(value) : value);
  const missing = formatMissing(measureMissing(value));
  if (missing !== undefined) warn(`The result is not complete: ${missing}.`);
}
