/** Queries the terminal's background colour (OSC 11). */

import type { Theme } from '../view/base/theme.js';

/** The query for the background colour (OSC 11). The terminal may respond late or never. */
export const queryBackground = '\x1b]11;?\x07';

/** Whether this terminal can be queried: the Linux console prints unknown sequences, and GNU screen swallows them. */
export function canQueryBackground(env: NodeJS.ProcessEnv): boolean {
  return !env['STY'] && !/^(?:|dumb|linux|vt\d+|cons25)$/.test(env['TERM'] ?? '');
}

/** Parses a background colour such as `rgb:1e1e/1e1e/2e2e` into a theme; undefined if it is not a colour. */
export function parseBackground(colour: string): Theme | undefined {
  const digits = /^rgba?:([\da-f]{1,4})\/([\da-f]{1,4})\/([\da-f]{1,4})(?:\/[\da-f]{1,4})?$/i
    .exec(colour)
    ?.slice(1);
  if (!digits) return undefined;
  const [red, green, blue] = digits.map((hex) => Number.parseInt(hex, 16) / (16 ** hex.length - 1));
  // Relative luminance, Rec. 709.
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue! > 0.5 ? 'light' : 'dark';
}
