/** Shows runs, traces and the home screen one after another on one terminal, until the user leaves. */
import { messageOf, PflowError } from '../../lib/error.js';
import { shareTerminal, type SharedTerminal } from '../../tui/surface.js';
import type { TuiOptions, TuiResult } from '../../tui/tui-options.js';
import type { UiState } from '../../view/state/ui-state.js';
import type { RerunEffect } from '../../view/app/press-rerun.js';
import type { HomeOpening } from '../../view/home/press-home.js';
import type { HomeRun } from '../../view/home/home-run.js';
import type { Comparison } from '../../view/compare/compare-rows.js';
import type { RunOptions, ScreenOptions } from '../args/run-options.js';
import { saveScreenSetting } from '../args/save-settings.js';
import { loadSettings, withFlags, type Settings } from '../args/user-settings.js';
import { pageFromScreen } from '../help/pager.js';
import { warn } from '../io/console.js';
import { exitCodeOfSignal, exitCodes, type ExitCode } from '../io/exit-code.js';
import type { Leave } from '../io/invocation.js';
import { keepRunningWithoutReader } from '../io/running.js';
import { savePlan } from '../plan-review/save-plan.js';
import { loadSucceededRun } from '../traces/succeeded-run.js';
import { loadEarlierRuns } from '../progress/load-earlier-runs.js';
import type { Prepare } from '../run/prepare.js';
import type { OpenTrace } from '../traces/open-trace.js';
import type { HomePlace } from './home-place.js';
import type { LiveRun } from './live-run.js';

/** What is shown first. A trace is opened before the screen, so that an invalid one is reported on the plain terminal. */
export type FirstScreen =
  | Readonly<{ kind: 'home'; spendingFirst?: boolean }>
  | Readonly<{ kind: 'run'; prepare: Prepare }>
  | TracePlace
  | ComparePlace;

/** A trace. With `findNext`, the run that it finds once this one has finished is shown after it. */
type TracePlace = Readonly<{
  kind: 'trace';
  path: string;
  trace: OpenTrace;
  follow: boolean;
  findNext?: (signal: AbortSignal) => Promise<string | undefined>;
  toast?: string | undefined;
}>;

/** Two runs; `back` is the screen that the comparison was opened from, by default home. */
type ComparePlace = Readonly<{
  kind: 'compare';
  comparison: Comparison;
  toast?: string | undefined;
  back?: Place;
}>;

type Place =
  | Readonly<{ kind: 'home'; toast?: string | undefined }>
  /** `back` is shown again if the run cannot be started. */
  | Readonly<{ kind: 'run'; run: LiveRun; toast?: string | undefined; back?: Place; isRerun?: true }>
  | TracePlace
  | ComparePlace;

/** A place that shows one run. */
type RunPlace = Extract<Place, { kind: 'run' | 'trace' }>;

type Options = RunOptions & ScreenOptions;

/** Shows screens until the user leaves; then prints what came of the runs that were started here, or of the trace shown last. */
export async function openScreens(first: FirstScreen, options: Options, leave: Leave): Promise<ExitCode> {
  keepRunningWithoutReader();
  const screens = new Screens(options, leave);
  return screens.show(first);
}

class Screens {
  readonly #settings: Settings = loadSettings(process.env);
  readonly #shared: SharedTerminal;
  readonly #live: LiveRun[] = [];
  readonly #printed: string[] = [];
  /** Traces that were followed before the one shown last. */
  readonly #shown: TracePlace[] = [];
  /** How the screens of traces were left, by path. */
  readonly #left = new Map<string, UiState>();
  #home: HomePlace | undefined;
  /** Whether the screen that is shown was opened from home. */
  #isBelowHome = false;
  #signal: NodeJS.Signals | undefined;
  #spendingFirst = false;

  constructor(
    private readonly options: Options,
    private readonly leave: Leave,
  ) {
    const { stdin, stdout } = process;
    this.#shared = shareTerminal({ stdin, stdout }, (signal) => void (this.#signal = signal));
  }

