/** Draws one screen on the terminal: paints its lines, renders them with Ink on schedule, and delivers keys. */

import { render } from 'ink';
import { createElement } from 'react';
import { supportsHyperlinks } from '../lib/text/hyperlink.js';
import { mapRegions, type Regions } from '../view/base/regions.js';
import type { Key } from '../view/base/key.js';
import type { Settings, ThemeSetting } from '../view/app/screen-settings.js';
import { colourDepth, themeOf, type Theme } from '../view/base/theme.js';
import { App } from './drawing/app.js';
import { queryBackground, canQueryBackground } from './background-colour.js';
import { createPainter } from './drawing/paint.js';
import { createScheduler } from './scheduler.js';
import { createScreenStore } from './drawing/screen-store.js';
import { takeTerminal, type Terminal, type TerminalHandlers, type TerminalStreams } from './terminal.js';

/** A terminal that several screens use one after another; each attaches its handlers while it is shown. */
export type SharedTerminal = Readonly<{
  terminal: Terminal;
  /** Replaces the handlers; without any, keys are dropped. */
  attach(handlers: TerminalHandlers | undefined): void;
}>;

export type SurfaceOptions = TerminalStreams &
  Readonly<{
    env: NodeJS.ProcessEnv;
    theme: ThemeSetting;
    /** The user's own colours. */
    colors: Settings['colors'];
    /** Whether mouse events are reported. */
    mouse: boolean;
    /** The least time between two frames that no key caused. */
    frameMs: number;
    /** A terminal that was taken before and is given back by its owner. */
    shared?: SharedTerminal | undefined;
    /** The regions for a terminal of this size in cells. */
    regions(size: Readonly<{ columns: number; rows: number }>): Regions;
    /** Replaces drawing the screen while it returns true. */
    drawInstead?(): boolean;
    keys(keys: readonly Key[]): void;
    /** The screen was cleared and is about to be redrawn. */
    exposed?(): void;
    signal(signal: NodeJS.Signals): void;
    /** An error in a callback; the surface is closed already. */
    failed(error: unknown): void;
  }>;

export type Surface = Readonly<{
  terminal: Terminal;
  /** Renders within the interval, or now. */
  touch(): void;
  flush(): void;
  close(): void;
}>;

/** Opens a surface and draws its first frame. The terminal is restored on every exit path. */
export function openSurface(options: SurfaceOptions): Surface {
  const { env, shared, theme, colors } = options;
  const depth = colourDepth(env);
  const isBackgroundSet = theme === 'dark' || theme === 'light';
  const createPaint = (background: Theme) =>
    createPainter(depth, background, {
      highContrast: theme === 'high-contrast',
      colours: colors,
      links: supportsHyperlinks(env),
    });
  let paint = createPaint(isBackgroundSet ? theme : themeOf(env));
  const handlers: TerminalHandlers = {
    keys: (keys) => orFail(() => options.keys(keys.filter((key) => !isBackground(key)))),
    exposed() {
      options.exposed?.();
      scheduler.flush();
    },
    signal: options.signal,
  };
  const terminal = shared?.terminal ?? takeTerminal(options, handlers);
  shared?.attach(handlers);
  terminal.setMouse(options.mouse);
  const { frames } = terminal;
  const paintRegions = () => mapRegions(options.regions(frames.size), (line) => paint(line));
  const store = createScreenStore(paintRegions());
  const app = createElement(App, { store, marks: frames.marks });
  const ink = render(app, {
    // Ink uses only the methods that FrameStdout has, and no input. With `debug` it writes every frame in full, synchronously.
    stdout: frames as unknown as NodeJS.WriteStream,
    stdin: options.stdin as NodeJS.ReadStream,
    debug: true,
    patchConsole: false,
    exitOnCtrlC: false,
  });
  // Sent after the first frame, so that nothing waits for the response.
  if (!isBackgroundSet && depth !== 'none' && canQueryBackground(env)) frames.send(queryBackground);
  const scheduler = createScheduler(
    () =>
      orFail(() => {
        if (!options.drawInstead?.()) draw();
      }),
    options.frameMs,
  );

  function draw(): void {
    store.update(paintRegions());
    // The root is unchanged: this makes the regions that have changed render now instead of in a microtask.
    ink.rerender(app);
    frames.refresh();
  }

  /** The terminal's answer about its background is no key of the user. */
  function isBackground(key: Key): boolean {
    if (key.name !== 'background') return false;
    if (!isBackgroundSet) paint = createPaint(key.text === 'light' ? 'light' : 'dark');
    return true;
  }

  function close(): void {
    scheduler.stop();
    if (shared) shared.attach(undefined);
    else terminal.giveBack();
    ink.unmount();
  }

  /** An error while rendering or handling a key closes the screen before it is reported. */
  function orFail(work: () => void): void {
    try {
      work();
    } catch (error) {
      close();
      options.failed(error);
    }
  }

  return { terminal, touch: scheduler.touch, flush: scheduler.flush, close };
}

/** Takes the terminal for several screens. Signals that arrive between two of them are passed to `signal`. */
export function shareTerminal(
  streams: TerminalStreams,
  signal: (signal: NodeJS.Signals) => void,
): SharedTerminal {
  let shown: TerminalHandlers | undefined;
  const terminal = takeTerminal(streams, {
    keys: (keys) => shown?.keys(keys),
    exposed: () => shown?.exposed(),
    signal: (name) => (shown ? shown.signal(name) : signal(name)),
  });
  return { terminal, attach: (handlers) => void (shown = handlers) };
}
