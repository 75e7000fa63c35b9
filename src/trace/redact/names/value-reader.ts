/** Reads the quotes, separators and values that follow a name in data formats and programming languages. */

import { CHAR_CLASSES } from '../scan/char-class.js';
import type { TextCursor } from '../scan/text-cursor.js';

/** What opens and closes a quoted value; how long the opening is. */
export type Quote = Readonly<{ length: number; close: string }>;

/**
 * The quote at a place: plain, escaped once or more as in JSON inside JSON, encoded for a URL, HTML or JavaScript, or typographic.
 */
export function readQuote(cursor: TextCursor, at: number): Quote | undefined {
  const { text } = cursor;
  const char = text[at];
  switch (char) {
    case '"':
    case "'":
    case '`': {
      const triple = char + char + char;
      const close = char !== '`' && text.startsWith(triple, at) ? triple : char;
      return { length: close.length, close };
    }
    case '\\':
      return readEscapedQuote(text, at);
    case '%':
      return isOneOf(text, at, 3, '%22', '%27') ? { length: 3, close: text.slice(at, at + 3) } : undefined;
    case '&': {
      const entity = ENTITIES.find((each) => text.startsWith(each, at));
      return entity === undefined ? undefined : { length: entity.length, close: entity };
    }
    case '“':
      return { length: 1, close: '”' };
    case '‘':
      return { length: 1, close: '’' };
    case '«':
      return { length: 1, close: '»' };
    default:
      return undefined;
  }
}

const ENTITIES = ['&quot;', '&#34;', '&#39;', '&apos;', '&#x27;'];
const MOST_BACKSLASHES = 16;

function readEscapedQuote(text: string, at: number): Quote | undefined {
  let end = at;
  while (text[end] === '\\' && end - at < MOST_BACKSLASHES) end++;
  const char = text[end];
  if (char === '"' || char === "'" || char === '`') end++;
  else if (isOneOf(text, end, 5, 'u0022', 'u0027')) end += 5;
  else if (isOneOf(text, end, 3, 'x22', 'x27')) end += 3;
  else return undefined;
  return { length: end - at, close: text.slice(at, end) };
}

function isOneOf(text: string, at: number, length: number, ...choices: readonly string[]): boolean {
  return choices.includes(text.slice(at, at + length));
}

/** Where a quoted value ends that begins at `from`; undefined where its quote is not closed. */
export function findClose(cursor: TextCursor, from: number, close: string): number | undefined {
  const { text } = cursor;
  // Each level of escaping doubles the backslashes: in JSON inside JSON, four of them are one literal backslash.
  const period = 2 * (1 + close.lastIndexOf('\\') + 1);
  let at = cursor.next(close, from);
  for (let tries = 0; at < text.length; at = cursor.next(close, at + 1)) {
    let backslashes = 0;
    while (at - backslashes > from && text[at - backslashes - 1] === '\\') backslashes++;
    if (backslashes % period === 0) return at;
    // A value that consists of escaped quotes only is not a value.
    if (++tries > MOST_ESCAPED_QUOTES) return undefined;
  }
  return undefined;
}

const MOST_ESCAPED_QUOTES = 200;

/** Skips spaces and tabs, and line ends where `lines` says so. */
export function skipSpace(text: string, at: number, lines = false): number {
  let end = at;
  for (; end - at < MOST_SPACE; end++) {
    const char = text[end];
    if (char === ' ' || char === '\t' || char === '\u200b' || char === '\u00a0') continue;
    if (!lines || (char !== '\n' && char !== '\r')) break;
  }
  return end;
}

const MOST_SPACE = 200;

/** The separator between a name and its value; undefined if there is no separator. `end` is the start of the value. */
export type Separator = Readonly<{ sign: string; end: number }>;

const SEPARATORS: readonly (readonly [written: string, sign: string])[] = [
  [':=', '='],
  // A default: ${PASSWORD:-x}
  [':-', '='],
  ['::', '::'],
  [':', ':'],
  ['===', '='],
  ['==', '='],
  ['=>', '='],
  ['=~', '='],
  ['=', '='],
  ['!==', '='],
  ['!=', '='],
  ['?=', '='],
  ['+=', '='],
  ['||=', '='],
  ['??=', '='],
  ['->', '='],
  ['<-', '='],
  [',', ','],
  ['(', '('],
  ['{', '{'],
  ['|', '|'],
  ['%3D', '='],
  ['%3d', '='],
  ['%3A', ':'],
  ['%3a', ':'],
  ['\\u003d', '='],
  ['\\u003D', '='],
  ['\\u003a', ':'],
  ['\\u003A', ':'],
  ['&#61;', '='],
  ['：', ':'],
];
const FIRST_SIGNS = new Set(SEPARATORS.map(([written]) => written[0]!));

export function readSeparator(text: string, at: number): Separator | undefined {
  if (!FIRST_SIGNS.has(text[at]!)) return undefined;
  const found = SEPARATORS.find(([written]) => text.startsWith(written, at));
  return found && { sign: found[1], end: at + found[0].length };
}

/** Where an unquoted value ends. Within a line it ends at the next element of a list, call, query string or sentence. */
export function findUnquotedEnd(cursor: TextCursor, from: number, isWholeLine: boolean): number {
  let end = cursor.runEnd(CHAR_CLASSES.unquoted, from);
  if (isWholeLine) return end;
  const reference = /^\$?\{[\w.]{1,60}\}/.exec(cursor.text.slice(from, from + 64));
  if (reference) return from + reference[0].length;
  const stops = cursor.runEnd(CHAR_CLASSES.unstopped, from);
  if (stops < end) end = stops;
  while (end > from && '.:!?*'.includes(cursor.text[end - 1]!)) end--;
  return end;
}
