/** Finds the value that belongs to a name: behind a separator, in a call, as a default, behind a space or a verb. */

import { CHAR_CLASSES, isOfClass } from '../scan/char-class.js';
import type { Findings } from '../scan/secret-findings.js';
import { findHeaderValue } from './header-value.js';
import { findTagValue } from './markup-value.js';
import { accept, isFlag, isLineStart, quotedValue, type Name } from './named-value.js';
import { findPairedValue, mayBeNamed } from './paired-value.js';
import { SHORTEST_TOKEN } from './placeholder.js';
import { findTableColumn } from './table-column.js';
import { acceptProse, acceptUnquoted } from './unquoted-value.js';
import { acceptBlock, acceptItems, acceptRest, isBlockScalar } from './value-lists.js';
import {
  findClose,
  readQuote,
  readSeparator,
  skipSpace,
  type Quote,
  type Separator,
} from './value-reader.js';

/** Checks the value adjacent to a name and records it if it is a secret. */
export function findValue(found: Findings, name: Name): void {
  const { cursor } = found;
  const { text } = cursor;
  const after = text[name.end];
  if (after === undefined || (name.strength === 'possible' && isPlainField(text, name))) return;
  if (
    (after === '<' || after === '>' || after === '&' || '<:"\''.includes(text[name.start - 1] ?? ' ')) &&
    findTagValue(found, name)
  )
    return;
  let at = name.end;
  const nameQuote = '"\'`\\%&“”’»'.includes(after) ? readQuote(cursor, at) : undefined;
  if (nameQuote) at += nameQuote.length;
  while (text[at] === ']' || text[at] === ')' || text[at] === '}') at++;
  if ((nameQuote || '\n\r\\,;'.includes(after)) && findPairedValue(found, name, at)) return;
  if (',;\t|\n\r\\ '.includes(text[at] ?? '') && findTableColumn(found, name)) return;
  const gap = skipSpace(text, at);
  const separator = readSeparator(text, gap);
  if (separator) return findSeparated(found, name, separator, nameQuote);
  if (gap === at || nameQuote) return;
  // SQL, nginx, Ruby, Gradle, C and many more: PASSWORD 'x', auth_token "x"; #define PASSWORD "x"
  const quote = readQuote(cursor, gap);
  if (quote) return accept(found, name, quotedValue(found, gap, quote), false);
  findSpaced(found, name, gap);
}

/**
 * Whether a name is a field of JSON whose value is a word that cannot be a token: `"key":"http.method"`. Telemetry consists of
 * them, and this costs a fraction of reading the value.
 */
function isPlainField(text: string, { start, end }: Name): boolean {
  if (text[start - 1] !== '"' || text[end] !== '"' || text[end + 1] !== ':' || mayBeNamed(text, start))
    return false;
  const from = end + (text[end + 2] === ' ' ? 3 : 2);
  if (text[from] !== '"') return false;
  let at = from + 1;
  let hasDigit = false;
  for (; isOfClass(text.charCodeAt(at), CHAR_CLASSES['word.']); at++)
    hasDigit ||= isOfClass(text.charCodeAt(at), CHAR_CLASSES.digit);
  return text[at] === '"' && (!hasDigit || at - from - 1 < SHORTEST_TOKEN);
}

function findSeparated(
  found: Findings,
  name: Name,
  separator: Separator,
  nameQuote: Quote | undefined,
): void {
  const { cursor } = found;
  const { text } = cursor;
  const { sign } = separator;
  let at = skipSpace(text, separator.end, sign === ':' || sign === '=' || sign === ',');
  if (findHeaderValue(found, name, at)) return;
  at = skipSpace(text, skipType(text, at), false);
  // Literals with a letter before the quote, lists, calls: b"x", @"x", ["x", "y"], ("x"), new Secret("x")
  const opened = text[at] === '"' ? '' : (OPENING.exec(text.slice(at, at + 40))?.[0] ?? '');
  // What a call looks up is the name of a secret, not one.
  if (LOOKUP.test(opened)) return acceptDefault(found, name, at + opened.length);
  const opening = opened.length;
  const quote = readQuote(cursor, at + opening);
  if (quote) {
    const value = quotedValue(found, at + opening, quote);
    accept(found, name, value, sign === ',' && !isFlag(text, name) && !isSetter(text, name));
    if (value && text.slice(at, at + opening).includes('[')) acceptRest(found, name, value, quote);
    return;
  }
  if (sign === '(' || sign === '::' || sign === '{' || (sign === ',' && nameQuote)) return;
  if (sign === ',' && !isLineStart(text, name.start)) return;
  if (isBlockScalar(text, at)) return acceptBlock(found, name, at);
  if (at > separator.end && /[\r\n]/.test(text.slice(separator.end, at))) {
    if (/^[ \t]*-[ \t]/.test(text.slice(text.lastIndexOf('\n', at) + 1, at + 2)))
      acceptItems(found, name, at);
    return;
  }
  acceptUnquoted(found, name, at, sign);
}

