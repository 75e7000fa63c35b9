/** Finds credentials in HTTP headers: authorization schemes with and without parameters, cookies, and bearer tokens by themselves. */

import type { AnchorIndex } from '../scan/anchor-index.js';
import { CHAR_CLASSES } from '../scan/char-class.js';
import type { Findings } from '../scan/secret-findings.js';
import type { Name } from './named-value.js';
import { isPlaceholder, isSecretWord } from './placeholder.js';
import { findClose, findUnquotedEnd, readQuote, skipSpace } from './value-reader.js';

const AUTHORIZATION = /(?:^|[^a-z])authorization$|^(?:x[-_])?(?:proxy[-_])?auth$/i;
const COOKIE = /(?:^|[^a-z])cookies?$/i;

/** Masks the credentials in the value of a header that has some; false where it has none, or is another header. */
export function findHeaderValue(found: Findings, name: Name, at: number): boolean {
  // The last letters of the names below.
  if (!'esnhESNH'.includes(name.text.at(-1)!)) return false;
  if (COOKIE.test(name.text)) return findCookies(found, name, at);
  return AUTHORIZATION.test(name.text) && findCredentials(found, name, at);
}

/** `at` may be before a list's bracket and a quote; `end` is where the value ends at the latest. */
function readValue(found: Findings, name: Name, at: number): { start: number; end: number } {
  const { text } = found.cursor;
  const from = text[at] === '[' && !text.startsWith('[secret:', at) ? skipSpace(text, at + 1) : at;
  const quote = readQuote(found.cursor, from);
  if (quote) {
    const start = from + quote.length;
    return { start, end: findClose(found.cursor, start, quote.close) ?? findLineEnd(found, start) };
  }
  // The whole header may be in quotes: -H 'Authorization: …'
  const around = text[name.start - 1] ?? '';
  const end = findLineEnd(found, from);
  return {
    start: from,
    end: `"'\``.includes(around) && around !== '' ? Math.min(end, found.cursor.next(around, from)) : end,
  };
}

function findLineEnd({ cursor }: Findings, from: number): number {
  return Math.min(
    cursor.next('\n', from),
    cursor.next('\r', from),
    cursor.next('\\n', from),
    cursor.next('\\r', from),
  );
}

function findCookies(found: Findings, name: Name, at: number): boolean {
  const { start, end } = readValue(found, name, at);
  const { text } = found.cursor;
  let to = end;
  for (const sign of [`"`, `'`, '\\', '`', '<']) to = Math.min(to, found.cursor.next(sign, start));
  if (!/^[^\s=;:]{1,200}=[^\s]/.test(text.slice(start, Math.min(to, start + 256)))) return false;
  found.add(start, to, 'cookie');
  return true;
}

/** Schemes whose credentials are parameters: everything behind them counts. */
const WITH_PARAMETERS =
  /^(?:AWS\d?[\w-]*|Digest|OAuth|Hawk|Signature|SharedKey\w*|SharedAccessSignature|GoogleLogin|MAC|HMAC[\w-]*|ACS3[\w-]*|TC3[\w-]*|SDK-HMAC[\w-]*|EG1-[\w-]*|NTLM|Negotiate|MediaBrowser)[ \t]+/i;
const SCHEME =
  /^(?:Bearer|Basic|Token|Api-?Key|Key|Bot|JWT|SSO-Key|SSWS|GenieKey|Splunk|Client-ID|X-Api-Key|[A-Z][\w-]{1,20}):?[ \t]+(?:token=["']?)?/i;

function findCredentials(found: Findings, name: Name, at: number): boolean {
  const { cursor } = found;
  const { start, end } = readValue(found, name, at);
  const head = cursor.text.slice(start, Math.min(end, start + 64));
  const parameters = WITH_PARAMETERS.exec(head);
  if (
    parameters &&
    !isPlaceholder(cursor.text.slice(start + parameters[0].length, Math.min(end, start + 200)), false)
  ) {
    found.add(start + parameters[0].length, end, 'authorization');
    return true;
  }
  const scheme =
    /^(?:Bearer|Basic|Token|Digest|Api-?Key)\b/i.test(head) || /^[\w-]+[ \t]+\S*\d/.test(head)
      ? SCHEME.exec(head)
      : null;
  const from = start + (scheme?.[0].length ?? 0);
  const to = Math.min(end, findUnquotedEnd(cursor, from, false));
  const value = cursor.text.slice(from, Math.min(to, from + 4096));
  const isLong = value.length >= (scheme ? 6 : 16);
  if (isPlaceholder(value, true) || isPlaceholder(value, false) || !(isSecretWord(value) || isLong))
    return false;
  found.add(from, to, 'authorization');
  return true;
}

/** Adds the anchors of tokens that follow only their scheme. */
export function addSchemes(index: AnchorIndex): void {
  index.addInAnyCase('rer', (found, end) => detectScheme(found, end, 'bearer', BEARER_LENGTH));
  index.addInAnyCase('sic', (found, end) => detectScheme(found, end, 'basic', BASIC_LENGTH));
}

const BEARER_LENGTH = 6;
const BASIC_LENGTH = 8;
const SHORTEST = 16;

function detectScheme(found: Findings, anchorEnd: number, scheme: string, least: number): void {
  const { cursor } = found;
  const { text } = cursor;
  const at = cursor.runEnd(CHAR_CLASSES.letter, anchorEnd - 2);
  if (text.slice(at - scheme.length, at).toLowerCase() !== scheme) return;
  const gap =
    text.startsWith('%20', at) || text.startsWith('\\u0020', at)
      ? text.indexOf('0', at) + (text[at] === '%' ? 1 : 4)
      : skipSpace(text, at);
  if (gap === at) return;
  const end = cursor.runEnd(CHAR_CLASSES.path, gap);
  const value = text.slice(gap, Math.min(end, gap + 4096)).replace(/[.:]+$/, '');
  if (value.length < Math.max(least, SHORTEST) || isPlaceholder(value, true)) return;
  if (scheme === 'basic' ? isUserAndPassword(value) : isSecretWord(value))
    found.add(gap, end, scheme === 'basic' ? 'authorization' : 'bearer');
}

function isUserAndPassword(value: string): boolean {
  return (
    /^[\x20-\x7e]*:[\x20-\x7e]*$/.test(Buffer.from(value, 'base64').toString('latin1')) ||
    (value.length >= 20 && isSecretWord(value))
  );
}
