import type { Key } from './key.js';

/** A line of text after a key. */
export function edited(text: string, key: Key): string {
  if (key.name === 'backspace') return [...text].slice(0, -1).join('');
  if (key.name === 'ctrl+u') return '';
  return (text + key.text.replaceAll(/\s+/g, ' ')).slice(0, 200);
}
