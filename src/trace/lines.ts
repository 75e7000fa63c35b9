import { writeSync } from 'node:fs';
import { isKnownType, type TraceEvent } from './event.js';

/** Bytes that are there from the beginning; a longer line makes room for itself. */
const ROOM = 1 << 17;

/** What a name or a number takes at most beside the text in it: quotes, a colon, a comma. */
const MARGIN = 32;

/** Shorter text, in UTF-16 units, is written byte by byte: asking the engine to do it costs more. */
const SHORT = 40;

const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const NEWLINE = 10;
const [NULL, TRUE, FALSE] = ['null', 'true', 'false'].map((word) => Buffer.from(word)) as [
  Buffer,
  Buffer,
  Buffer,
];

/** What does not stand for itself in JSON, or takes more than a byte. */
const UNUSUAL = /[^ !#-[\]-~]/;

/**
 * Events as the lines of a file, gathered in memory as bytes. Every line is what `traceLine` says; it takes half the time of
 * making a text of each and encoding that, which is most of what writing a trace costs.
 */
export class Lines {
  #bytes = Buffer.allocUnsafe(ROOM);
  #length = 0;

  /** In bytes. */
  get length(): number {
    return this.#length;
  }

  add(event: TraceEvent): void {
    const before = this.#length;
    try {
      this.#addValue(lineOf(event));
    } catch (error) {
      this.#length = before;
      throw error;
    }
    this.#makeRoom(1);
    this.#bytes[this.#length++] = NEWLINE;
  }

  /** Hands what was added since the last time to the system and forgets it, also where that throws. */
  writeTo(fd: number): void {
    const bytes = this.#bytes;
    const length = this.#length;
    this.clear();
    // Where the system takes only a part, the rest is given to it until it takes all of it or says why not.
    for (let done = 0; done < length;) done += writeSync(fd, bytes, done, length - done);
  }

  clear(): void {
    if (this.#bytes.length > ROOM) this.#bytes = Buffer.allocUnsafe(ROOM);
    this.#length = 0;
  }

  /** A value as JSON. Captured values are nothing but data: no record here has a prototype or says how it is to be written. */
  #addValue(value: unknown): void {
    switch (typeof value) {
      case 'string':
        return this.#addText(value);
      case 'number':
        return this.#addNumber(value);
      case 'boolean':
        return this.#addBytes(value ? TRUE : FALSE);
      case 'object':
        if (value === null) return this.#addBytes(NULL);
        return Array.isArray(value) ? this.#addList(value) : this.#addRecord(value as Fields);
      default:
        // As JSON.stringify has it: a bigint throws.
        return this.#addEncoded(JSON.stringify(value) ?? 'null');
    }
  }

  #addRecord(record: Fields): void {
    let opening = OPENING_BRACE;
    for (const name in record) {
      const value = record[name];
      if (value === undefined) continue;
      this.#addName(opening, name);
      this.#addValue(value);
      opening = COMMA;
    }
    if (opening === OPENING_BRACE) this.#addByte(opening);
    this.#addByte(CLOSING_BRACE);
  }

  #addName(opening: number, name: string): void {
    this.#makeRoom(name.length + MARGIN);
    const bytes = this.#bytes;
    let end = this.#length;
    bytes[end++] = opening;
    bytes[end++] = QUOTE;
    for (let i = 0; i < name.length; i++) {
      const code = name.charCodeAt(i);
      if (code < 32 || code > 126 || code === QUOTE || code === BACKSLASH) {
        this.#addByte(opening);
        this.#addEncoded(JSON.stringify(name));
        return this.#addByte(COLON);
      }
      bytes[end++] = code;
    }
    bytes[end++] = QUOTE;
    bytes[end++] = COLON;
    this.#length = end;
  }

  #addList(list: readonly unknown[]): void {
    this.#addByte(OPENING_BRACKET);
    for (let i = 0; i < list.length; i++) {
      if (i > 0) this.#addByte(COMMA);
      this.#addValue(list[i]);
    }
    this.#addByte(CLOSING_BRACKET);
  }

  #addText(text: string): void {
    this.#makeRoom(text.length + MARGIN);
    const bytes = this.#bytes;
    const start = this.#length;
    let end = start;
    bytes[end++] = QUOTE;
    if (text.length > SHORT) {
      if (UNUSUAL.test(text)) return this.#addEncoded(JSON.stringify(text));
      end += bytes.write(text, end, 'latin1');
    } else {
      for (let i = 0; i < text.length; i++) {
        const code = text.charCodeAt(i);
        if (code < 32 || code > 126 || code === QUOTE || code === BACKSLASH)
          return this.#addEncoded(JSON.stringify(text));
        bytes[end++] = code;
      }
    }
    bytes[end++] = QUOTE;
    this.#length = end;
  }

  /** Text that is JSON already. */
  #addEncoded(json: string): void {
    // UTF-8 takes at most three bytes for a unit of UTF-16.
    this.#makeRoom(json.length * 3 + MARGIN);
    this.#length += this.#bytes.write(json, this.#length);
  }

  /** Whole numbers and milliseconds with microseconds are written digit by digit. */
  #addNumber(value: number): void {
    const size = Math.abs(value);
    const whole = size | 0;
    const thousandths = Math.round((size - whole) * 1000);
    if (size >= 2 ** 30 || whole + thousandths / 1000 !== size)
      return this.#addEncoded(JSON.stringify(value));
    this.#makeRoom(MARGIN);
    if (value < 0) this.#bytes[this.#length++] = MINUS;
    this.#addCount(whole);
    if (thousandths > 0) this.#addThousandths(thousandths);
  }

  #addCount(count: number): void {
    let digits = 1;
    for (let limit = 10; count >= limit; limit *= 10) digits++;
    this.#length += digits;
    for (let place = 1, rest = count; place <= digits; place++) {
      const tens = (rest / 10) | 0;
      this.#bytes[this.#length - place] = ZERO + rest - tens * 10;
      rest = tens;
    }
  }

  #addThousandths(thousandths: number): void {
    this.#bytes[this.#length++] = POINT;
    for (let unit = 100, rest = thousandths; rest > 0; unit /= 10) {
      const digit = (rest / unit) | 0;
      this.#bytes[this.#length++] = ZERO + digit;
      rest -= digit * unit;
    }
  }

  #addByte(byte: number): void {
    this.#makeRoom(MARGIN);
    this.#bytes[this.#length++] = byte;
  }

  #addBytes(bytes: Uint8Array): void {
    this.#makeRoom(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #makeRoom(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#length + bytes, this.#bytes.length * 2));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}

type Fields = Readonly<Record<string, unknown>>;

const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;

/** An event as its line in a file. */
export function traceLine(event: TraceEvent): string {
  return JSON.stringify(lineOf(event));
}

/** What a line says of an event: one of an unknown type is written as it was read. */
function lineOf(event: TraceEvent): unknown {
  return isKnownType(event.type) ? event : (event as { raw?: unknown }).raw;
}
