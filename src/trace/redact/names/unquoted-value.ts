/** Judges values without quotes: where they end, and whether they may be a secret. */

import type { Findings } from '../scan/secret-findings.js';
import { accept, isLineStart, quotedValue, type Name } from './named-value.js';
import { isCount, isPlaceholder, isSecretWord } from './placeholder.js';
import { hidesNumbers } from './secret-name.js';
import { findUnquotedEnd, readQuote } from './value-reader.js';

/** Masks a plausible value at a position; `sign` is the separator between it and the name. */
export function acceptUnquoted(found: Findings, name: Name, from: number, sign: string): void {
  const { cursor } = found;
  const { text } = cursor;
  // ODBC: Pwd={x};
  const isBraced = text[from] === '{' && /;\s?$/.test(text.slice(Math.max(0, name.start - 2), name.start));
  const at = isBraced ? from + 1 : from;
  const whole = findUnquotedEnd(cursor, at, true);
  const isWholeLine =
    !isBraced &&
    /^[ \t]*(?:[\r\n]|$|\\[nr]|#|\/\/)/.test(text.slice(whole, whole + 4)) &&
    isLineStart(text, name.start);
  const isParameter = /[?&#]/.test(text[name.start - 1] ?? '');
  const end =
    isWholeLine && !isParameter
      ? whole
      : isBraced
        ? cursor.next('}', at)
        : findUnquotedEnd(cursor, at, false);
  const value = text.slice(at, Math.min(end, at + LONGEST_VALUE));
  if (isParameter && sign === '=') {
    if (acceptsParameter(name, value)) found.add(at, end, 'secret-parameter');
    return;
  }
  if (isPlaceholder(value, false)) acceptFallback(found, name, whole);
  if (value.length < 4 || (sign === ' ' && value.startsWith('-') && !isSecretWord(value))) return;
  if (
    /^[A-Za-z_.]*$/.test(value) &&
    sign !== ' ' &&
    !isBraced &&
    !mayBeLetters(text, name, { at, end, sign, isWholeLine })
  )
    return;
  accept(found, name, { start: at, end, quoted: isBraced, isWholeLine }, !isWholeLine && sign === ',');
}

const LONGEST_VALUE = 512;

/** Whether a value of letters only may be one: in a line of settings, a connection string, a default; not a word or a type. */
function mayBeLetters(
  text: string,
  name: Name,
  { at, end, sign, isWholeLine }: { at: number; end: number; sign: string; isWholeLine: boolean },
): boolean {
  const isPassword = /pass|pwd/i.test(name.text);
  const before = text[name.start - 1] ?? '';
  if (sign === '=' && isPassword && (before === ';' || text[end] === ';' || before === '{')) return true;
  if (!isWholeLine || (sign !== '=' && sign !== ':')) return false;
  return (
    sign === '=' ||
    isPassword ||
    !(/^[A-Z][A-Za-z]*$/.test(text.slice(at, end)) || /[;,({|<]/.test(text[end] ?? ''))
  );
}

/** `process.env.KEY || "x"` */
function acceptFallback(found: Findings, name: Name, at: number): void {
  const { text } = found.cursor;
  const operator = /^\s?(?:\|\||\?\?|\?:|or|\?)\s?(?=["'`])/.exec(text.slice(at, at + 8));
  const from = at + (operator?.[0].length ?? 0);
  const quote = operator ? readQuote(found.cursor, from) : undefined;
  if (quote) accept(found, name, quotedValue(found, from, quote), false);
}

/** Masks a word of a sentence if it cannot be an ordinary one. */
export function acceptProse(found: Findings, name: Name, at: number): void {
  const end = findUnquotedEnd(found.cursor, at, false);
  if (isSecretWord(found.cursor.text.slice(at, end)))
    accept(found, name, { start: at, end, quoted: false }, true);
}

function acceptsParameter(name: Name, value: string): boolean {
  if (isPlaceholder(value, false) || isCount(value, hidesNumbers(name.text))) return false;
  return name.strength === 'certain' ? value.length >= 4 : value.length >= 16 && isSecretWord(value);
}
