import { render } from 'ink';
import { createElement } from 'react';
import type { RunState } from '../profile/run/run-state.js';
import type { Viewport } from '../view/base/frame.js';
import type { Key } from '../view/base/key.js';
import { withoutPlan, withPlanQuestion } from '../view/plan/plan-question.js';
import type { PlanAnswer, Planned, PlanQuestion } from '../view/state/plan-state.js';
import { withSaved } from '../view/plan/press-plan.js';
import { press, type Effect } from '../view/app/press.js';
import { defaultSettings, type Settings } from '../view/app/screen-settings.js';
import { colourDepth, themeOf } from '../view/base/theme.js';
import { advance, momentOf, type RunAtMoments } from '../view/chrome/time-travel.js';
import { initialUi, withDialog, withToast, type Dialog } from '../view/state/ui-state.js';
import { view } from '../view/app/view.js';
import { App } from './app.js';
import { copyText } from './clipboard.js';
import { createNotifier } from './notify.js';
import { createPainter } from './paint.js';
import { askForPaper, mayAskForPaper } from './paper.js';
import { createScheduler } from './scheduler.js';
import { takeTerminal, type TerminalStreams } from './terminal.js';

/**
 * A run to show. A live run, a file and a file that grows look alike from here. With a history the run can also be looked at
 * as it was at any moment.
 */
export type RunSource = RunAtMoments &
  Readonly<{
    subscribe(listener: () => void): () => void;
    /** How much of a recorded run has been read, 0 to 1; undefined once all of it is. */
    reading?(): number | undefined;
    /** Whether the process that was writing the run is gone: nothing more will come. */
    writerGone?(): boolean;
    /** Looks through what is in a file for a text, in lower case; `subscribe` tells how it gets on. Nothing is told of no text. */
    search?(wanted: string): void;
    /** How much of it has been looked through, 0 to 1; undefined once all of it is. */
    searching?(): number | undefined;
  }>;

/** The hand on a run that is going on in this process. */
export type RunHandle = Readonly<{
  pause(): void;
  resume(): void;
  /** Lets one node run, then pauses. */
  step(): void;
  toggleBreakpoint(nodeId: string): void;
  /** Asks the run to end. The screen stays, or was left already. */
  cancel(): void;
}>;

export type TuiOptions = TerminalStreams &
  Readonly<{
    source: RunSource;
    env: NodeJS.ProcessEnv;
    /** Whether the run is being written now, so that time passes on the screen. */
    live: boolean;
    /** What can be done to the run from here; nothing when it is another process that runs it. */
    control?: Partial<RunHandle>;
    /** What is told in lines, while the screen is left aside, of what happened from an event on. */
    linesSince?: (run: RunState, seq: number) => readonly string[];
    settings?: Settings;
    reducedMotion?: boolean;
    /** Saves the plan that is shown as a workflow. */
    save?: SavePlan;
    /** Called once the screen stands. */
    onReady?: (handle: TuiHandle) => void;
  }>;

/** Saves a plan of a run under a name; `replace` makes it the next version of what has the name. Says what came of it. */
export type SavePlan = (
  name: string,
  plan: Planned,
  options: Readonly<{ run: RunState; replace: boolean }>,
) => Promise<Readonly<{ saved: boolean; says: string }>>;

/** What the program can do to the screen while it stands. */
export type TuiHandle = Readonly<{
  /** Puts a question over everything. Resolves with the key of the choice, or undefined when it was left unanswered. */
  ask(dialog: Dialog): Promise<string | undefined>;
  /**
   * Shows a plan until a person has said what becomes of it; undefined when the screen was left. After `edit` and `former` it
   * stays there for the next question. `says` is word of what was done.
   */
  askPlan(question: Omit<PlanQuestion, 'since'>, says?: string): Promise<PlanAnswer | undefined>;
  /** Gives the terminal to another program while `work` goes on. */
  lend<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Leaves the screen as `q` does. */
  close(): void;
}>;

/** How the screen was left. */
export type TuiResult = Readonly<
  { reason: 'quit' | 'cancel' } | { reason: 'signal'; signal: NodeJS.Signals }
>;

/** Shows a run full-screen until the screen is left. The terminal is then as it was before, however it came to that. */
export function runTui(options: TuiOptions): Promise<TuiResult> {
  return new Promise((resolve, reject) => openScreen(options, { resolve, reject }));
}

