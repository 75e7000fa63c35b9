/** Formats keys for display. */

import type { KeyRow } from './binding.js';
import type { GlyphSet } from '../base/glyphs.js';
import { keyRows } from './keymap.js';

/** The display name of a key. Sequences are joined: `yp`. */
export function keyName(key: string, set: GlyphSet = 'unicode'): string {
  const names = set === 'ascii' ? { ...keyNames, ...asciiNames } : keyNames;
  return key
    .split(' ')
    .map(
      (each) => names[each] ?? each.replace(/^ctrl\+(.)$/, (_, letter: string) => `^${letter.toUpperCase()}`),
    )
    .join('');
}

/** The display names of the keys of a binding or a row; a long list of one action is abbreviated to its first and last. */
export function keysText(
  { keys, opposite }: Pick<KeyRow, 'keys' | 'opposite'>,
  set: GlyphSet = 'unicode',
): string {
  const names = [...keys, ...(opposite?.keys ?? [])].map((key) => keyName(key, set));
  if (opposite !== undefined || names.length < 5) return names.join(' ');
  return `${names[0]!} ${set === 'ascii' ? '..' : '…'} ${names.at(-1)!}`;
}

/** Generates the Markdown table of keys for the manual. */
export function keyTable(): string {
  const rows = keyRows.map(
    (binding) =>
      `| ${keysText(binding).replaceAll('|', '\\|')} | ${binding.screens.length === EVERY_SCREEN ? 'everywhere' : binding.screens.join(', ')} | ${binding.does} |`,
  );
  return ['| key | where | what it does |', '|---|---|---|', ...rows].join('\n');
}

/** A binding on this many screens is listed as global. */
const EVERY_SCREEN = Math.max(...keyRows.map(({ screens }) => screens.length));

const keyNames: Readonly<Record<string, string>> = {
  enter: '⏎',
  space: 'space',
  up: '↑',
  down: '↓',
  left: '←',
  right: '→',
  pageup: 'PgUp',
  pagedown: 'PgDn',
  home: 'Home',
  end: 'End',
  esc: 'Esc',
  tab: 'Tab',
  'shift+tab': '⇧Tab',
  backspace: '⌫',
  delete: 'Del',
};

const asciiNames: Readonly<Record<string, string>> = {
  enter: 'Enter',
  up: 'Up',
  down: 'Down',
  left: 'Left',
  right: 'Right',
  'shift+tab': 'S-Tab',
  backspace: 'BS',
};