  async show(first: FirstScreen): Promise<ExitCode> {
    let place: Place = first.kind === 'run' ? { kind: 'run', run: await this.#create(first.prepare) } : first;
    this.#spendingFirst = first.kind === 'home' && first.spendingFirst === true;
    let reason: 'quit' | 'cancel' | 'signal' = 'quit';
    try {
      for (;;) {
        const next = await this.#showPlace(place);
        if (typeof next === 'string') {
          reason = next;
          break;
        }
        this.#isBelowHome ||= next.kind === 'home';
        place = next;
      }
    } finally {
      this.#shared.terminal.giveBack();
      this.#home?.close();
    }
    return this.#finish(place, reason);
  }

  #showPlace(place: Place): Promise<Place | 'quit' | 'cancel' | 'signal'> {
    if (place.kind === 'home') return this.#showHome(place.toast);
    return place.kind === 'compare' ? this.#showComparison(place) : this.#showRun(place);
  }

  async #showComparison(place: ComparePlace): Promise<Place | 'quit' | 'signal'> {
    const { showComparison } = await import('./compare-place.js');
    if (this.#signal !== undefined) return 'signal';
    const { options } = this;
    const left = await showComparison(place, {
      settings: withFlags(this.#settings.screen, options),
      shared: this.#shared,
      reducedMotion: options.reducedMotion,
    });
    if (left.type === 'signal') this.#signal = left.signal;
    if (left.type === 'quit' || left.type === 'signal') return left.type;
    return left.type === 'back' && place.back ? place.back : { kind: 'home' };
  }

  /** Opens two runs on the screen; afterwards `back` is shown again. */
  async #compare(before: string, after: string, back: Place): Promise<Place> {
    const { readComparison } = await import('./compare-place.js');
    const { comparison, warning } = await readComparison(before, after);
    return { kind: 'compare', comparison, toast: warning, back };
  }

