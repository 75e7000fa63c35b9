/** Finds the names of secrets in a text and checks the adjacent values. */

import type { AnchorIndex } from '../scan/anchor-index.js';
import { CHAR_CLASSES, isOfClass } from '../scan/char-class.js';
import { MASK_START, type Findings } from '../scan/secret-findings.js';
import type { Name } from './named-value.js';
import { rateName } from './secret-name.js';
import { findValue } from './value-finder.js';

/**
 * Three characters of every word for a secret: the rarest that it has, in English text, and that no more common word has. They
 * may be anywhere in a name.
 */
const KEYWORDS: readonly string[] = [
  'pas',
  'pwd',
  '_pw',
  'psk',
  'phr',
  'tok',
  'key',
  'kie',
  'cre',
  'uth',
  'rer',
  'ssi',
  'jwt',
  'otp',
  'non',
  'csr',
  'xsr',
  'cen',
  'dsn',
  'mne',
  'gna',
  '_PA',
  '?co',
  '&co',
  '?si',
  '&si',
  // An id that belongs to a secret: client_id, clientId, access-id, api_id.
  't_i',
  't-i',
  'tid',
  's_i',
  's-i',
  'i_i',
  'i-i',
  'iid',
  // Kennwort, contraseña, senha, lösenord, wachtwoord, hasło, and those that are written without Latin letters.
  'nwo',
  'eña',
  'sen',
  'htw',
  'asł',
  'аро',
  'スワー',
  '밀번호',
  ...[...':=："\' '].flatMap((sign) => [`密码${sign}`, `密碼${sign}`]),
];

/** Adds what names are found by. */
export function addNames(index: AnchorIndex): void {
  for (const keyword of KEYWORDS) index.addInAnyCase(keyword, detectName);
}

function detectName(found: Findings, anchorEnd: number): void {
  if (anchorEnd <= found.namesUntil) return;
  const { cursor } = found;
  const { text } = cursor;
  // Nearly all names are short: to look around costs less than to look up what is known of this place.
  let start = anchorEnd - 1;
  const least = Math.max(0, start - LONGEST_NAME);
  while (start > least && isOfClass(text.charCodeAt(start - 1), CHAR_CLASSES.name)) start--;
  let end = anchorEnd;
  const most = end + LONGEST_NAME;
  while (end < most && isOfClass(text.charCodeAt(end), CHAR_CLASSES.name)) end++;
  if (end === most) end = cursor.runEnd(CHAR_CLASSES.name, end - 1);
  found.namesUntil = end;
  if (start > 0 && text[start - 1] === '[' && cursor.has(MASK_START, start - 1)) {
    found.namesUntil = cursor.next(']', end);
    return;
  }
  const name = readName(text, Math.max(start, end - LONGEST_NAME), end);
  if (name) findValue(found, name);
}

/** The name in a run of letters, digits and signs, with the words before it that belong to it. */
function readName(text: string, runStart: number, runEnd: number): Name | undefined {
  let start = runStart;
  let end = runEnd;
  while (end > start && isEdge(text.charCodeAt(end - 1))) end--;
  // The last character of an escape sequence before the name does not belong to it: `\npassword`, `%22password`, `\u0022password`.
  start += escapeLength(text, start);
  while (start < end && isEdge(text.charCodeAt(start))) start++;
  if (end - start < SHORTEST_NAME) return undefined;
  const word = text.slice(start, end);
  const before = text[start - 1] === ' ' ? wordsBefore(text, start, word) : '';
  const full = before === '' ? word : `${before}_${word}`;
  const strength = rateName(full);
  if (strength === 'none') return undefined;
  if (text[start - 1] === ':' && /\barn:[\w:*/-]*$/.test(text.slice(Math.max(0, start - 100), start)))
    return undefined;
  return { start, end, text: full, strength };
}

/** A dot or a hyphen at the edge of a name ends a sentence or begins a flag. */
function isEdge(code: number): boolean {
  return code === DOT || code === HYPHEN;
}

const DOT = 0x2e;
const HYPHEN = 0x2d;
const SHORTEST_NAME = 2;
const LONGEST_NAME = 100;

function escapeLength(text: string, start: number): number {
  const before = text[start - 1];
  if (before === '\\') {
    if (/^u[\da-fA-F]{4}/.test(text.slice(start, start + 5))) return 5;
    if (/^x[\da-fA-F]{2}/.test(text.slice(start, start + 3))) return 3;
    return 'nrt'.includes(text[start]!) ? 1 : 0;
  }
  if (before === '%') return /^[\da-fA-F]{2}/.test(text.slice(start, start + 2)) ? 2 : 0;
  return before === '[' ? (/^\d{1,3}m/.exec(text.slice(start, start + 4))?.[0].length ?? 0) : 0;
}

/** "API" of "API key", "Secret Access" of "Secret Access Key": these do not mean an arbitrary key. */
function wordsBefore(text: string, start: number, word: string): string {
  if (!VAGUE.has(word.toLowerCase())) return '';
  return WORDS_BEFORE.exec(text.slice(Math.max(0, start - 32), start))?.[1]?.replaceAll(' ', '_') ?? '';
}

/** Words that mean little by themselves. */
const VAGUE: ReadonlySet<string> = new Set([
  'key',
  'keys',
  'token',
  'tokens',
  'secret',
  'id',
  'phrase',
  'passe',
  'password',
  'code',
  'string',
]);
const WORDS_BEFORE = new RegExp(
  '(?:^|[^\\w-])((?:(?:secret|personal|primary|secondary|client) )?(?:' +
    'mot de|api|access|secret|private|auth|client|account|signing|encryption|master|license|subscription|shared|user|bearer|refresh|session|id|app|connection|bot|deploy|security|webhook|service|admin|' +
    // What these are before is no secret.
    'host|public|primary|foreign|cache|sort|max|of|per|next|last|first|input|output|end|start|stop|new)) $',
  'i',
);
