/** Reads a trace into the state of its run. */
import { loadPrices } from '../../pricing/table/load-prices.js';
import { createProfile } from '../../profile/run/profile.js';
import type { RunState } from '../../profile/run/run-state.js';
import { findRun } from '../target/find-run.js';
import type { TraceWarning } from '../../trace/read/parse-events.js';
import { readTraceInPieces } from '../../trace/read/read-trace.js';
import { IndexedTrace } from '../../trace/indexed/indexed-trace.js';
import { omitContent } from '../../trace/capture/omit-content.js';
import { openBlobs } from '../../trace/blobs/blob-reader.js';
import { warn } from '../io/console.js';
import { openInput } from './open-input.js';
import { trackProgress } from './reading-progress.js';

/**
 * Reads the run of a trace (`file | run id | latest`), in any format, priced by the current tables. Skipped lines are warnings.
 * With `content: false` the state has no captured value or text: see omit-content.ts. While a screen is open, `report` receives
 * the warnings instead of the terminal, and no progress is shown.
 */
export async function readRun(
  reference: string,
  traceDir: string | undefined,
  { content = true, report }: Readonly<{ content?: boolean; report?: (warning: string) => void }> = {},
): Promise<{ path: string; state: RunState }> {
  const path = findRun(reference, traceDir);
  const { prices, warnings } = loadPrices();
  const reportWarning = report ?? warn;
  for (const warning of warnings) reportWarning(warning);
  // Stays open until the process exits: values of the state are read from it at any time.
  const { input, blobPath, notes } = await openInput(path);
  for (const note of notes) reportWarning(note);
  const profile = createProfile({ prices, ...(content && { values: openBlobs(blobPath) }) });
  const progress = report ? undefined : trackProgress(path);
  const onWarning = ({ line, message }: TraceWarning): void => {
    progress?.clear();
    reportWarning(`${path}:${line}: ${message}`);
  };
  const { size } = input.stat();
  const onProgress = (bytes: number): void => progress?.report(Math.min(1, bytes / size));
  const { addEvent } = new IndexedTrace(input);
  try {
    for await (const events of readTraceInPieces(input, { onWarning, onProgress, mapEvent: addEvent })) {
      for (const event of events) profile.apply(content ? event : omitContent(event));
    }
  } finally {
    progress?.clear();
  }
  return { path, state: profile.state };
}
