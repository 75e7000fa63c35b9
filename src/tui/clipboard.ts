import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatBytes } from '../lib/text/format.js';

/** Terminals drop longer sequences, some of them after having taken half of it. In bytes of UTF-8. */
const MAX_BYTES = 75_000;

/** How a text gets into the clipboard of whoever sits in front of the terminal. */
export type Copy = Readonly<{
  /** What to send to the terminal; empty when the text went into a file instead. */
  codes: string;
  /** What was done, for the person. */
  says: string;
}>;

/**
 * Copies by OSC 52, which works through SSH and asks nothing of this machine. tmux passes it on when it is wrapped. What is
 * too long for that is left in a file that only its owner can read.
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

/** A sequence that tmux hands to the terminal it runs in, where `allow-passthrough` is on. */
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
