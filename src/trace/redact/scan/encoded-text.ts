/** Looks for secrets in what is percent-encoded, as in a URL inside of a URL, by looking at it decoded. */

import type { AnchorIndex } from './anchor-index.js';
import { CHAR_CLASSES } from './char-class.js';
import { Findings } from './secret-findings.js';

/** Signs that formats of secrets and their names are written with, encoded. */
const ENCODED = ['%2F', '%2f', '%3A', '%3a', '%24', '%7C', '%7c', '%2B', '%2b', '%22', '%7B', '%7b'];

/** Adds what encoded text is found by. It is only noted: one scan cannot begin inside of another. */
export function addEncoded(index: AnchorIndex): void {
  for (const each of ENCODED) {
    index.add(each, (found, end) => {
      const last = found.encoded.at(-1);
      if (last && end <= last.end) return;
      const { cursor } = found;
      const from = cursor.runStart(CHAR_CLASSES['word.%'], end);
      found.encoded.push({ start: from, end: cursor.runEnd(CHAR_CLASSES['word.%'], end - 1) });
    });
  }
}

/**
 * All secrets of a text that has no anchor before `from`; `found` may have been used for another one before.
 */
export function findSecrets(index: AnchorIndex, text: string, found = new Findings(), from = 0): Findings {
  index.scan(found.begin(text), from);
  if (found.encoded.length > 0) findEncoded(index, found);
  return found;
}

/** Adds the secrets of the encoded stretches that a scan has noted. */
function findEncoded(index: AnchorIndex, found: Findings): void {
  const inside = new Findings();
  for (const { start, end } of found.encoded) {
    const { text, places } = decode(found.cursor.text.slice(start, end));
    index.scan(inside.begin(text));
    for (const span of inside.isEmpty ? [] : inside.merge()) {
      found.add(start + places[span.start]!, start + places[span.end]!, span.kind);
    }
  }
}

/** The decoded text, and the source position of each of its characters and of its end. */
function decode(encoded: string): { text: string; places: number[] } {
  const places: number[] = [];
  let text = '';
  for (let at = 0; at < encoded.length;) {
    places.push(at);
    const code = encoded[at] === '%' ? Number.parseInt(encoded.slice(at + 1, at + 3), 16) : Number.NaN;
    const isEncoded = code >= 0x20 && code < 0x7f;
    text += isEncoded ? String.fromCharCode(code) : encoded[at]!;
    at += isEncoded ? 3 : 1;
  }
  places.push(encoded.length);
  return { text, places };
}
