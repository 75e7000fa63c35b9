/** Prints a trace where there is no screen. */
import { spokenSummary } from '../../export/spoken.js';
import { textSummary } from '../../export/text-summary.js';
import { findRun } from '../target/find-run.js';
import { say, warn } from '../io/console.js';
import { exitCodes, type ExitCode } from '../io/exit-code.js';
import { openTrace } from './open-trace.js';
import { columnsOfStderr, printProgress } from '../progress/print-progress.js';

export type ReplayOptions = Readonly<{
  /** A file, a run id or `latest`. */
  reference: string;
  /** Whether another process is still writing it. */
  follow: boolean;
  traceDir?: string | undefined;
  /** Whether it is printed as sentences for a screen reader. */
  aloud: boolean;
}>;

/** Prints the lines and the summary of a trace. */
export async function replay({ reference, follow, traceDir, aloud }: ReplayOptions): Promise<ExitCode> {
  const path = findRun(reference, traceDir);
  const trace = await openTrace(path, {
    follow,
    onEvents: (events, profile) =>
      events.forEach((event) => printProgress(event, profile.state(), { aloud, live: follow })),
  });
  const end = await trace.done;
  for (const note of trace.notes) warn(note);
  if (end === 'unfinished')
    warn('The trace is unfinished: the process that wrote it was killed, or is still writing.');
  say(
    aloud
      ? spokenSummary(trace.state(), { tracePath: path })
      : textSummary(trace.state(), { tracePath: path, columns: columnsOfStderr() }),
  );
  return exitCodes.done;
}
