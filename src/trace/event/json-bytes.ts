import { writeSync } from 'node:fs';

/** Bytes that are there from the beginning; a longer line makes room for itself. */
const ROOM = 1 << 17;

/** What a name or a number takes at most beside the text in it: quotes, a colon, a comma. */
const MARGIN = 32;

/** What numbers and the pieces between them take at most. */
const LONGEST_FILLED = 512;

/** Shorter text, in UTF-16 units, is written byte by byte: asking the engine to do it costs more. */
const SHORT = 40;

/** What stands before the name of a field. */
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

/** What does not stand for itself in JSON, or takes more than a byte. */
const UNUSUAL = /[^ !#-[\]-~]/;

/** JSON in memory as bytes, gathered value by value: in half the time of making a text of each and encoding that. */
export class JsonBytes {
  #bytes = Buffer.allocUnsafe(ROOM);
  #length = 0;

  /** In bytes. */
  get length(): number {
    return this.#length;
  }

  /** Forgets what was added since there were so many bytes. */
  cutTo(length: number): void {
    this.#length = length;
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

  /** Bytes that are JSON already. */
  addRaw(bytes: Uint8Array): void {
    this.#makeRoom(bytes.length);
    this.#length = putBytes(this.#bytes, this.#length, bytes);
  }

  /** A value as JSON. Captured values are nothing but data: no record here has a prototype or says how it is to be written. */
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
        // As JSON.stringify has it: a bigint throws.
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

  /** The name of a field, behind a brace or a comma. */
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

  addNumber(value: number): void {
    this.#makeRoom(MARGIN);
    const end = putNumber(this.#bytes, this.#length, value);
    if (end === 0) this.#addEncoded(JSON.stringify(value));
    else this.#length = end;
  }

  /**
   * Numbers with pieces of JSON before each and after the last of them. False where one of them takes more than a few digits:
   * then nothing was added.
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

/** Each of these puts something into bytes that have room for it, and tells where it ends. */
function putBytes(into: Uint8Array, at: number, bytes: Uint8Array): number {
  into.set(bytes, at);
  return at + bytes.length;
}

/** Whole numbers and milliseconds with microseconds, which are most numbers in a trace. Any other is left out: 0 says so. */
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
