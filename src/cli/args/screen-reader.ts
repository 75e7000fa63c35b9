/** Decides whether to print plain sentences for a screen reader instead of drawing the screen. */
import { loadSettings } from './user-settings.js';

/**
 * Whether screen-reader mode is on: by the command line, else the environment (PFLOW_SCREEN_READER, or the variables of other
 * programs: ACCESSIBLE, INK_SCREEN_READER), else the settings.
 */
export function isScreenReaderMode(
  { screenReader }: Readonly<{ screenReader?: boolean }>,
  env: NodeJS.ProcessEnv = process.env,
): boolean {
  const values = ['PFLOW_SCREEN_READER', 'ACCESSIBLE', 'INK_SCREEN_READER'].flatMap(
    (name) => env[name] || [],
  );
  if (screenReader !== undefined) return screenReader;
  return values.length > 0
    ? !/^(?:0|false|no|off)$/i.test(values[0]!)
    : loadSettings(env).screen.screenReader;
}
