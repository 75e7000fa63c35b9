/** Reads keys from a terminal in raw mode. */

import { StringDecoder } from 'node:string_decoder';
import type { Key } from '../view/base/key.js';
import { createKeyParser } from './key-parser.js';

/** The subset of a terminal's input stream that the screen uses. */
export type TerminalInput = Pick<NodeJS.ReadStream, 'on' | 'off' | 'pause' | 'resume' | 'setRawMode'>;

/** An open keyboard. */
export type Keyboard = Readonly<{ start(): void; stop(): void }>;

// Long enough for the rest of an arrow key over a slow connection, short enough for Esc to feel immediate.
const escapeDelayMs = 40;

/** Opens the keyboard in raw mode. Keys that arrive in one chunk are delivered in one call. */
export function createKeyboard(stdin: TerminalInput, onKeys: (keys: readonly Key[]) => void): Keyboard {
  const parser = createKeyParser();
  const decoder = new StringDecoder('utf8');
  let timer: NodeJS.Timeout | undefined;
  const hand = (keys: readonly Key[]) => {
    if (keys.length > 0) onKeys(keys);
  };
  const onData = (chunk: Buffer | string) => {
    clearTimeout(timer);
    hand(parser.push(typeof chunk === 'string' ? chunk : decoder.write(chunk)));
    if (parser.pending) timer = setTimeout(() => hand(parser.flush()), escapeDelayMs);
  };
  return {
    start() {
      // A shell that had the terminal meanwhile changed its mode without Node noticing: toggle raw mode to restore it.
      stdin.setRawMode(false);
      stdin.setRawMode(true);
      stdin.off('data', onData).on('data', onData);
      stdin.resume();
    },
    stop() {
      clearTimeout(timer);
      stdin.off('data', onData);
      stdin.setRawMode(false);
      stdin.pause();
    },
  };
}
