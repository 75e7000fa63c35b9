/** A run of this process that is shown in the full-screen profiler, and continues while its screen is not shown. */
import { textSummary } from '../../export/text-summary.js';
import { loadPrices } from '../../pricing/table/load-prices.js';
import { deriveWarnings, formatWarning } from '../../profile/analysis/warnings.js';
import type { Session } from '../../session/session.js';
import type { RunControl } from '../../runtime/control/run-control.js';
import type { BlobStore } from '../../trace/blobs/blob-store.js';
import type { RunHandle, RunSource, TuiHandle } from '../../tui/tui-options.js';
import type { UiState } from '../../view/state/ui-state.js';
import type { Leave } from '../io/invocation.js';
import { printResult, say, warn, sayWithLink } from '../io/console.js';
import type { ExitCode } from '../io/exit-code.js';
import { compareRun } from '../run/compare-run.js';
import { exitCodeOfRun } from '../run/run-exit-code.js';
import { cancelOnSignals, type Stop } from '../io/interrupt.js';
import { createLiveProfile } from '../progress/live-profile.js';
import { loadSucceededRun } from '../traces/succeeded-run.js';
import { loadEarlierRuns } from '../progress/load-earlier-runs.js';
import type { RunOptions } from '../args/run-options.js';
import type { Prepare, Prepared } from '../run/prepare.js';
import { formatContinueCommand, formatReused, type ContinueOptions } from '../run/continue-command.js';
import { columnsOfStderr, reportProgress } from '../progress/print-progress.js';
import { pruneAfterRun } from '../run/prune-after-run.js';
import { watchForNotifications } from '../notify/watch-for-notifications.js';
import { warningsOfSettings, type Settings } from '../args/user-settings.js';

export type LiveRunOptions = Pick<RunOptions, 'confirm' | 'strict'> & ContinueOptions;

/** A run that is started once its screen is open. */
export type LiveRun = Readonly<{
  source: RunSource;
  control: RunHandle;
  /** Loads the modules of the run and starts it. Rejects if it cannot be started. */
  start(): Promise<Session>;
  /** Connects the screen that shows questions of the run, while it is open. */
  connect(screen: TuiHandle | undefined): void;
  /** The state in which its screen was left. */
  ui: UiState | undefined;
  /** The session; undefined while it is being prepared. */
  session(): Session | undefined;
  /** Lets it run to its end without a screen, or cancels it if the user wants that, and prints what came of it. */
  finish(reason: 'quit' | 'cancel' | 'signal'): Promise<ExitCode>;
}> & { ui: UiState | undefined };

/** Creates a run. `review` asks about its plan in any case. */
export function createLiveRun(
  prepare: Prepare,
  options: LiveRunOptions,
  { leave, settings, review = false }: Readonly<{ leave: Leave; settings: Settings; review?: boolean }>,
): LiveRun {
  const stop = cancelOnSignals(leave);
  let session: Session | undefined;
  let starting: Promise<Session> | undefined;
  let reused: Prepared['reused'];
  const values: BlobStore = {
    has: (sha256) => session?.values.has(sha256) ?? false,
    lookup: (sha256) => session?.values.lookup(sha256),
  };
  const profile = createLiveProfile({ prices: loadPrices().prices, values });
  const warnings = new Set(settings.warnings);
  const screen = createScreenSlot();

  async function startSession(): Promise<Session> {
    const { startOnScreen } = await import('../run/live-session.js');
    const prepareRun: Prepare = async (...connections) => {
      const prepared = await prepare(...connections);
      reused = prepared.reused;
      return { ...prepared, warnings: [...warningsOfSettings(settings), ...(prepared.warnings ?? [])] };
    };
    session = await startOnScreen(prepareRun, {
      yes: options.yes ?? false,
      when: options.confirm ?? settings.confirm,
      review,
      stop,
      profile,
      onWarning: (warning) => void warnings.add(warning),
      screen: screen.get,
    });
    await watchForNotifications(session, settings, (warning) => void warnings.add(warning));
    return session;
  }

  const run: LiveRun = {
    source: {
      ...profile,
      now: () => session?.log.now() ?? 0,
      texts: { textOf: (span) => session?.texts.textOf(span) },
      earlier: loadEarlierRuns(profile.state),
      succeeded: loadSucceededRun(profile.state),
    },
    control: {
      pause: () => onRun((control) => control.pause()),
      resume: () => onRun((control) => control.resume()),
      step: () => onRun((control) => control.step()),
      toggleBreakpoint: (nodeId) => onRun((control) => control.toggleBreakpoint(nodeId)),
      cancel: stop.cancel,
    },
    start: () => (starting ??= startSession()),
    connect: screen.connect,
    ui: undefined,
    session: () => session,
    async finish(reason) {
      screen.close();
      const { done, log, collector, control } = await run.start();
      if (reason === 'quit' && !log.closed && !(await wantsToCancel(stop, done))) {
        reportProgress({ log, collector });
        letGo(control);
      } else if (reason === 'cancel') stop.cancel();
      const end = await done;
      stop.release();
      // The summary lists those that are in the trace.
      const listed = new Set(deriveWarnings(end.state).map(formatWarning));
      for (const warning of warnings) if (!listed.has(warning)) warn(warning);
      pruneAfterRun(end.tracePath, settings.traces);
      if (end.status === 'ok') printResult(end.printed);
      const { sentences: remarks } = await compareRun(end.state);
      const { tracePath } = end;
      sayWithLink(textSummary(end.state, { tracePath, columns: columnsOfStderr(), remarks }), tracePath);
      if (reused) say(`  reused    ${formatReused(reused)}`);
      const command = formatContinueCommand(end, options);
      if (command !== undefined) say(`  continue  ${command}`);
      return exitCodeOfRun(end, options);
    },
  };
  return run;

  /** Keys may arrive before the run has started. */
  function onRun(act: (control: RunControl) => void): void {
    starting?.then(({ control }) => act(control)).catch(() => {});
  }
}

/** The screen of a run: questions wait until it is shown, and are dismissed once it will not be shown any more. */
function createScreenSlot() {
  let shown: TuiHandle | undefined;
  let isClosed = false;
  let waiting: ((screen: TuiHandle | undefined) => void)[] = [];
  const settle = () => {
    for (const resolve of waiting) resolve(shown);
    waiting = [];
  };
  const whenShown = (): Promise<TuiHandle | undefined> =>
    shown || isClosed ? Promise.resolve(shown) : new Promise((resolve) => waiting.push(resolve));
  const handle: TuiHandle = {
    ask: async (dialog) => (await whenShown())?.ask(dialog),
    askPlan: async (question, says) => (await whenShown())?.askPlan(question, says),
    async lend(work) {
      const screen = await whenShown();
      return screen ? screen.lend(work) : work();
    },
    close: () => shown?.close(),
  };
  return {
    /** undefined once no screen will be shown: questions are then printed on the terminal. */
    get: (): TuiHandle | undefined => (isClosed ? undefined : handle),
    connect(screen: TuiHandle | undefined): void {
      shown = screen;
      if (screen) settle();
    },
    close(): void {
      shown = undefined;
      isClosed = true;
      settle();
    },
  };
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
