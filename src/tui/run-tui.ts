/** Runs the full-screen profiler on a run until the user leaves it. */

import { safeText } from '../lib/text/safe-text.js';
import type { RunState } from '../profile/run/run-state.js';
import type { Viewport } from '../view/base/frame.js';
import type { Regions } from '../view/base/regions.js';
import type { Key } from '../view/base/key.js';
import { withoutPlan, withPlanQuestion } from '../view/plan/plan-question.js';
import type { PlanAnswer, Planned, PlanQuestion } from '../view/state/plan-state.js';
import { withSaved } from '../view/plan/press-plan.js';
import { press, type Effect } from '../view/app/press.js';
import { defaultSettings, type Settings } from '../view/app/screen-settings.js';
import { advance, resolveMoment } from '../view/chrome/time-travel.js';
import { resolveGlyphs } from '../view/base/glyphs.js';
import { initialUi, withDialog, withToast, type Dialog, type UiState } from '../view/state/ui-state.js';
import { viewRegions } from '../view/app/view-regions.js';
import { copyText } from './clipboard.js';
import { createNotifier, type Notifier } from './notify.js';
import { openSurface } from './surface.js';
import type { RunHandle, TuiOptions, TuiResult } from './tui-options.js';

/** Shows a run full-screen until the user leaves. The terminal is restored on every exit path. */
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
  const { keys, context, mouse } = settings;
  const glyphs = resolveGlyphs(settings.glyphs, env);
  const before =
    options.restore ?? initialUi({ glyphs, reducedMotion, live, unserved: listUnserved(control), keys });
  const home = options.home === undefined ? {} : { home: options.home };
  let ui: UiState = {
    ...before,
    look: { ...before.look, ...home },
    context,
    mouse,
    toast: options.toast ?? '',
  };
  let answer: ((choice: string | undefined) => void) | undefined;
  let planAnswer: ((choice: PlanAnswer | undefined) => void) | undefined;
  let closed = false;
  let isStreaming = false;
  let toldTo = 0;
  const printed: string[] = [];
  let notifier: Notifier | undefined;
  let size = { columns: 80, rows: 24 };

  const surface = openSurface({
    ...options,
    theme: settings.theme,
    colors: settings.colors,
    mouse,
    frameMs,
    regions,
    keys: onKeys,
    drawInstead() {
      if (isStreaming) tellLines();
      return isStreaming;
    },
    exposed: () => notifier?.forget(),
    signal: (signal) => leave({ reason: 'signal', signal }),
    failed(error) {
      release();
      left.reject(error);
    },
  });
  const { terminal } = surface;
  const { frames } = terminal;
  if (settings.notify) {
    notifier = createNotifier((codes) => frames.send(codes), env);
    notifier.update(source.state());
  }
  const unsubscribe = source.subscribe(surface.touch);
  let tickedAt = performance.now();
  const clock = setInterval(tick, reducedMotion ? 1000 : Math.max(100, frameMs));
  options.onReady?.({ ask, askPlan, lend, close: () => leave({ reason: 'quit' }) });

  /** Time advances on the screen while a run is in progress or is played back, even without events. */
  function tick(): void {
    const passed = performance.now() - tickedAt;
    tickedAt += passed;
    const before = ui;
    if (source.history) ui = advance(ui, passed, source.history);
    if (ui !== before || (ui.look.live && !ui.time && !source.state().finished)) surface.touch();
  }

  function moment(): { run: RunState; viewport: Viewport } {
    const { run, now } = resolveMoment(source, ui);
    const timeline = source.history === undefined ? {} : { timeline: source.history };
    const texts = source.texts === undefined ? {} : { texts: source.texts };
    // What is left of a moment in the past is known.
    const known = ui.look.live && !ui.time ? source.earlier?.() : undefined;
    const earlier = known === undefined ? {} : { earlier: known };
    const succeeded = source.succeeded?.(() => surface.touch());
    return { run, viewport: { now, ...size, ...timeline, ...texts, ...earlier, succeeded } };
  }

  /** Tells the user what can be done with a run that has just finished. */
  function withOffer(at: UiState): UiState {
    const { status } = source.state();
    const isWhole = status === 'ok' || status === 'failed';
    return options.offer !== undefined && isWhole ? withToast(at, options.offer) : at;
  }

  function regions(current: typeof size): Regions {
    size = current;
    // A finished run, or one whose writer is gone, is a recorded one.
    const writerGone = source.writerGone?.() ?? false;
    if (ui.look.live && (writerGone || source.state().finished))
      ui = withOffer({ ...ui, look: { ...ui.look, live: false, writerGone } });
    if (ui.plan.question && source.state().finished) {
      ui = withoutPlan(ui);
      settlePlan(undefined);
    }
    source.search?.(ui.filter.trim().toLowerCase());
    const [reading, searching] = [source.reading?.(), source.searching?.()];
    if (reading !== ui.look.reading || searching !== ui.look.searching)
      ui = { ...ui, look: { ...ui.look, reading, searching } };
    notifier?.update(source.state());
    const { run, viewport } = moment();
    return viewRegions(run, ui, viewport);
  }

  /** Renders once per burst of keys. Keys after the one that left the screen are dropped. */
  function onKeys(keys: readonly Key[]): void {
    if (isStreaming && keys.length > 0) {
      // Without a screen, only the keys that quit apply.
      for (const key of keys) if (key.name === 'ctrl+c') onKey(key);
      return setStreaming(false);
    }
    for (const key of keys) if (!closed) onKey(key);
    if (!closed) surface.flush();
  }

  function onKey(key: Key): void {
    const { run, viewport } = moment();
    const pressed = press(ui, key, run, viewport);
    ui = pressed.ui;
    for (const effect of pressed.effects) onEffect(effect);
  }

  function onEffect(effect: Effect): void {
    switch (effect.type) {
      case 'quit':
      case 'home':
        return leave(effect.type === 'home' ? { reason: 'home', ui } : { reason: 'quit' });
      case 'rerun':
      case 'compare':
      case 'whatif':
        return leave({ reason: 'next', ui, effect });
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
        ui = withToast(ui, effect.notice === undefined ? says : `${says} ${effect.notice}.`);
        return;
      }
      case 'page':
        return void page(effect.text);
      case 'print':
        printed.push(effect.text);
        return;
      case 'mouse':
        ui = { ...ui, mouse: effect.on };
        return terminal.setMouse(effect.on);
      case 'setting':
        return saveSetting(effect.name, effect.value);
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

  /** Prints the run as plain lines instead of the screen; they stay in the terminal and can be scrolled, searched and copied there. */
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
    for (const line of options.linesSince?.(run, toldTo) ?? []) printLine(line);
    toldTo = run.events;
  }

  function printLine(text: string): void {
    options.stdout.write(`${safeText(text, { keepNewlines: true })}\n`);
  }

  function onRun(what: keyof RunHandle, nodeId = ''): void {
    if (control[what]) control[what](nodeId);
    else ui = withToast(ui, 'This run cannot be controlled from here.');
  }

  function ask(dialog: Dialog): Promise<string | undefined> {
    settle(undefined);
    setStreaming(false);
    ui = withDialog(ui, dialog);
    surface.touch();
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
    surface.touch();
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

  /** Shows a text in the user's pager, with the terminal lent to it. */
  async function page(text: string): Promise<void> {
    const problem = await (options.page
      ? lend(() => options.page!(text))
      : Promise.resolve('There is no pager here.'));
    if (problem !== undefined) ui = withToast(ui, problem);
    if (!closed) surface.touch();
  }

  function save(name: string, plan: Planned, replace: boolean): void {
    const saving = options.save?.(name, plan, { run: source.state(), replace });
    void (saving ?? Promise.resolve({ saved: false, says: 'It cannot be saved from here.' })).then((end) => {
      ui = withSaved(ui, name, end);
      surface.touch();
    });
  }

  function saveSetting(name: 'context', value: Settings['context']): void {
    const problem = options.saveSetting?.(name, value);
    if (problem !== undefined) ui = withToast(ui, `${ui.toast} It is not kept: ${problem}`);
  }

  function leave(result: TuiResult): void {
    if (closed) return;
    close();
    left.resolve(result);
  }

  function close(): void {
    surface.close();
    release();
  }

  function release(): void {
    closed = true;
    clearInterval(clock);
    unsubscribe();
    settle(undefined);
    settlePlan(undefined);
    for (const text of printed.splice(0)) (options.print ?? printLine)(text);
  }
}

/** What the screen cannot do to the run that it shows. */
function listUnserved(control: Partial<RunHandle>): NonNullable<UiState['look']['unserved']> {
  const served = {
    pause: control.pause && control.resume,
    'step-run': control.step,
    breakpoint: control.toggleBreakpoint,
    cancel: control.cancel,
  };
  return (['pause', 'step-run', 'breakpoint', 'cancel'] as const).filter((action) => !served[action]);
}
