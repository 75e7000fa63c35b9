/** The name of a secret with its adjacent value, and whether the value is plausible. */

import { CHAR_CLASSES, isOfClass } from '../scan/char-class.js';
import type { Findings } from '../scan/secret-findings.js';
import { isCount, isPlaceholder, isSecretWord, isTokenLike } from './placeholder.js';
import { hidesNumbers, type NameStrength } from './secret-name.js';
import { findClose, findUnquotedEnd, type Quote } from './value-reader.js';

/** A name in a text and how much it tells. */
export type Name = Readonly<{ start: number; end: number; text: string; strength: NameStrength }>;

/** Where a value may be, and how it is written. */
export type Value = Readonly<{ start: number; end: number; quoted: boolean; isWholeLine?: boolean }>;

/** The value in a quote that opens at a place. */
export function quotedValue(found: Findings, at: number, quote: Quote): Value | undefined {
  const start = at + quote.length;
  const end = findClose(found.cursor, start, quote.close);
  // A text that was cut has no closing quote.
  return { start, end: end ?? findUnquotedEnd(found.cursor, start, true), quoted: true };
}

/** Masks a value if it may be what its name says; `doubtful` where nothing but a comma or a word joins the two. */
export function accept(found: Findings, name: Name, value: Value | undefined, doubtful: boolean): void {
  if (!value) return;
  const { start, end, quoted } = value;
  const text = found.cursor.text.slice(start, Math.min(end, start + LONGEST_LOOKED_AT));
  if (doubtful && !isSecretWord(text)) return;
  if (accepts(name, text, quoted)) return found.add(start, end, kindOf(name));
  // Names inside of a reference name no value: `arn:aws:secretsmanager:…:secret:prod/key`. What consists of one name may be the
  // name of another value: `"key": "db.password", "value": "x"`.
  if (text.length <= LONGEST_REFERENCE && hasReferenceSign(text) && isPlaceholder(text, quoted))
    found.namesUntil = Math.max(found.namesUntil, end);
}

/** The beginning of a value tells what it is. */
const LONGEST_LOOKED_AT = 512;
const LONGEST_REFERENCE = 200;

/** Whether a text without white space has a character that names do not have. */
function hasReferenceSign(text: string): boolean {
  let hasSign = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (isOfClass(code, ASCII_NAME)) continue;
    if (code <= 32 || (code > 127 && /\s/.test(text[i]!))) return false;
    hasSign = true;
  }
  return hasSign;
}

const ASCII_NAME = CHAR_CLASSES['word.'];

/** Whether a value under a name is a secret. The name decides most cases; to recognise a placeholder costs the most. */
export function accepts(name: Pick<Name, 'text' | 'strength'>, value: string, quoted: boolean): boolean {
  return (
    value !== '' &&
    isPlausible(name, value) &&
    !isCount(value, hidesNumbers(name.text)) &&
    !isPlaceholder(value, quoted)
  );
}

function isPlausible(name: Pick<Name, 'text' | 'strength'>, value: string): boolean {
  if (name.strength === 'possible') return isTokenLike(value);
  if (/(?:mnemonic|phrase)$/i.test(name.text)) return !/\s/.test(value) || /^(?:\w+\s){11,}\w+$/.test(value);
  // In a list of tokens of a text or a program, a token is a word.
  if (/^tokens?$/i.test(name.text) && /^[A-Za-z_-]{1,15}$/.test(value)) return false;
  switch (name.strength) {
    case 'certain':
      // A sentence about a secret, a label, a description.
      return !(/\s\S+\s/.test(value) && !/\d/.test(value)) || /pass/i.test(name.text);
    case 'likely':
      return !/\s/.test(value) && isSecretWord(value);
    case 'none':
      return false;
  }
}

function kindOf(name: Name): string {
  if (/aws.?secret/i.test(name.text)) return 'aws-secret';
  return /account_?key$/i.test(name.text) ? 'azure-key' : 'named-value';
}

/** Whether a name is that of a command's flag. */
export function isFlag(text: string, name: Name): boolean {
  return text[name.start - 1] === '-' && !/[\w]/.test(text[name.start - 3] ?? '');
}

/** Whether a position in its line is preceded by a variable declaration only. */
export function isLineStart(text: string, at: number): boolean {
  return LINE_START.test(text.slice(Math.max(0, at - 32), at));
}

const LINE_START =
  /(?:^|[\r\n]|\\[nr])[ \t>|*+-]*(?:(?:export|set|setx|env|arg|local|declare(?: -x)?|readonly)[ \t]+|\$env:|\$|["'])?$/i;
