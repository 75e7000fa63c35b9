import type { Theme } from '../view/base/theme.js';

/** Asks the terminal for the colour of its paper (OSC 11). Whether and when it answers is up to it. */
export const askForPaper = '\x1b]11;?\x07';

/** Whether the question is for this terminal: a bare console prints what it does not know, and GNU screen keeps it to itself. */
export function mayAskForPaper(env: NodeJS.ProcessEnv): boolean {
  return !env['STY'] && !/^(?:|dumb|linux|vt\d+|cons25)$/.test(env['TERM'] ?? '');
}

/** The theme for a paper such as `rgb:1e1e/1e1e/2e2e`; undefined for what is no colour. */
export function paperOf(colour: string): Theme | undefined {
  const digits = /^rgba?:([\da-f]{1,4})\/([\da-f]{1,4})\/([\da-f]{1,4})(?:\/[\da-f]{1,4})?$/i
    .exec(colour)
    ?.slice(1);
  if (!digits) return undefined;
  const [red, green, blue] = digits.map((hex) => Number.parseInt(hex, 16) / (16 ** hex.length - 1));
  // Rec. 709: how bright a colour looks.
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue! > 0.5 ? 'light' : 'dark';
}
