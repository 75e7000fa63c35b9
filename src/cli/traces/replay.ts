/** Opens a trace in the profiler, or prints it where there is no screen. */
import { spokenSummary } from '../../export/spoken.js';
import { textSummary } from '../../export/text-summary.js';
import type { RunState } from '../../profile/run/run-state.js';
import { readFullResult } from '../../profile/store/run-result.js';
import { formatMissing, measureMissing } from '../../trace/blobs/missing-parts.js';
import { formatCaptured, isMarked } from '../../trace/event/captured.js';
import { defaultTraceDir } from '../../trace/files/trace-file-name.js';
import { findRun } from '../target/find-run.js';
import { isFullTerminal, printResult, say, sayPlain, warn } from '../io/console.js';
import { exitCodeOfSignal, exitCodes, type ExitCode } from '../io/exit-code.js';
import { isScreenReaderMode } from '../args/screen-reader.js';
import { openTrace, type OpenTrace } from './open-trace.js';
import { findRunningTrace, listKnown, waitForRun } from './wait-for-run.js';
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

/**
 * Opens a trace in the profiler, or prints its lines if there is no full terminal. On the screen, following `latest` shows
 * the run in progress, or waits for the next one, and continues with the run after it until the user leaves.
 */
export async function replay(options: ReplayOptions): Promise<ExitCode> {
  const { reference, follow, traceDir, screen } = options;
  if (!follow || reference !== 'latest' || !isFullTerminal() || isScreenReaderMode(screen))
    return (await replayOne(findRun(reference, traceDir), options)).code;
  const folder = traceDir ?? defaultTraceDir(process.env);
  let known = listKnown(folder);
  let next = findRunningTrace(folder);
  for (;;) {
    if (next === undefined) sayPlain(WAITING);
    const path: string = next ?? (await waitForRun(folder, known))!;
    known = new Set([...known, path]);
    const left = await replayOne(path, options, (signal) => waitForRun(folder, known, signal));
    if (left.next === undefined) return left.code;
    next = left.next;
  }
}

const WAITING =
  'No run is in progress: waiting for the next one. Ctrl-C stops; `pflow tui --trace latest` opens the last one.';

/** Finds the run to show after one has finished. */
type FindNext = (signal: AbortSignal) => Promise<string | undefined>;

/** How a trace was left; `next` is the run that has started since it finished. */
type Left = Readonly<{ code: ExitCode; next?: string | undefined }>;

async function replayOne(
  path: string,
  { follow, screen }: ReplayOptions,
  findNext?: FindNext,
): Promise<Left> {
  const aloud = isScreenReaderMode(screen);
  let trace: OpenTrace;
  let code: number = exitCodes.done;
  let next: string | undefined;
  // Open the file before the screen, so that an invalid trace is reported on the plain terminal.
  const wasShown = isFullTerminal() && !aloud;
  if (wasShown) {
    trace = await openTrace(path, { follow });
    const shown = await show(trace, { follow, screen, findNext });
    next = shown.next;
    trace.close();
    // As a shell reports a program that a signal ended: its parent can tell it from one that was left with `q`.
    if (shown.signal !== undefined) code = exitCodeOfSignal(shown.signal);
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
  if (end === 'aborted') return { code, next };
  if (end === 'unfinished')
    warn('The trace is unfinished: the process that wrote it was killed, or is still writing.');
  // As the run itself did on leaving its screen. Without a screen, a trace is reported, not repeated.
  if (wasShown) printTraceResult(trace.state());
  say(
    aloud
      ? spokenSummary(trace.state(), { tracePath: path })
      : textSummary(trace.state(), { tracePath: path, columns: columnsOfStderr() }),
  );
  return { code, next };
}

/** Prints the result of a finished run as the run itself did, with a warning if the trace does not have all of it. */
function printTraceResult(state: RunState): void {
  const value = readFullResult(state);
  if (value === undefined) return;
  printResult(isMarked(value) ? formatCaptured(value) : value);
  const missing = formatMissing(measureMissing(value));
  if (missing !== undefined) warn(`The result is not complete: ${missing}.`);
}

/** Shows the screen until the user leaves it, a signal ends it, or the next run has started. */
async function show(
  trace: OpenTrace,
  { follow, screen, findNext }: { follow: boolean; screen: ScreenOptions; findNext: FindNext | undefined },
): Promise<{ signal?: NodeJS.Signals; next?: string | undefined }> {
  const { env, stdin, stdout } = process;
  const settings = loadSettings(env);
  const { runTui } = await import('../../tui/run-tui.js');
  const leaving = new AbortController();
  let next: string | undefined;
  const left = await runTui({
    onReady(handle) {
      if (findNext)
        void trace.done
          .then(() => findNext(leaving.signal))
          .then((found) => {
            next = found;
            if (found !== undefined) handle.close();
          })
          // What is wrong with the trace is reported once its screen is closed.
          .catch(() => {});
    },
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
  leaving.abort();
  return left.reason === 'signal' ? { signal: left.signal } : { next };
}
