/** Serializes JSON values directly into a byte buffer. */
import { writeSync } from 'node:fs';
import { safeJson } from '../../lib/text/safe-text.js';

/** Initial buffer size; a longer line grows the buffer. */
const ROOM = 1 << 17;

/** Upper bound for what surrounds a name or number: quotes, colon, comma. */
const MARGIN = 32;

/** Upper bound for the output of `addFilled`. */
const LONGEST_FILLED = 512;

/** Below this many UTF-16 units a loop over the bytes is faster than a call into the engine. */
const SHORT = 40;

/** The bytes that precede a field's name. */
export const BRACE = 0x7b;
export const COMMA = 0x2c;

const CLOSING_BRACE = 0x7d;
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;
const QUOTE = 0x22;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const [NULL, TRUE, FALSE] = ['null', 'true', 'false'].map((word) => Buffer.from(word)) as [
  Buffer,
  Buffer,
  Buffer,
];

/** Characters that JSON escapes or that take more than one byte in UTF-8. */
const UNUSUAL = /[^ !#-[\]-~]/;

/**
 * A JSON serializer that appends to a byte buffer. Hand-written because tracing serializes every event while the run
 * waits: this takes half the time of JSON.stringify followed by encoding to UTF-8.
 */
export class JsonBytes {
  #bytes = Buffer.allocUnsafe(ROOM);
  #length = 0;

  /** In bytes. */
  get length(): number {
    return this.#length;
  }

  /** Truncates the buffer to this length. */
  cutTo(length: number): void {
    this.#length = length;
  }

  /** Writes the buffer to a file descriptor and clears it, also when that throws. */
  writeTo(fd: number): void {
    const bytes = this.#bytes;
    const length = this.#length;
    this.clear();
    // A write may be partial: repeat until everything is written or the system reports an error.
    for (let done = 0; done < length;) done += writeSync(fd, bytes, done, length - done);
  }

  clear(): void {
    if (this.#bytes.length > ROOM) this.#bytes = Buffer.allocUnsafe(ROOM);
    this.#length = 0;
  }

  /** Appends bytes that are already JSON. */
  addRaw(bytes: Uint8Array): void {
    this.#makeRoom(bytes.length);
    this.#length = putBytes(this.#bytes, this.#length, bytes);
  }

  /** Appends a value as JSON. Captured values are plain data: no record has a prototype or a toJSON method. */
  addValue(value: unknown): void {
    switch (typeof value) {
      case 'string':
        return this.addText(value);
      case 'number':
        return this.addNumber(value);
      case 'boolean':
        return this.addRaw(value ? TRUE : FALSE);
      case 'object':
        if (value === null) return this.addRaw(NULL);
        return Array.isArray(value) ? this.#addList(value) : this.#addRecord(value as Fields);
      default:
        // Same as JSON.stringify: a bigint throws.
        return this.#addEncoded(JSON.stringify(value) ?? 'null');
    }
  }

  #addRecord(record: Fields): void {
    let opening = BRACE;
    for (const name in record) {
      const value = record[name];
      if (value === undefined) continue;
      this.addName(opening, name);
      this.addValue(value);
      opening = COMMA;
    }
    if (opening === BRACE) this.#addByte(opening);
    this.#addByte(CLOSING_BRACE);
  }

  /** Appends a field's name after an opening brace or a comma. */
  addName(opening: number, name: string): void {
    this.#makeRoom(name.length + MARGIN);
    const bytes = this.#bytes;
    let end = this.#length;
    bytes[end++] = opening;
    bytes[end++] = QUOTE;
    for (let i = 0; i < name.length; i++) {
      const code = name.charCodeAt(i);
      if (code < 32 || code > 126 || code === QUOTE || code === BACKSLASH) {
        this.#addByte(opening);
        this.#addEncoded(safeJson(JSON.stringify(name)));
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
      this.addValue(list[i]);
    }
    this.#addByte(CLOSING_BRACKET);
  }

  addText(text: string): void {
    this.#makeRoom(text.length + MARGIN);
    const bytes = this.#bytes;
    const start = this.#length;
    let end = start;
    bytes[end++] = QUOTE;
    if (text.length > SHORT) {
      if (UNUSUAL.test(text)) return this.#addEncoded(safeJson(JSON.stringify(text)));
      end += bytes.write(text, end, 'latin1');
    } else {
      for (let i = 0; i < text.length; i++) {
        const code = text.charCodeAt(i);
        if (code < 32 || code > 126 || code === QUOTE || code === BACKSLASH)
          return this.#addEncoded(safeJson(JSON.stringify(text)));
        bytes[end++] = code;
      }
    }
    bytes[end++] = QUOTE;
    this.#length = end;
  }

  /** Appends a string that is already JSON. */
  #addEncoded(json: string): void {
    // A UTF-16 unit takes at most three bytes in UTF-8.
    this.#makeRoom(json.length * 3 + MARGIN);
    this.#length += this.#bytes.write(json, this.#length);
  }

  addNumber(value: number): void {
    this.#makeRoom(MARGIN);
    const end = putNumber(this.#bytes, this.#length, value);
    if (end === 0) this.#addEncoded(JSON.stringify(value));
    else this.#length = end;
  }

  /**
   * Appends a template: numbers between constant pieces of JSON. Returns false, having appended nothing, if a number is
   * not in the common form that `putNumber` handles.
   */
  addFilled(pieces: readonly Uint8Array[], a: number, b: number, c: number, d?: number): boolean {
    this.#makeRoom(LONGEST_FILLED);
    const bytes = this.#bytes;
    let end = putNumber(bytes, putBytes(bytes, this.#length, pieces[0]!), a);
    if (end > 0) end = putNumber(bytes, putBytes(bytes, end, pieces[1]!), b);
    if (end > 0) end = putNumber(bytes, putBytes(bytes, end, pieces[2]!), c);
    if (end > 0 && d !== undefined) end = putNumber(bytes, putBytes(bytes, end, pieces[3]!), d);
    if (end > 0) this.#length = putBytes(bytes, end, pieces.at(-1)!);
    return end > 0;
  }

  #addByte(byte: number): void {
    this.#makeRoom(MARGIN);
    this.#bytes[this.#length++] = byte;
  }

  #makeRoom(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#length + bytes, this.#bytes.length * 2));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}

type Fields = Readonly<Record<string, unknown>>;

/** Copies bytes into a buffer that has room for them; returns the new end, as the functions below do. */
function putBytes(into: Uint8Array, at: number, bytes: Uint8Array): number {
  into.set(bytes, at);
  return at + bytes.length;
}

/**
 * Formats integers and numbers with up to three decimals, which are most numbers in a trace; returns 0 for any other.
 */
function putNumber(into: Uint8Array, at: number, value: number): number {
  const size = Math.abs(value);
  const whole = size | 0;
  const thousandths = Math.round((size - whole) * 1000);
  if (size >= 2 ** 30 || whole + thousandths / 1000 !== size) return 0;
  let end = at;
  if (value < 0) into[end++] = MINUS;
  end = putCount(into, end, whole);
  return thousandths === 0 ? end : putThousandths(into, end, thousandths);
}

function putCount(into: Uint8Array, at: number, count: number): number {
  let digits = 1;
  for (let limit = 10; count >= limit; limit *= 10) digits++;
  for (let place = at + digits - 1, rest = count; place >= at; place--) {
    const tens = (rest / 10) | 0;
    into[place] = ZERO + rest - tens * 10;
    rest = tens;
  }
  return at + digits;
}

function putThousandths(into: Uint8Array, at: number, thousandths: number): number {
  const tenths = (thousandths / 100) | 0;
  const hundredths = ((thousandths / 10) | 0) - tenths * 10;
  const last = thousandths - tenths * 100 - hundredths * 10;
  into[at] = POINT;
  into[at + 1] = ZERO + tenths;
  if (hundredths === 0 && last === 0) return at + 2;
  into[at + 2] = ZERO + hundredths;
  if (last === 0) return at + 3;
  into[at + 3] = ZERO + last;
  return at + 4;
}
