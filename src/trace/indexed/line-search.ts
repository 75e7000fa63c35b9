import type { NumberList } from '../../lib/data/number-list.js';

/** A file of lines: where each of them begins, where the last of them ends, and its bytes. */
export type SearchedFile = {
  readonly offsets: Pick<NumberList, 'length' | 'at'>;
  end(): number;
  bytes(offset: number, length: number): Buffer;
};

/** Bytes that are looked through at once. */
const PIECE = 1 << 20;

/** The values of an event that is all values begin here, near the beginning of its line. */
const VALUES = /"(?:set|params)":/;
const LONGEST_HEAD = 160;

/** What JSON itself is made of may be found in every line. */
const IN_EVERY_LINE = ['null', 'template', 'value', 'from'];

/**
 * Which lines of a trace file have a text, whatever its case. The file is looked through as it is, once for a text: to read
 * each of its lines to look for a text in their values would take twenty times as long.
 */
export class LineSearch {
  readonly #file: SearchedFile;
  #wanted = '';
  /** `wanted` as it stands in JSON. */
  #needle = '';
  #isInSteps = false;
  /** By line, 1 where the text is. */
  #found = new Uint8Array(0);
  #searched = 0;
  /** Where the beginning of the text was found, when somebody types on: what does not have that does not have the text. */
  #candidates: Uint8Array | undefined;

  constructor(file: SearchedFile) {
    this.#file = file;
  }

  /** From now on whoever says what to look for also sees to it by `goOn`, step by step; else that is done when it is asked for. */
  begin(wanted: string): void {
    this.#isInSteps = true;
    if (wanted !== this.#wanted) this.#start(wanted);
  }

  /** Looks through about so many bytes more. False when there is nothing left. */
  goOn(bytes = Infinity): boolean {
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

  /** How much has been looked through, 0 to 1. */
  get progress(): number {
    return this.#searched / Math.max(1, this.#file.offsets.length);
  }

  /** Whether the line has the text, which is in lower case, in what follows its head; undefined where that is not known yet. */
  has(line: number, wanted: string): boolean | undefined {
    if (!this.#isInSteps) {
      if (wanted !== this.#wanted) this.#start(wanted);
      if (line >= this.#searched) this.goOn();
    }
    return wanted === this.#wanted && line < this.#searched ? this.#found[line] === 1 : undefined;
  }

  /** Whether the values of a line have a text for certain if the line has it: it is nothing that JSON is made of. */
  static isTelling(wanted: string): boolean {
    return !/[{}[\]:,"\\]/.test(wanted) && !IN_EVERY_LINE.some((word) => word.includes(wanted));
  }

  #start(wanted: string): void {
    const isNarrower = this.#wanted !== '' && wanted.includes(this.#wanted);
    this.#candidates = isNarrower ? this.#found.subarray(0, this.#searched) : undefined;
    this.#wanted = wanted;
    this.#needle = folded(JSON.stringify(wanted).slice(1, -1));
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
        if (folded(text).includes(this.#needle)) this.#found[line] = 1;
      }
  }

  /** Of a text in ASCII each character is a byte: all lines are looked through as one text. */
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

/** In lower case. A sigma has two, by what comes after it: in JSON that may be an escape instead of the end of a word. */
function folded(text: string): string {
  return text.toLowerCase().replaceAll('ς', 'σ');
}

/** Where the values begin in a line: at its beginning, where they cannot be told from the rest. */
function valuesIn(text: string, from: number, to: number): number {
  const at = text.slice(from, Math.min(to, from + LONGEST_HEAD)).search(VALUES);
  return at < 0 ? from : text.indexOf(':', from + at);
}
