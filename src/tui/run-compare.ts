/** Runs the screen that compares two runs until the user leaves it. */

import type { Key } from '../view/base/key.js';
import { resolveGlyphs } from '../view/base/glyphs.js';
import type { Settings } from '../view/app/screen-settings.js';
import { firstDifference, type Comparison } from '../view/compare/compare-rows.js';
import { initialCompare, type CompareState } from '../view/compare/compare-state.js';
import { compareRegions } from '../view/compare/compare-view.js';
import { pressCompare, type CompareEffect } from '../view/compare/press-compare.js';
import { openSurface, type SharedTerminal } from './surface.js';
import type { TerminalStreams } from './terminal.js';

export type CompareOptions = TerminalStreams &
  Readonly<{
    comparison: Comparison;
    env: NodeJS.ProcessEnv;
    settings: Settings;
    reducedMotion?: boolean;
    shared: SharedTerminal;
    /** A message for the user. */
    toast?: string | undefined;
  }>;

/** How the user left: to the screen that it was opened from, to the home screen, or altogether. */
export type CompareResult =
  Readonly<{ type: 'back' | 'home' | 'quit' }> | Readonly<{ type: 'signal'; signal: NodeJS.Signals }>;

/** Shows two runs until the user leaves. The terminal stays open: its owner gives it back. */
export function runCompare(options: CompareOptions): Promise<CompareResult> {
  return new Promise((resolve, reject) => openCompare(options, { resolve, reject }));
}

function openCompare(
  { comparison, settings, shared, ...options }: CompareOptions,
  left: { resolve(result: CompareResult): void; reject(error: unknown): void },
): void {
  const reducedMotion = options.reducedMotion ?? Boolean(options.env['PFLOW_REDUCED_MOTION']);
  const glyphs = resolveGlyphs(settings.glyphs, options.env);
  const look = { glyphs, reducedMotion, keys: settings.keys };
  let compare: CompareState = {
    ...initialCompare(look),
    cursor: firstDifference(comparison),
    toast: options.toast ?? '',
  };
  let size = { columns: 80, rows: 24 };
  let closed = false;

  const surface = openSurface({
    ...options,
    shared,
    theme: settings.theme,
    colors: settings.colors,
    mouse: settings.mouse,
    frameMs: 1000 / settings.fps,
    regions(current) {
      size = current;
      return compareRegions(comparison, compare, { ...size, now: Date.now() });
    },
    keys(keys) {
      for (const key of keys) if (!closed) onKey(key);
      if (!closed) surface.flush();
    },
    signal: (signal) => leave({ type: 'signal', signal }),
    failed(error) {
      closed = true;
      left.reject(error);
    },
  });
  shared.terminal.frames.send('\x1b]0;pflow\x07');

  function onKey(key: Key): void {
    const pressed = pressCompare(compare, key, comparison, { ...size, now: Date.now() });
    ({ compare } = pressed);
    for (const effect of pressed.effects) onEffect(effect);
  }

  function onEffect({ type }: CompareEffect): void {
    switch (type) {
      case 'suspend':
        return shared.terminal.suspend();
      case 'redraw':
        return shared.terminal.frames.invalidate();
      case 'back':
      case 'home':
      case 'quit':
        return leave({ type });
      default:
        return type satisfies never;
    }
  }

  function leave(result: CompareResult): void {
    if (closed) return;
    closed = true;
    surface.close();
    left.resolve(result);
  }
}
