/** Reads single members of JSON objects and skips the others, for logs of which only a small part is needed. */

// The texts have one character per byte (latin1): decoding them is a copy, and JSON is delimited by ASCII.

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = 0x7b;
const CLOSE = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const COMMA = 0x2c;

/** Ends the visit of an object. */
export const STOP = -2;
const INVALID = -1;

/**
 * Calls `visit` with each key of the object at `at` and the position of its value. It returns the position after the value if it
 * has read it, STOP, or undefined. Returns the position after the object, STOP, or -1 where the text is no object.
 */
export function visitMembers(
  text: string,
  at: number,
  visit: (key: string, from: number) => number | undefined,
): number {
  if (text.charCodeAt(at) !== OPEN) return INVALID;
  let i = skipSpace(text, at + 1);
  if (text.charCodeAt(i) === CLOSE) return i + 1;
  for (;;) {
    if (text.charCodeAt(i) !== QUOTE) return INVALID;
    const end = endOfString(text, i);
    if (end === INVALID) return INVALID;
    const key = text.slice(i + 1, end - 1);
    i = skipSpace(text, end);
    if (text[i] !== ':') return INVALID;
    i = skipSpace(text, i + 1);
    const visited = visit(key, i);
    if (visited === STOP) return STOP;
    i = visited === undefined || visited === INVALID ? skipValue(text, i) : visited;
    if (i === INVALID) return INVALID;
    i = skipSpace(text, i);
    const code = text.charCodeAt(i);
    if (code === CLOSE) return i + 1;
    if (code !== COMMA) return INVALID;
    i = skipSpace(text, i + 1);
  }
}

/** Calls `visit` with the position of each item of the list at `at`; positions as for visitMembers. */
export function visitItems(
  text: string,
  at: number,
  visit: (from: number) => number | undefined,
): number | undefined {
  if (text.charCodeAt(at) !== OPEN_LIST) return undefined;
  let i = skipSpace(text, at + 1);
  if (text.charCodeAt(i) === CLOSE_LIST) return i + 1;
  for (;;) {
    const visited = visit(i);
    i = visited === undefined || visited < 0 ? skipValue(text, i) : visited;
    if (i === INVALID) return INVALID;
    i = skipSpace(text, i);
    const code = text.charCodeAt(i);
    if (code === CLOSE_LIST) return i + 1;
    if (code !== COMMA) return INVALID;
    i = skipSpace(text, i + 1);
  }
}

/** The position after the value at `at`; -1 where the text ends inside it. */
function skipValue(text: string, at: number): number {
  const { length } = text;
  let depth = 0;
  for (let i = at; i < length;) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) {
      i = endOfString(text, i);
      if (i === INVALID) return INVALID;
      if (depth === 0) return i;
    } else if (code === OPEN || code === OPEN_LIST) {
      depth++;
      i++;
    } else if (code === CLOSE || code === CLOSE_LIST) {
      if (depth === 0) return i;
      i++;
      if (--depth === 0) return i;
    } else if (code === COMMA && depth === 0) return i;
    else i++;
  }
  return INVALID;
}

/** The text of the string at `at`; undefined for any other value. */
export function stringAt(text: string, at: number): string | undefined {
  if (text.charCodeAt(at) !== QUOTE) return undefined;
  const end = endOfString(text, at);
  if (end === INVALID) return undefined;
  const raw = text.slice(at + 1, end - 1);
  return isPlain(raw) ? raw : (valueAt(text, at) as string | undefined);
}

/** The whole number at `at`; -1 for any other value. */
export function countAt(text: string, at: number): number {
  let count = 0;
  let i = at;
  for (let code = text.charCodeAt(i); code >= 48 && code <= 57; code = text.charCodeAt(++i))
    count = count * 10 + code - 48;
  const next = text.charCodeAt(i);
  // A fraction or an exponent.
  return i === at || next === 46 || next === 69 || next === 101 ? -1 : count;
}

/** Whether the value at `at` is written like this. */
export function isLiteral(text: string, at: number, literal: string): boolean {
  return text.startsWith(literal, at);
}

/** The value at `at`, parsed; undefined where it is no JSON. */
export function valueAt(text: string, at: number): unknown {
  const end = skipValue(text, at);
  return end === INVALID ? undefined : valueIn(text.slice(at, end));
}

/** The value that a text is, parsed; undefined where it is no JSON. */
export function valueIn(raw: string): unknown {
  try {
    return JSON.parse(isAscii(raw) ? raw : Buffer.from(raw, 'latin1').toString('utf8'));
  } catch {
    return undefined;
  }
}

/** Whether a text is printable ASCII without a backslash. */
function isPlain(text: string): boolean {
  return /^[\x20-\x5b\x5d-\x7e]*$/.test(text);
}

function isAscii(text: string): boolean {
  return !/[^\0-\x7e]/.test(text);
}

function endOfString(text: string, at: number): number {
  for (let end = text.indexOf('"', at + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return end + 1;
  }
  return INVALID;
}

function skipSpace(text: string, at: number): number {
  let i = at;
  for (let code = text.charCodeAt(i); code === 32 || code === 10 || code === 13 || code === 9;)
    code = text.charCodeAt(++i);
  return i;
}
