import { loadSettings } from './user-settings.js';

/**
 * Whether the person has a screen read to them: the command line says so, else the environment (PFLOW_SCREEN_READER, or what
 * other programs go by: ACCESSIBLE, INK_SCREEN_READER), else the settings. Then everything is told in sentences, one a line.
 */
export function isReadAloud(
  { screenReader }: Readonly<{ screenReader?: boolean }>,
  env: NodeJS.ProcessEnv = process.env,
): boolean {
  const said = ['PFLOW_SCREEN_READER', 'ACCESSIBLE', 'INK_SCREEN_READER'].flatMap((name) => env[name] || []);
  if (screenReader !== undefined) return screenReader;
  return said.length > 0 ? !/^(?:0|false|no|off)$/i.test(said[0]!) : loadSettings(env).screen.screenReader;
}
