/** Finds values whose name is itself a value: `{"name": "X-Api-Key", "value": "…"}`, in YAML, in attributes, in either order. */

import { CHAR_CLASSES } from '../scan/char-class.js';
import type { Findings } from '../scan/secret-findings.js';
import { accept, quotedValue, type Name } from './named-value.js';
import { findClose, findUnquotedEnd, readQuote, skipSpace } from './value-reader.js';

/** Fields that hold a name. */
export const NAME_FIELDS: ReadonlySet<string> = new Set([
  'name',
  'key',
  'header',
  'field',
  'variable',
  'k',
  'id',
  'label',
  'param',
  'parameter',
  'property',
  'type',
  'n',
]);
/** Fields that hold what is called so. */
export const VALUE_FIELDS: ReadonlySet<string> = new Set(['value', 'val', 'v', 'values', 'default']);

/** Whether a name is the value of a field that holds names. */
const IS_NAMED =
  /(?:^|[\s{[,<(\\"'\-;?])(?:name|key|header|field|variable|k|id|label|param|parameter|property|type|n)(?:\\{0,8}["']|%22|&quot;)?\s{0,8}(?:[:=]>?|%3A)\s{0,8}(?:\\{0,8}["']|%22|&quot;)?$|\bvariable\s"$/i;
const VALUE_BEFORE =
  /(?:value|val|v)\\{0,8}["']?\s{0,8}[:=]\s{0,8}(\\{0,8}["'])([^"'\\\n]{1,400})\1\s{0,8},?\s{0,40}["'\\]{0,9}(?:name|key|header|field|variable|k|id|label|param|parameter|property|type|n)["'\\]{0,9}\s{0,8}[:=]\s{0,8}["'\\]{0,9}$/i;

const MOST_FIELDS = 4;
const LONGEST_FIELD = 200;

/** Masks the value that belongs to a name; `at` is behind the name's quote. False if the name does not label a value. */
export function findPairedValue(found: Findings, name: Name, at: number): boolean {
  const { cursor } = found;
  const { text } = cursor;
  if (!mayBeNamed(text, name.start) || !IS_NAMED.test(text.slice(Math.max(0, name.start - 40), name.start)))
    return false;
  const before = text.slice(Math.max(0, name.start - 500), name.start);
  const earlier = VALUE_BEFORE.exec(before);
  if (earlier) {
    const end =
      name.start - before.length + earlier.index + earlier[0].indexOf(earlier[2]!, 3) + earlier[2]!.length;
    accept(found, name, { start: end - earlier[2]!.length, end, quoted: true }, false);
    return true;
  }
  // A form in parts: the value is the paragraph behind the name.
  const gap = /^(?:\r?\n){2}|^(?:\\r)?\\n(?:\\r)?\\n/.exec(text.slice(at, at + 8));
  if (gap) {
    const start = at + gap[0].length;
    accept(found, name, { start, end: findUnquotedEnd(cursor, start, true), quoted: true }, false);
    return true;
  }
  let next = at;
  for (let i = 0; i < MOST_FIELDS; i++) {
    const field = readField(found, next);
    if (!field) return false;
    if (VALUE_FIELDS.has(field.key)) {
      const start = skipValueType(found, field.at);
      const quote = readQuote(cursor, start);
      const end = quote ? start : findUnquotedEnd(cursor, start, false);
      const value = quote ? quotedValue(found, start, quote) : { start, end, quoted: false };
      accept(found, name, value, false);
      return true;
    }
    const end = skipValue(found, field.at);
    if (end === undefined) return false;
    next = end;
  }
  return false;
}

/** Behind the quote before a value is the sign of its field: this rules out nearly all names before an expression is tried. */
export function mayBeNamed(text: string, start: number): boolean {
  let at = start - 1;
  while (at >= 0 && start - at < 32 && ` "'\\\t\r\n`.includes(text[at]!)) at--;
  // `=`, `:`, `=>`, `%3A`, `&quot;`, `%22`, and the last letter of `variable`.
  return at >= 0 && '=:>Aa;2eE'.includes(text[at]!);
}

/** Where the value begins in an object that states its type: `{"stringValue": "x"}` of OTLP, `{"S": "x"}` of DynamoDB. */
function skipValueType(found: Findings, at: number): number {
  if (found.cursor.text[at] !== '{') return at;
  const typed = readField(found, at);
  return typed && VALUE_TYPES.has(typed.key) ? typed.at : at;
}

const VALUE_TYPES: ReadonlySet<string> = new Set(['stringvalue', 'string_value', 's']);

/** The next field: its key, and where its value begins. */
function readField(found: Findings, from: number): { key: string; at: number } | undefined {
  const { cursor } = found;
  const { text } = cursor;
  let at = skipSpace(text, from, true);
  if (text[at] === ',' || text[at] === ';' || text[at] === '{') at = skipSpace(text, at + 1, true);
  const quote = readQuote(cursor, at);
  if (quote) at += quote.length;
  const keyEnd = cursor.runEnd(CHAR_CLASSES.name, at);
  if (keyEnd === at || keyEnd - at > LONGEST_KEY) return undefined;
  const key = text.slice(at, keyEnd).toLowerCase();
  at = keyEnd;
  if (quote) {
    if (!cursor.has(quote.close, at)) return undefined;
    at += quote.close.length;
  }
  at = skipSpace(text, at);
  const sign = text.startsWith('%3A', at)
    ? 3
    : text[at] === ':' || text[at] === '='
      ? text[at + 1] === '>'
        ? 2
        : 1
      : 0;
  return sign === 0 ? undefined : { key, at: skipSpace(text, at + sign) };
}

const LONGEST_KEY = 30;

function skipValue(found: Findings, at: number): number | undefined {
  const quote = readQuote(found.cursor, at);
  const start = at + (quote?.length ?? 0);
  const close = quote
    ? findClose(found.cursor, start, quote.close)
    : findUnquotedEnd(found.cursor, at, false);
  if (close === undefined || close === at || close - at > LONGEST_FIELD) return undefined;
  return close + (quote?.close.length ?? 0);
}