  /** The modules of a run are not loaded for the home screen and for traces. */
  async #create(prepare: Prepare, review = false): Promise<LiveRun> {
    const { createLiveRun } = await import('./live-run.js');
    const run = createLiveRun(prepare, this.options, {
      leave: this.leave,
      settings: this.#settings,
      review,
    });
    this.#live.push(run);
    return run;
  }

  async #showRun(place: RunPlace): Promise<Place | 'quit' | 'cancel' | 'signal'> {
    const left = await (place.kind === 'run' ? this.#showLive(place) : this.#showTrace(place));
    if ('kind' in left) return left;
    if (!('reason' in left))
      return { ...((place.kind === 'run' && place.back) || { kind: 'home' }), toast: left.toast };
    if (left.reason === 'signal') this.#signal = left.signal;
    if (left.reason !== 'home' && left.reason !== 'next') return left.reason;
    if (place.kind === 'run') place.run.ui = left.ui;
    else {
      this.#left.set(place.path, left.ui);
      if (left.reason === 'home') place.trace.close();
    }
    return left.reason === 'home' ? { kind: 'home' } : this.#showNext(place, left.effect);
  }

  /** Prepares a rerun of the run that was shown, or compares it; otherwise the run is shown again with the reason. */
  async #showNext(place: RunPlace, effect: RerunEffect): Promise<Place> {
    const again = (toast: string | undefined): Place => ({ ...place, toast });
    try {
      if (effect.type === 'whatif') {
        const state = (place.kind === 'run' ? place.run.source : place.trace).state();
        const { showWhatif } = await import('./whatif-page.js');
        return again(await showWhatif(state, effect.node, this.#shared));
      }
      const path = place.kind === 'run' ? place.run.session()?.tracePath : place.path;
      const { findPredecessor, prepareNext } = await import('./next-run.js');
      if (path === undefined) return again('The run has no trace: it was run with --no-trace.');
      if (effect.type === 'compare') {
        const state = (place.kind === 'run' ? place.run.source : place.trace).state();
        const before = findPredecessor(state, this.options.traceDir);
        if (before === undefined) return again('There is no earlier run of this workflow to compare with.');
        return await this.#compare(before, path, again(undefined));
      }
      const prepare = await prepareNext(effect, path, this.options, this.#shared);
      if (!prepare) return again('Nothing was changed, and nothing is run.');
      const run = await this.#create(prepare, true);
      return { kind: 'run', run, back: place, isRerun: true };
    } catch (error) {
      return again(describeError(error));
    }
  }

  /** Shows a run of this process. The screen opens before the modules of the run are loaded. */
  async #showLive({
    run,
    toast,
    back,
    isRerun,
  }: Extract<Place, { kind: 'run' }>): Promise<TuiResult | { toast: string }> {
    let failure: unknown;
    const left = this.#tui({
      source: run.source,
      live: true,
      control: run.control,
      toast,
      ...(isRerun && { offer: 'Finished. D compares it with the run that it repeats.' }),
      ...(run.ui && { restore: run.ui }),
      onReady: run.connect,
      isStarting: (close) =>
        run.start().catch((error: unknown) => {
          failure = error;
          close();
        }),
    });
    const result = await left;
    run.connect(undefined);
    if (failure === undefined) return result;
    this.#live.splice(this.#live.indexOf(run), 1);
    if (!this.#isBelowHome && !back) throw failure;
    return { toast: describeError(failure) };
  }

  /** Shows a trace; returns the next one to show, if it was found before the user left. */
  async #showTrace(place: TracePlace): Promise<TuiResult | TracePlace> {
    const { trace, path, follow, findNext, toast } = place;
    const restore = this.#left.get(path);
    const leaving = new AbortController();
    let next: string | undefined;
    const left = await this.#tui({
      source: {
        ...trace,
        succeeded: loadSucceededRun(trace.state),
        ...(follow && { earlier: loadEarlierRuns(trace.state) }),
      },
      live: follow,
      toast,
      ...(restore && { restore }),
      ...(findNext && {
        onReady: ({ close }) =>
          void trace.done
            .then(() => findNext(leaving.signal))
            .then((found) => {
              next = found;
              if (found !== undefined) close();
            })
            // What is wrong with the trace is reported once its screen is closed.
            .catch(() => {}),
      }),
    });
    leaving.abort();
    if (next === undefined || left.reason !== 'quit') return left;
    this.#shown.push(place);
    const { openTrace } = await import('../traces/open-trace.js');
    return { ...place, path: next, trace: await openTrace(next, { follow }) };
  }

  /** Shows a run. The code of its screen is not loaded for the home screen. */
  async #tui({
    onReady,
    isStarting,
    ...more
  }: Pick<TuiOptions, 'source' | 'live' | 'control' | 'restore' | 'onReady' | 'toast' | 'offer'> &
    Readonly<{ isStarting?: (close: () => void) => unknown }>): Promise<TuiResult> {
    const { env, stdin, stdout } = process;
    const { options } = this;
    const [{ runTui }, { nodeLinesSince }] = await Promise.all([
      import('../../tui/run-tui.js'),
      import('../progress/print-progress.js'),
    ]);
    // While they were loaded no screen received it.
    if (this.#signal !== undefined) return { reason: 'signal', signal: this.#signal };
    return runTui({
      ...more,
      stdin,
      stdout,
      env,
      shared: this.#shared,
      home: this.#isBelowHome ? 'origin' : 'reachable',
      linesSince: nodeLinesSince,
      settings: withFlags(this.#settings.screen, options),
      ...(options.reducedMotion ? { reducedMotion: true } : {}),
      save: savePlan,
      saveSetting: saveScreenSetting,
      page: pageFromScreen,
      print: (text) => void this.#printed.push(text),
      onReady(handle) {
        onReady?.(handle);
        void isStarting?.(handle.close);
      },
    });
  }

  async #showHome(toast: string | undefined): Promise<Place | 'quit' | 'signal'> {
    const { openHomePlace } = await import('./home-place.js');
    this.#home ??= openHomePlace({
      options: this.options,
      screen: withFlags(this.#settings.screen, this.options),
      shared: this.#shared,
      own: (run) => this.#findOwn(run)?.source,
      spendingFirst: this.#spendingFirst,
      sessions: this.#settings.sessions,
    });
    if (this.#signal !== undefined) return 'signal';
    const chosen = await this.#home.show(toast);
    if (chosen.type === 'quit') return 'quit';
    if (chosen.type === 'signal') {
      this.#signal = chosen.signal;
      return 'signal';
    }
    try {
      return await this.#open(chosen);
    } catch (error) {
      return { kind: 'home', toast: describeError(error) };
    }
  }

  async #open(chosen: HomeOpening): Promise<Place> {
    switch (chosen.type) {
      case 'open': {
        const own = this.#findOwn(chosen.run);
        if (own) return { kind: 'run', run: own };
        const { openTrace } = await import('../traces/open-trace.js');
        const path = chosen.run.trace!;
        const follow = chosen.run.status === 'running';
        return { kind: 'trace', path, follow, trace: await openTrace(path, { follow }) };
      }
      case 'open-log': {
        const { openTrace } = await import('../traces/open-trace.js');
        const { path } = chosen;
        return { kind: 'trace', path, follow: false, trace: await openTrace(path, { follow: false }) };
      }
      case 'rerun': {
        const { prepareToRerun } = await import('./start-from-home.js');
        const prepare = await prepareToRerun(chosen.run.trace!, this.options, this.#shared);
        return { kind: 'run', run: await this.#create(prepare, true), isRerun: true };
      }
      case 'start': {
        const { prepareLine } = await import('./start-from-home.js');
        return {
          kind: 'run',
          run: await this.#create(await prepareLine(chosen.line, this.options, this.#shared)),
        };
      }
      case 'compare': {
        return this.#compare(chosen.before, chosen.after, { kind: 'home' });
      }
      case 'prompt-diff': {
        const { showPromptDiff } = await import('./prompt-page.js');
        return { kind: 'home', toast: await showPromptDiff(chosen.hash, this.#shared) };
      }
      default:
        return chosen satisfies never;
    }
  }

  /** The run of this process that a row of the home screen is about. */
  #findOwn({ run }: HomeRun): LiveRun | undefined {
    return this.#live.find(({ source }) => source.state().started?.run.startsWith(run));
  }

  /** On the plain terminal: what was printed, then the runs in the order in which they were started. */
  async #finish(last: Place, reason: 'quit' | 'cancel' | 'signal'): Promise<ExitCode> {
    for (const text of this.#printed) process.stdout.write(`${text}\n`);
    let code: ExitCode = exitCodes.done;
    for (const run of this.#live)
      code = await run.finish(
        reason === 'cancel' && !(last.kind === 'run' && last.run === run) ? 'quit' : reason,
      );
    if (this.#live.length > 0) return code;
    const run = last.kind === 'compare' ? last.back : last;
    if (last.kind === 'compare' && !last.back)
      (await import('./compare-place.js')).printComparison(last.comparison);
    if (run?.kind === 'trace') {
      const { reportTrace } = await import('./trace-screen.js');
      for (const { trace, path } of [...this.#shown, run]) await reportTrace(trace, path);
    }
    for (const warning of this.#settings.warnings) warn(warning);
    // As a shell reports a program that a signal ended: its parent can tell it from one that was left with `q`.
    return reason === 'signal' && this.#signal ? exitCodeOfSignal(this.#signal) : code;
  }
}

function describeError(error: unknown): string {
  const hint = error instanceof PflowError && error.hint ? ` ${error.hint}` : '';
  return `${messageOf(error)}${hint}`;
}
