/** Runs in the full-screen profiler. */
import { textSummary } from '../../export/text-summary.js';
import { loadPrices } from '../../pricing/table/load-prices.js';
import { deriveWarnings, formatWarning } from '../../profile/analysis/warnings.js';
import type { Session } from '../../session/session.js';
import type { RunControl } from '../../runtime/control/run-control.js';
import type { BlobStore } from '../../trace/blobs/blob-store.js';
import { runTui } from '../../tui/run-tui.js';
import type { TuiHandle } from '../../tui/tui-options.js';
import type { Leave } from '../io/invocation.js';
import { printResult, say, warn } from '../io/console.js';
import type { ExitCode } from '../io/exit-code.js';
import { compareRun } from './compare-run.js';
import { exitCodeOfRun } from './run-exit-code.js';
import { cancelOnSignals, type Stop } from '../io/interrupt.js';
import { keepRunningWithoutReader } from '../io/output-errors.js';
import { createLiveProfile } from '../progress/live-profile.js';
import type { RunOptions, ScreenOptions } from '../args/run-options.js';
import type { Prepare, Prepared } from './prepare.js';
import { formatContinueCommand, formatReused, type ContinueOptions } from './continue-command.js';
import { columnsOfStderr, nodeLinesSince, reportProgress } from '../progress/print-progress.js';
import { pruneAfterRun } from './prune-after-run.js';
import { savePlan } from '../plan-review/save-plan.js';
import { pageFromScreen } from '../help/pager.js';
import { saveScreenSetting } from '../args/save-settings.js';
import { loadSettings, warningsOfSettings, withFlags } from '../args/user-settings.js';

/** Runs in the full-screen profiler. The screen opens before the modules of the run are loaded. */
export async function runOnScreen(
  prepare: Prepare,
  options: Pick<RunOptions, 'confirm' | 'strict'> & ContinueOptions & ScreenOptions,
  leave: Leave,
): Promise<ExitCode> {
  const { env, stdin, stdout } = process;
  keepRunningWithoutReader();
  const stop = cancelOnSignals(leave);
  const settings = loadSettings(env);
  let session: Session | undefined;
  const values: BlobStore = {
    has: (sha256) => session?.values.has(sha256) ?? false,
    lookup: (sha256) => session?.values.lookup(sha256),
  };
  const profile = createLiveProfile({ prices: loadPrices().prices, values });
  const warnings = new Set(settings.warnings);
  let screen: TuiHandle | undefined;
  let reused: Prepared['reused'];

  const left = runTui({
    source: {
      ...profile,
      now: () => session?.log.now() ?? 0,
      texts: { textOf: (span) => session?.texts.textOf(span) },
    },
    live: true,
    stdin,
    stdout,
    env,
    linesSince: nodeLinesSince,
    settings: withFlags(settings.screen, options),
    ...(options.reducedMotion ? { reducedMotion: true } : {}),
    control: {
      pause: () => onRun((control) => control.pause()),
      resume: () => onRun((control) => control.resume()),
      step: () => onRun((control) => control.step()),
      toggleBreakpoint: (nodeId) => onRun((control) => control.toggleBreakpoint(nodeId)),
      cancel: stop.cancel,
    },
    save: savePlan,
    saveSetting: saveScreenSetting,
    page: pageFromScreen,
    onReady: (handle) => void (screen = handle),
  }).finally(() => void (screen = undefined));

  const starting = import('./live-session.js').then(async ({ startOnScreen }) => {
    const yes = options.yes ?? false;
    const when = options.confirm ?? settings.confirm;
    const onWarning = (warning: string) => void warnings.add(warning);
    const prepareRun: Prepare = async (...connections) => {
      const prepared = await prepare(...connections);
      reused = prepared.reused;
      return { ...prepared, warnings: [...warningsOfSettings(settings), ...(prepared.warnings ?? [])] };
    };
    session = await startOnScreen(prepareRun, { yes, when, stop, profile, onWarning, screen: () => screen });
    return session;
  });
  // An error at the start is thrown by the await below, after the screen has closed.
  starting.catch(() => screen?.close());

  const { reason } = await left;
  const { done, log, collector, control } = await starting;
  if (reason === 'quit' && !log.closed && !(await wantsToCancel(stop, done))) {
    reportProgress({ log, collector });
    letGo(control);
  }
  const end = await done;
  stop.release();
  // The summary lists those that are in the trace.
  const listed = new Set(deriveWarnings(end.state).map(formatWarning));
  for (const warning of warnings) if (!listed.has(warning)) warn(warning);
  pruneAfterRun(end.tracePath, settings.traces);
  if (end.status === 'ok') printResult(end.printed);
  const { sentences: remarks } = await compareRun(end.state);
  say(textSummary(end.state, { tracePath: end.tracePath, columns: columnsOfStderr(), remarks }));
  if (reused) say(`  reused    ${formatReused(reused)}`);
  const command = formatContinueCommand(end, options);
  if (command !== undefined) say(`  continue  ${command}`);
  return exitCodeOfRun(end, options);

  /** Keys may arrive before the run has started. */
  function onRun(act: (control: RunControl) => void): void {
    starting.then(({ control }) => act(control)).catch(() => {});
  }
}

/** Removes breakpoints and resumes: without a screen nothing could resume a paused run. */
function letGo(control: RunControl): void {
  for (const nodeId of control.breakpoints) control.toggleBreakpoint(nodeId);
  control.resume();
}

/** Asks whether to cancel a run whose screen was closed before it finished. The question is withdrawn when the run has finished. */
async function wantsToCancel(stop: Stop, done: Promise<unknown>): Promise<boolean> {
  const { askYesNo } = await import('../plan-review/confirm-plan.js');
  const finished = new AbortController();
  void done.then(() => finished.abort());
  const either = AbortSignal.any([stop.signal, finished.signal]);
  // A signal during the question has cancelled the run already.
  const yes = await askYesNo('The run is still in progress. Cancel it?', either).catch(() => true);
  if (finished.signal.aborted) {
    say('');
    return false;
  }
  if (yes) stop.cancel();
  else say('The run continues. Ctrl-C cancels it.');
  return yes;
}
