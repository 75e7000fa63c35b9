/** Copies text to the clipboard of the terminal (OSC 52), or to a file when it is too long. */

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatBytes } from '../lib/text/format.js';

/** Maximum size in bytes of UTF-8: terminals drop longer sequences, some after truncating them. */
const MAX_BYTES = 75_000;

/** The result of a copy. */
export type Copy = Readonly<{
  /** The escape sequence to send to the terminal; empty when the text was written to a file instead. */
  codes: string;
  /** A message for the user. */
  says: string;
}>;

/**
 * Copies with OSC 52, which works over SSH and needs no local clipboard tool. Inside tmux the sequence is wrapped in a
 * passthrough. Text over the limit is written to a file that only its owner can read.
 */
export function copyText(text: string, what: string, env: NodeJS.ProcessEnv): Copy {
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_BYTES) return toFile(text, what, bytes);
  const sequence = `\x1b]52;c;${Buffer.from(text).toString('base64')}\x07`;
  return {
    codes: env['TMUX'] ? throughTmux(sequence) : sequence,
    says: `Copied the ${what}, ${formatBytes(bytes)}.`,
  };
}

/** Wraps a sequence for tmux to pass through to the outer terminal; requires `allow-passthrough`. */
export function throughTmux(sequence: string): string {
  return `\x1bPtmux;${sequence.replaceAll('\x1b', '\x1b\x1b')}\x1b\\`;
}

function toFile(text: string, what: string, bytes: number): Copy {
  const size = formatBytes(bytes);
  try {
    const path = join(mkdtempSync(join(tmpdir(), 'pflow-')), `${what}.txt`);
    writeFileSync(path, text, { mode: 0o600 });
    return { codes: '', says: `The ${what} is too long for the clipboard (${size}). It is in ${path}.` };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { codes: '', says: `The ${what} is too long for the clipboard (${size}): ${why}` };
  }
}
