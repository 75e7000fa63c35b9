/** Searches the raw bytes of a trace file for text. */
import { safeJson } from '../../lib/text/safe-text.js';
import type { NumberList } from '../../lib/data/number-list.js';

/** A file of lines: the offset of each, the end of the last, and access to its bytes. */
export type SearchedFile = {
  readonly offsets: Pick<NumberList, 'length' | 'at'>;
  end(): number;
  bytes(offset: number, length: number): Buffer;
};

/** Bytes searched per step. */
const PIECE = 1 << 20;

/** Where the values start in events that consist mostly of values, near the start of the line. */
const VALUES = /"(?:set|params)":/;
const LONGEST_HEAD = 160;

/** Words of the format itself, which may occur in every line. */
const IN_EVERY_LINE = ['null', 'template', 'value', 'from'];

/**
 * Case-insensitive full-text search over the lines of a trace file. Works on raw bytes, once per query: parsing every
 * line to search its values would take twenty times as long.
 */
export class LineSearch {
  readonly #file: SearchedFile;
  #wanted = '';
  /** `wanted` as it is escaped in JSON. */
  #needle = '';
  #isInSteps = false;
  /** Per line: 1 if it contains the text. */
  #found = new Uint8Array(0);
  #searched = 0;
  /**
   * Query extended: lines without the previous query cannot match, so only previous matches are searched. These are
   * they.
   */
  #candidates: Uint8Array | undefined;

  constructor(file: SearchedFile) {
    this.#file = file;
  }

  /**
   * Starts an incremental search that the caller drives with `goOn`; otherwise a search runs synchronously on first
   * access.
   */
  startInSteps(wanted: string): void {
    this.#isInSteps = true;
    if (wanted !== this.#wanted) this.#start(wanted);
  }

  /** Searches about this many bytes more. Returns false when the search is complete. */
  searchMore(bytes = Infinity): boolean {
    const count = this.#file.offsets.length;
    if (count > this.#found.length) {
      const grown = new Uint8Array(count);
      grown.set(this.#found);
      this.#found = grown;
    }
    for (let left = bytes; this.#searched < count && left > 0;) {
      const from = this.#searched;
      let to = from + 1;
      while (to < count && this.#offset(to + 1) - this.#offset(from) <= PIECE) to++;
      if (this.#mayBeIn(from, to)) {
        this.#searchIn(from, to);
        left -= this.#offset(to) - this.#offset(from);
      }
      this.#searched = to;
    }
    return this.#searched < count;
  }

  /** Fraction searched, 0 to 1. */
  get progress(): number {
    return this.#searched / Math.max(1, this.#file.offsets.length);
  }

  /** Whether a line contains the lower-case text after its head; undefined if it was not searched yet. */
  has(line: number, wanted: string): boolean | undefined {
    if (!this.#isInSteps) {
      if (wanted !== this.#wanted) this.#start(wanted);
      if (line >= this.#searched) this.searchMore();
    }
    return wanted === this.#wanted && line < this.#searched ? this.#found[line] === 1 : undefined;
  }

  /**
   * Whether a hit in a line is certainly a hit in its values: the text is not part of JSON syntax or of the format's
   * own words.
   */
  static isUnambiguous(wanted: string): boolean {
    return !/[{}[\]:,"\\]/.test(wanted) && !IN_EVERY_LINE.some((word) => word.includes(wanted));
  }

  #start(wanted: string): void {
    const isNarrower = this.#wanted !== '' && wanted.includes(this.#wanted);
    this.#candidates = isNarrower ? this.#found.subarray(0, this.#searched) : undefined;
    this.#wanted = wanted;
    this.#needle = foldCase(safeJson(JSON.stringify(wanted)).slice(1, -1));
    this.#found = new Uint8Array(this.#file.offsets.length);
    this.#searched = 0;
  }

  #mayBeIn(from: number, to: number): boolean {
    if (this.#candidates === undefined || to > this.#candidates.length) return true;
    return this.#candidates.subarray(from, to).includes(1);
  }

  #searchIn(from: number, to: number): void {
    const start = this.#offset(from);
    const bytes = this.#file.bytes(start, this.#offset(to) - start);
    if (/^[ -~]*$/.test(this.#needle)) this.#searchBytes(bytes, start, from);
    else
      for (let line = from; line < to; line++) {
        const text = bytes.toString('utf8', this.#offset(line) - start, this.#offset(line + 1) - start);
        if (foldCase(text).includes(this.#needle)) this.#found[line] = 1;
      }
  }

  /** ASCII queries: each character is one byte, so all lines are searched as one string. */
  #searchBytes(bytes: Buffer, start: number, first: number): void {
    const text = bytes.toString('latin1').toLowerCase();
    let line = first;
    for (let hit = text.indexOf(this.#needle); hit >= 0;) {
      while (this.#offset(line + 1) - start <= hit) line++;
      const end = this.#offset(line + 1) - start;
      const values = valuesIn(text, this.#offset(line) - start, end);
      if (hit >= values) this.#found[line] = 1;
      hit = text.indexOf(this.#needle, hit >= values ? end : values);
    }
  }

  #offset(line: number): number {
    return this.#file.offsets.at(line) ?? this.#file.end();
  }
}

/** Lower case. Sigma has two lower-case forms depending on what follows, which in JSON may be an escape instead of the end of a word. */
function foldCase(text: string): string {
  return text.toLowerCase().replaceAll('ς', 'σ');
}

/** Where the values start in a line; the start of the line if that is not known. */
function valuesIn(text: string, from: number, to: number): number {
  const at = text.slice(from, Math.min(to, from + LONGEST_HEAD)).search(VALUES);
  return at < 0 ? from : text.indexOf(':', from + at);
}
