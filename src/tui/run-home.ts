/** Runs the home screen until the user opens something from it or leaves. */

import type { Key } from '../view/base/key.js';
import { resolveGlyphs } from '../view/base/glyphs.js';
import type { Settings } from '../view/app/screen-settings.js';
import type { HomeData, HomeRun } from '../view/home/home-run.js';
import { askForSessions, initialHome, type HomeState, type HomeTab } from '../view/home/home-state.js';
import { homeRegions } from '../view/home/home-view.js';
import { pressHome, type HomeEffect, type HomeOpening } from '../view/home/press-home.js';
import { openSurface, type SharedTerminal } from './surface.js';
import type { TerminalStreams } from './terminal.js';

/** What the home screen lists, and the notification of changes. */
export type HomeSource = Readonly<{
  data(): HomeData;
  subscribe(listener: () => void): () => void;
}>;

export type HomeOptions = TerminalStreams &
  Readonly<{
    source: HomeSource;
    env: NodeJS.ProcessEnv;
    settings: Settings;
    reducedMotion?: boolean;
    shared: SharedTerminal;
    /** The state in which the screen was left before, and a message for the user. */
    restore?: HomeState | undefined;
    toast?: string | undefined;
    /** Deletes the trace of a run; returns a message for the user. */
    remove(run: HomeRun): string;
    /** The tab that the screen opens with; by default the runs. */
    tab?: HomeTab | undefined;
    /** Session logs that were found, if the user has not answered yet whether to read them. */
    askFor?: Parameters<typeof askForSessions>[1] | undefined;
    /** Keeps the answer; returns a message for the user if that failed. */
    answer(allowed: boolean): string | undefined;
    onReady?: () => void;
  }>;

/** What the user chose, and the state that restores the screen. */
export type HomeResult = Readonly<{
  home: HomeState;
  chosen: HomeOpening | Readonly<{ type: 'quit' }> | Readonly<{ type: 'signal'; signal: NodeJS.Signals }>;
}>;

/** Shows the home screen until something is opened, or the user leaves. The terminal stays open: its owner gives it back. */
export function runHome(options: HomeOptions): Promise<HomeResult> {
  return new Promise((resolve, reject) => openHome(options, { resolve, reject }));
}

function openHome(
  options: HomeOptions,
  left: { resolve(result: HomeResult): void; reject(error: unknown): void },
): void {
  const { source, env, settings, shared } = options;
  const reducedMotion = options.reducedMotion ?? Boolean(env['PFLOW_REDUCED_MOTION']);
  const frameMs = reducedMotion ? 250 : 1000 / settings.fps;
  const { keys } = settings;
  const glyphs = resolveGlyphs(settings.glyphs, env);
  let home: HomeState = {
    ...(options.restore ?? { ...initialHome({ glyphs, reducedMotion, keys }), tab: options.tab ?? 'Runs' }),
    toast: options.toast ?? '',
  };
  if (options.askFor) home = askForSessions(home, options.askFor);
  let size = { columns: 80, rows: 24 };
  let closed = false;

  const surface = openSurface({
    ...options,
    theme: settings.theme,
    colors: settings.colors,
    mouse: settings.mouse,
    frameMs,
    regions(current) {
      size = current;
      return homeRegions(source.data(), home, { ...size, now: Date.now() });
    },
    keys: onKeys,
    signal: (signal) => leave({ type: 'signal', signal }),
    failed(error) {
      release();
      left.reject(error);
    },
  });
  shared.terminal.frames.send('\x1b]0;pflow\x07');
  const unsubscribe = source.subscribe(surface.touch);
  // Ages and the times of runs in progress advance without events.
  let ticks = 0;
  const clock = setInterval(() => {
    if (ticks++ % 5 === 0 || (hasLiveRuns() && !reducedMotion)) surface.touch();
  }, 200);
  options.onReady?.();

  function hasLiveRuns(): boolean {
    return source.data().runs.some(({ status }) => status === 'running');
  }

  function onKeys(pressed: readonly Key[]): void {
    for (const key of pressed) if (!closed) onKey(key);
    if (!closed) surface.flush();
  }

  function onKey(key: Key): void {
    const result = pressHome(home, key, source.data(), { ...size, now: Date.now() });
    ({ home } = result);
    for (const effect of result.effects) onEffect(effect);
  }

  function onEffect(effect: HomeEffect): void {
    switch (effect.type) {
      case 'suspend':
        return shared.terminal.suspend();
      case 'redraw':
        return shared.terminal.frames.invalidate();
      case 'delete':
        home = { ...home, toast: options.remove(effect.run) };
        return;
      case 'sessions':
        home = { ...home, toast: options.answer(effect.allowed) ?? '' };
        return;
      case 'quit':
        return leave({ type: 'quit' });
      case 'open':
      case 'open-log':
      case 'rerun':
      case 'compare':
      case 'prompt-diff':
      case 'start':
        return leave(effect);
      default:
        return effect satisfies never;
    }
  }

  function leave(chosen: HomeResult['chosen']): void {
    surface.close();
    release();
    left.resolve({ home, chosen });
  }

  function release(): void {
    closed = true;
    clearInterval(clock);
    unsubscribe();
  }
}
