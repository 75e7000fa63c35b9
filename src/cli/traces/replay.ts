/** Opens a trace in the profiler, or prints it where there is no screen. */
import { spokenSummary } from '../../export/spoken.js';
import { textSummary } from '../../export/text-summary.js';
import type { RunState } from '../../profile/run/run-state.js';
import { readFullResult } from '../../profile/store/run-result.js';
import { formatMissing, measureMissing } from '../../trace/blobs/missing-parts.js';
import { formatCaptured, isMarked } from '../../trace/event/captured.js';
import { findRun } from '../target/find-run.js';
import { isFullTerminal, printResult, say, warn } from '../io/console.js';
import { exitCodeOfSignal, exitCodes, type ExitCode } from '../io/exit-code.js';
import { isScreenReaderMode } from '../args/screen-reader.js';
import { openTrace, type OpenTrace } from './open-trace.js';
import type { ScreenOptions } from '../args/run-options.js';
import { columnsOfStderr, nodeLinesSince, printProgress } from '../progress/print-progress.js';
import { savePlan } from '../plan-review/save-plan.js';
import { pageFromScreen } from '../help/pager.js';
import { saveScreenSetting } from '../args/save-settings.js';
import { loadSettings, withFlags } from '../args/user-settings.js';

export type ReplayOptions = Readonly<{
  /** A file, a run id or `latest`. */
  reference: string;
  /** Whether another process is still writing it. */
  follow: boolean;
  traceDir?: string | undefined;
  screen: ScreenOptions;
}>;

/** Opens a trace in the profiler, or prints its lines if there is no full terminal. */
export async function replay({ reference, follow, traceDir, screen }: ReplayOptions): Promise<ExitCode> {
  const path = findRun(reference, traceDir);
  const aloud = isScreenReaderMode(screen);
  let trace: OpenTrace;
  let code: number = exitCodes.done;
  // Open the file before the screen, so that an invalid trace is reported on the plain terminal.
  const wasShown = isFullTerminal() && !aloud;
  if (wasShown) {
    trace = await openTrace(path, { follow });
    const signal = await show(trace, follow, screen);
    trace.close();
    // As a shell reports a program that a signal ended: its parent can tell it from one that was left with `q`.
    if (signal !== undefined) code = exitCodeOfSignal(signal);
  } else {
    trace = await openTrace(path, {
      follow,
      onEvents: (events, profile) =>
        events.forEach((event) => printProgress(event, profile.state(), { aloud, live: follow })),
    });
  }
  const end = await trace.done;
  for (const note of trace.notes) warn(note);
  // The summary of a partly read trace would be misleading.
  if (end === 'aborted') return code;
  if (end === 'unfinished')
    warn('The trace is unfinished: the process that wrote it was killed, or is still writing.');
  // As the run itself did on leaving its screen. Without a screen, a trace is reported, not repeated.
  if (wasShown) printTraceResult(trace.state());
  say(
    aloud
      ? spokenSummary(trace.state(), { tracePath: path })
      : textSummary(trace.state(), { tracePath: path, columns: columnsOfStderr() }),
  );
  return code;
}

/** Prints the result of a finished run as the run itself did, with a warning if the trace does not have all of it. */
function printTraceResult(state: RunState): void {
  const value = readFullResult(state);
  if (value === undefined) return;
  printResult(isMarked(value) ? formatCaptured(value) : value);
  const missing = formatMissing(measureMissing(value));
  if (missing !== undefined) warn(`The result is not complete: ${missing}.`);
}

/** Shows the screen until the user leaves it; returns the signal that ended it, if one did. */
async function show(
  trace: OpenTrace,
  follow: boolean,
  screen: ScreenOptions,
): Promise<NodeJS.Signals | undefined> {
  const { env, stdin, stdout } = process;
  const settings = loadSettings(env);
  const { runTui } = await import('../../tui/run-tui.js');
  const left = await runTui({
    source: trace,
    live: follow,
    stdin,
    stdout,
    env,
    linesSince: nodeLinesSince,
    settings: withFlags(settings.screen, screen),
    save: savePlan,
    saveSetting: saveScreenSetting,
    page: pageFromScreen,
    ...(screen.reducedMotion ? { reducedMotion: true } : {}),
  });
  for (const warning of settings.warnings) warn(warning);
  return left.reason === 'signal' ? left.signal : undefined;
}