function openScreen(
  options: TuiOptions,
  left: { resolve(result: TuiResult): void; reject(error: unknown): void },
): void {
  const { source, env, live, control = {}, settings = defaultSettings } = options;
  const reducedMotion = options.reducedMotion ?? Boolean(env['PFLOW_REDUCED_MOTION']);
  const frameMs = reducedMotion ? 250 : 1000 / settings.fps;
  const depth = colourDepth(env);
  let paint = createPainter(depth, settings.theme === 'auto' ? themeOf(env) : settings.theme);
  let ui = initialUi({ glyphs: settings.glyphs, reducedMotion, live, keys: settings.keys });
  let answer: ((choice: string | undefined) => void) | undefined;
  let planAnswer: ((choice: PlanAnswer | undefined) => void) | undefined;
  let closed = false;
  let isStreaming = false;
  let toldTo = 0;
  const printed: string[] = [];

  const terminal = takeTerminal(options, {
    keys: (keys) => orFail(() => onKeys(keys)),
    exposed() {
      notifier?.forget();
      scheduler.flush();
    },
    signal: (signal) => leave({ reason: 'signal', signal }),
  });
  const { frames } = terminal;
  const notifier = settings.notify ? createNotifier((codes) => frames.send(codes), env) : undefined;
  if (settings.mouse) onEffect({ type: 'mouse', on: true });
  const ink = render(screen(), {
    // Of its output Ink uses what FrameStdout has; of its input nothing. With `debug` it writes every frame whole and at once.
    stdout: frames as unknown as NodeJS.WriteStream,
    stdin: options.stdin as NodeJS.ReadStream,
    debug: true,
    patchConsole: false,
    exitOnCtrlC: false,
  });
  // Asked once the screen stands, so that nobody waits for the answer.
  if (settings.theme === 'auto' && depth !== 'none' && mayAskForPaper(env)) frames.send(askForPaper);
  const scheduler = createScheduler(
    () => orFail(() => (isStreaming ? tellLines() : ink.rerender(screen()))),
    frameMs,
  );
  const unsubscribe = source.subscribe(scheduler.touch);
  let tickedAt = performance.now();
  const clock = setInterval(tick, reducedMotion ? 1000 : Math.max(100, frameMs));
  options.onReady?.({ ask, askPlan, lend, close: () => leave({ reason: 'quit' }) });

  /** Time passes on the screen of a run that is going on or is played, also when nothing happens in it. */
  function tick(): void {
    const passed = performance.now() - tickedAt;
    tickedAt += passed;
    const before = ui;
    if (source.history) ui = advance(ui, passed, source.history);
    if (ui !== before || (ui.look.live && !ui.time && !source.state().finished)) scheduler.touch();
  }

  function moment(): { run: RunState; viewport: Viewport } {
    const { run, now } = momentOf(source, ui);
    const timeline = source.history === undefined ? {} : { timeline: source.history };
    return { run, viewport: { now, ...frames.size, ...timeline } };
  }

  function screen() {
    // A run that is over, or that nobody runs any more, is a recorded one.
    const writerGone = source.writerGone?.() ?? false;
    if (ui.look.live && (writerGone || source.state().finished))
      ui = { ...ui, look: { ...ui.look, live: false, writerGone } };
    if (ui.plan.question && source.state().finished) {
      ui = withoutPlan(ui);
      settlePlan(undefined);
    }
    source.search?.(ui.filter.trim().toLowerCase());
    ui = { ...ui, look: { ...ui.look, reading: source.reading?.(), searching: source.searching?.() } };
    notifier?.update(source.state());
    const { run, viewport } = moment();
    return createElement(App, { lines: view(run, ui, viewport).lines.map(paint), marks: frames.marks });
  }

  /** A burst is drawn once. What comes after the key that left the screen is for nobody. */
  function onKeys(keys: readonly Key[]): void {
    if (isStreaming && keys.some(({ name }) => name !== 'paper')) {
      // What is pressed where there is no screen is meant for none of it, but for the wish to end.
      for (const key of keys) if (key.name === 'ctrl+c') onKey(key);
      return setStreaming(false);
    }
    for (const key of keys) if (!closed) onKey(key);
    if (!closed) scheduler.flush();
  }

  function onKey(key: Key): void {
    if (key.name === 'paper') {
      paint = createPainter(depth, key.text === 'light' ? 'light' : 'dark');
      return;
    }
    const { run, viewport } = moment();
    const pressed = press(ui, key, run, viewport);
    ui = pressed.ui;
    for (const effect of pressed.effects) onEffect(effect);
  }

  function onEffect(effect: Effect): void {
    switch (effect.type) {
      case 'quit':
        return leave({ reason: 'quit' });
      case 'cancel':
        leave({ reason: 'cancel' });
        if (live) control.cancel?.();
        return;
      case 'stop':
        return onRun('cancel');
      case 'pause':
        return onRun(source.state().paused ? 'resume' : 'pause');
      case 'step':
        return onRun('step');
      case 'breakpoint':
        return onRun('toggleBreakpoint', effect.nodeId);
      case 'copy': {
        const { codes, says } = copyText(effect.text, effect.what, env);
        frames.send(codes);
        ui = withToast(ui, says);
        return;
      }
      case 'print':
        printed.push(effect.text);
        return;
      case 'mouse':
        ui = { ...ui, mouse: effect.on };
        return terminal.setMouse(effect.on);
      case 'stream':
        return setStreaming(true);
      case 'suspend':
        return terminal.suspend();
      case 'redraw':
        return frames.invalidate();
      case 'answer':
        return settle(effect.choice);
      case 'plan':
        return settlePlan(effect.answer);
      case 'save':
        return save(effect.name, effect.plan, effect.replace);
      default:
        return effect satisfies never;
    }
  }

  /** In place of the screen the run is told in lines, which stay in the terminal and can be scrolled, searched and copied there. */
  function setStreaming(on: boolean): void {
    if (closed || isStreaming === on) return;
    isStreaming = on;
    terminal.setAside(on);
    if (!on) return;
    options.stdout.write('Any key goes back to the screen.\n');
    tellLines();
  }

  function tellLines(): void {
    const run = source.state();
    for (const line of options.linesSince?.(run, toldTo) ?? []) options.stdout.write(`${line}\n`);
    toldTo = run.events;
  }

  function onRun(what: keyof RunHandle, nodeId = ''): void {
    if (control[what]) control[what](nodeId);
    else ui = withToast(ui, 'This run cannot be controlled from here.');
  }

  function ask(dialog: Dialog): Promise<string | undefined> {
    settle(undefined);
    setStreaming(false);
    ui = withDialog(ui, dialog);
    scheduler.touch();
    return new Promise((settled) => {
      answer = settled;
    });
  }

  function settle(choice: string | undefined): void {
    answer?.(choice);
    answer = undefined;
  }

  function askPlan(question: Omit<PlanQuestion, 'since'>, says = ''): Promise<PlanAnswer | undefined> {
    settlePlan(undefined);
    if (closed || source.state().finished) return Promise.resolve(undefined);
    ui = withToast(withPlanQuestion(ui, { ...question, since: source.now() }), says);
    scheduler.touch();
    return new Promise((settled) => {
      planAnswer = settled;
    });
  }

  function settlePlan(choice: PlanAnswer | undefined): void {
    planAnswer?.(choice);
    planAnswer = undefined;
  }

  async function lend<Result>(work: () => Promise<Result>): Promise<Result> {
    const takeBack = terminal.lend();
    try {
      return await work();
    } finally {
      if (!closed) takeBack();
    }
  }

  function save(name: string, plan: Planned, replace: boolean): void {
    const saving = options.save?.(name, plan, { run: source.state(), replace });
    void (saving ?? Promise.resolve({ saved: false, says: 'It cannot be saved from here.' })).then((end) => {
      ui = withSaved(ui, name, end);
      scheduler.touch();
    });
  }

  function leave(result: TuiResult): void {
    close();
    left.resolve(result);
  }

  function close(): void {
    closed = true;
    clearInterval(clock);
    unsubscribe();
    scheduler.stop();
    terminal.giveBack();
    ink.unmount();
    settle(undefined);
    settlePlan(undefined);
    for (const text of printed.splice(0)) options.stdout.write(`${text}\n`);
  }

  /** An error while drawing or in a key ends the screen before anybody sees it. */
  function orFail(work: () => void): void {
    try {
      work();
    } catch (error) {
      close();
      left.reject(error);
    }
  }
}