/** `getenv("KEY", "x")` */
function acceptDefault(found: Findings, name: Name, at: number): void {
  const { cursor } = found;
  const key = readQuote(cursor, at);
  const end = key && findClose(cursor, at + key.length, key.close);
  if (end === undefined) return;
  found.namesUntil = Math.max(found.namesUntil, end);
  const comma = skipSpace(cursor.text, end + key!.close.length);
  if (cursor.text[comma] !== ',') return;
  const from = skipSpace(cursor.text, comma + 1);
  const quote = readQuote(cursor, from);
  if (quote) accept(found, name, quotedValue(found, from, quote), false);
}

/** `define('KEY', 'x')`, `setHeader("X-Api-Key", "x")`, `{password, "x"}` */
function isSetter(text: string, name: Name): boolean {
  return /(?:(?:define|set|put|add|append|insert|with|header|config|property)\w{0,20}\(\s?["'`]|\{)$/i.test(
    text.slice(Math.max(0, name.start - 40), name.start),
  );
}

/** A value behind nothing but a space: a flag's, a line of .netrc or of a Dockerfile, "the password is x". */
function findSpaced(found: Findings, name: Name, gap: number): void {
  const { cursor } = found;
  const { text } = cursor;
  // Dim password As String = "x", var password string = "x"
  const typed = /^(?:as\s)?[\w.*[\]<>]{1,40}\s?:?=\s?(?=["'`@])/i.exec(text.slice(gap, gap + 60));
  if (typed) {
    const quote = readQuote(cursor, gap + typed[0].length);
    return quote && accept(found, name, quotedValue(found, gap + typed[0].length, quote), false);
  }
  const verb = VERB.exec(text.slice(gap, gap + 40));
  if (verb) {
    const at = gap + verb[0].length;
    const quote = readQuote(cursor, at);
    return quote ? accept(found, name, quotedValue(found, at, quote), true) : acceptProse(found, name, at);
  }
  if (isFlag(text, name)) return acceptUnquoted(found, name, gap, ' ');
  const line = text.slice(Math.max(0, name.start - 160), name.start);
  if (
    /(?:^|\s)(?:login|user|account)\s+\S+\s+$/i.test(line) ||
    /(?:^|\n)\s*(?:ENV|ARG|set|setx|export|machine|default)\s+$/i.test(line)
  )
    return acceptUnquoted(found, name, gap, ' ');
  acceptProse(found, name, gap);
}

const VERB =
  /^(?:(?:for|of|to|on|in|at)[ \t](?:[\w.-]{1,30}[ \t]){1,4}(?:is|was)\b:?|(?:is|was|are|of|to|as|with|provided|used|set to|equals|value)\b:?(?:[ \t](?:is|as|to)\b:?)?|[-–—>])[ \t]+/i;
const LOOKUP =
  /(?:env|get|read|load|fetch|find|input|prompt|ask|config|setting|param|lookup|header|cookie|query)\w*\($/i;
const OPENING =
  /^(?:[[(]\s{0,4}){0,2}(?:(?:new\s)?[A-Za-z_][\w.:<>&']{1,24}\(\s?|@|\$|[bBrRfFuULN](?=["'`]))?/;

/** `: string =`, `: &str =`, `string =` behind a name that has a type. */
function skipType(text: string, at: number): number {
  if (text[at] === '"') return at;
  const typed = /^[\w&'<>[\]?:|. ]{1,40}?\s?:?=\s*(?=["'`@])/.exec(text.slice(at, at + 60));
  return typed && !/^["'`]/.test(typed[0]) ? at + typed[0].length : at;
}
