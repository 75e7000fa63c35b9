/** Finds private keys in PEM, OpenSSH, PGP and PuTTY form, whole, cut off at either end, or line by line. */

import type { AnchorIndex } from '../scan/anchor-index.js';
import { CHAR_CLASSES } from '../scan/char-class.js';
import type { Findings } from '../scan/secret-findings.js';

/** Adds what private keys are found by. */
export function addPrivateKeys(index: AnchorIndex): void {
  index.add(' PRIVATE', detectLabel);
  index.add('Y-User-Key-File', detectPutty);
}

const LONGEST_LABEL = 80;

/** Found by the label ` PRIVATE KEY-----`, which ends the first and the last line of a key. */
function detectLabel(found: Findings, anchorEnd: number): void {
  const { cursor } = found;
  const { text } = cursor;
  const at = anchorEnd - 3;
  if (!text.startsWith(' PRIVATE KEY', at) || found.isHandled(detectLabel, at)) return;
  const before = text.slice(Math.max(0, at - LONGEST_LABEL), at + 1);
  const label = /-----(BEGIN|END)[A-Z0-9 _-]{0,60}$/.exec(before);
  const dashes = /^ PRIVATE KEY(?: BLOCK)?-----/.exec(text.slice(at, at + 40));
  if (!label || !dashes) return;
  const start = at + 1 - label[0].length;
  const lineEnd = at + dashes[0].length;
  if (label[1] === 'END') return addTail(found, start);
  const end = findEnd(found, lineEnd);
  found.handle(detectLabel, end);
  found.add(start, end, 'private-key');
}

/** Where the last line of a key ends; the end of the text where it was cut off. */
function findEnd(found: Findings, from: number): number {
  const { cursor } = found;
  const end = cursor.next('-----END', from);
  if (end === cursor.text.length) return cutOff(found, from);
  const close = cursor.next('-----', end + 8);
  return Math.min(close + 5, cursor.text.length);
}

/** A key that nothing ends is as long as its text is base64 with line ends, quotes and commas of lists. */
function cutOff({ cursor }: Findings, from: number): number {
  const { text } = cursor;
  const rest = /[^A-Za-z0-9+/=\s\\"',:;.()[\]-]/.exec(text.slice(from, from + LONGEST_KEY));
  return rest ? from + rest.index : text.length;
}

const LONGEST_KEY = 16_384;

/** The last lines of a key whose first are elsewhere. */
function addTail(found: Findings, end: number): void {
  const { cursor } = found;
  let start = end;
  for (let at = end; end - at < LONGEST_KEY;) {
    const to = skipBack(cursor.text, at);
    const from = cursor.runStart(CHAR_CLASSES.base64, to);
    // Only the last line is shorter than the others.
    if (to - from < (start === end ? 1 : SHORTEST_LINE) || to - from > LONGEST_LINE) break;
    start = at = from;
  }
  found.add(start, end, 'private-key');
}

const SHORTEST_LINE = 16;
const LONGEST_LINE = 80;

/** Skips backwards over line separators: line ends, escaped ones too, and the quotes and commas of a list. */
function skipBack(text: string, to: number): number {
  let at = to;
  for (; at > 0 && to - at < LONGEST_LABEL; at--) {
    const isEscape = (text[at - 1] === 'n' || text[at - 1] === 'r') && text[at - 2] === '\\';
    if (!isEscape && !/[\s"',\\]/.test(text[at - 1]!)) break;
  }
  return at;
}

/** The lines behind `Private-Lines: n`, and the `Private-MAC`. */
function detectPutty(found: Findings, anchorEnd: number): void {
  const { cursor } = found;
  const { text } = cursor;
  const at = anchorEnd - 3;
  if (!text.startsWith('Y-User-Key-File', at) || found.isHandled(detectPutty, at)) return;
  const lines = cursor.next('Private-Lines:', at);
  const mac = cursor.next('Private-MAC:', at);
  if (lines === text.length) return;
  const start = lines + 'Private-Lines:'.length;
  const end =
    mac === text.length
      ? text.length
      : Math.min(
          text.length,
          mac + 12 + (/^[\s\da-f]*/i.exec(text.slice(mac + 12, mac + 100))?.[0].trimEnd().length ?? 0),
        );
  found.handle(detectPutty, end);
  found.add(start, end, 'private-key');
}
