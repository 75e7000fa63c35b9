/** Finds every place of a text that may be part of a secret, in one pass whatever the number of rules. */

import type { Findings } from './secret-findings.js';
import { ANCHOR_LENGTH } from './anchor.js';

/** Looks whether there is a secret where an anchor was found, and adds it to the findings. `end` is just behind the anchor. */
export type Detector = (found: Findings, end: number) => void;

/**
 * An anchor is three ASCII characters. A set of 2^21 bits tells whether three characters are one: 16 MB of prose take 40 ms,
 * against 75 ms for the fastest regular expression that looks for twenty prefixes, and the number of rules does not matter.
 */
export class AnchorIndex {
  readonly #bits: Uint8Array;
  readonly #detectors: Map<number, Detector[]>;

  constructor(base?: AnchorIndex) {
    this.#bits = base ? base.#bits.slice() : new Uint8Array(1 << (ANCHOR_LENGTH * CHAR_BITS - 3));
    this.#detectors = new Map();
    for (const [hash, detectors] of base ? base.#detectors : []) this.#detectors.set(hash, [...detectors]);
  }

  /** `anchor` has at least three characters; what is beyond the third does not count. */
  add(anchor: string, detector: Detector): void {
    let hash = 0;
    for (let i = 0; i < ANCHOR_LENGTH; i++) hash = (hash << CHAR_BITS) | (anchor.charCodeAt(i) & CHAR_MASK);
    this.#bits[hash >> 3]! |= 1 << (hash & 7);
    const detectors = this.#detectors.get(hash);
    if (detectors) detectors.push(detector);
    else this.#detectors.set(hash, [detector]);
  }

  /** The same for an anchor in any mixture of upper and lower case. */
  addInAnyCase(anchor: string, detector: Detector): void {
    const spellings = new Set<string>();
    for (let upper = 0; upper < 1 << ANCHOR_LENGTH; upper++) {
      let spelling = '';
      for (let i = 0; i < ANCHOR_LENGTH; i++)
        spelling += (upper >> i) & 1 ? anchor[i]!.toUpperCase() : anchor[i]!.toLowerCase();
      spellings.add(spelling);
    }
    for (const spelling of spellings) this.add(spelling, detector);
  }

  /**
   * The index of the first anchor in a text, -1 without one: then no rule can match. Nearly all texts end here, before
   * anything is allocated or reset. Reads short texts directly, because copying them costs more (about 100 ns) than it saves.
   */
  findFirst(text: string): number {
    const { length } = text;
    if (length > LONGEST_DIRECT) return this.#findInBytes(text);
    const bits = this.#bits;
    let hash = 0;
    for (let i = 0; i < length; i++) {
      hash = ((hash << CHAR_BITS) | (text.charCodeAt(i) & CHAR_MASK)) & MASK;
      if ((bits[hash >> 3]! & (1 << (hash & 7))) !== 0) return i + 1 - ANCHOR_LENGTH;
    }
    return -1;
  }

  #findInBytes(text: string): number {
    const { length } = text;
    for (let from = 0; from < length; from += PIECE) {
      const end = copyPiece(text, from, from === 0);
      const at = findHit(this.#bits, LEAD, end);
      if (at < end) return from + at - LEAD + 1 - ANCHOR_LENGTH;
    }
    return -1;
  }

  /** Has every detector look whose anchor is in the text of `found`, at `begin` or behind it. */
  scan(found: Findings, begin = 0): Findings {
    const bits = this.#bits;
    const { text } = found.cursor;
    const { length } = text;
    const start = Math.max(0, begin);
    for (let from = start; from < length; from += PIECE) {
      const end = copyPiece(text, from, from === start);
      for (let at = findHit(bits, LEAD, end); at < end; at = findHit(bits, at + 1, end))
        this.#look(found, hashAt(at), from + at - LEAD + 1);
    }
    return found;
  }

  #look(found: Findings, hash: number, end: number): void {
    found.wasLookedAt = true;
    const detectors = this.#detectors.get(hash)!;
    for (let i = 0; i < detectors.length; i++) detectors[i]!(found, end);
  }
}

/** Of a character beyond ASCII the lowest bits count. */
const CHAR_BITS = 7;
const CHAR_MASK = (1 << CHAR_BITS) - 1;
const MASK = (1 << (ANCHOR_LENGTH * CHAR_BITS)) - 1;

/** From this length on, reading from a copy in bytes costs less than charCodeAt. */
const LONGEST_DIRECT = 48;
const PIECE = 1 << 16;
/** Before a piece are the last characters of the previous one, in which an anchor may begin. */
const LEAD = ANCHOR_LENGTH;
const BYTES = Buffer.allocUnsafeSlow(LEAD + PIECE);

/**
 * Copies a piece of a text into bytes, and returns their end: to read these costs a third of charCodeAt. Of a wider character the
 * lower byte is looked at.
 */
function copyPiece(text: string, from: number, isFirst: boolean): number {
  // By hand: texts are short, and a call into the engine costs as much as a hundred bytes.
  for (let i = 0; i < LEAD; i++) BYTES[i] = isFirst ? 0 : BYTES[PIECE + i]!;
  const piece = from === 0 && text.length <= PIECE ? text : text.slice(from, from + PIECE);
  return LEAD + BYTES.write(piece, LEAD, 'latin1');
}

/** The hash of the three characters that end at a byte. */
function hashAt(at: number): number {
  return (
    ((BYTES[at - 2]! & CHAR_MASK) << (2 * CHAR_BITS)) |
    ((BYTES[at - 1]! & CHAR_MASK) << CHAR_BITS) |
    (BYTES[at]! & CHAR_MASK)
  );
}

/** Where the next anchor ends, from `from` on; `end` without one. A loop that calls nothing: with calls it takes twice the time. */
function findHit(bits: Uint8Array, from: number, end: number): number {
  let hash = hashAt(from - 1);
  for (let i = from; i < end; i++) {
    hash = ((hash << CHAR_BITS) | (BYTES[i]! & CHAR_MASK)) & MASK;
    if ((bits[hash >> 3]! & (1 << (hash & 7))) !== 0) return i;
  }
  return end;
}
