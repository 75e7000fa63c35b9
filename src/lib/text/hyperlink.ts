/** Writes file paths as hyperlinks (OSC 8) for terminals that support them. */
import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Whether the terminal is known to support hyperlinks. Unknown ones are left out, because some print the codes, and so are tmux and
 * screen, which hide the terminal around them. FORCE_HYPERLINK decides if it is set (0: never).
 */
export function supportsHyperlinks(env: NodeJS.ProcessEnv): boolean {
  const forced = env['FORCE_HYPERLINK'];
  if (forced !== undefined && forced !== '') return forced !== '0';
  if (env['TMUX'] || env['STY'] || env['TERM'] === 'dumb') return false;
  // VTE, the widget of GNOME's terminals, has had them since 0.50.
  if (Number(env['VTE_VERSION']) >= 5000) return true;
  return (
    env['KITTY_WINDOW_ID'] !== undefined ||
    env['WT_SESSION'] !== undefined ||
    env['KONSOLE_VERSION'] !== undefined ||
    /^(?:iTerm\.app|WezTerm|vscode|ghostty|Hyper|Tabby)$/.test(env['TERM_PROGRAM'] ?? '') ||
    /^(?:xterm-kitty|xterm-ghostty|alacritty|foot)/.test(env['TERM'] ?? '')
  );
}

/**
 * Wraps a text, which must be safe for the terminal, in a link to a file; a path that is not absolute leaves it as it is. The
 * address is percent-encoded, so no character of the path can end the sequence.
 */
export function linkToFile(text: string, path: string): string {
  if (!isAbsolute(path)) return text;
  const address = pathToFileURL(path).href.replace(/[^\u0021-\u007e]/g, '');
  return `\u001b]8;;${address}\u001b\\${text}\u001b]8;;\u001b\\`;
}
