/** Applies key presses to a single-line text input. */

import type { Key } from './key.js';

/** Applies a key press to the text of an input. */
export function applyKey(text: string, key: Key): string {
  if (key.name === 'backspace') return [...text].slice(0, -1).join('');
  if (key.name === 'ctrl+u') return '';
  return (text + key.text.replaceAll(/\s+/g, ' ')).slice(0, 200);
}
