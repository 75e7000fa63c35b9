/** Finds passwords and tokens in the user part of URLs and in connection strings that begin with a user. */

import type { AnchorIndex } from '../scan/anchor-index.js';
import { CHAR_CLASSES } from '../scan/char-class.js';
import type { Findings } from '../scan/secret-findings.js';
import { isPlaceholder, isSecretWord, isTokenLike } from '../names/placeholder.js';

/** Adds what URLs are found by. */
export function addUrls(index: AnchorIndex): void {
  index.add('://', detectUserPart);
  index.add('%3A%2F%2F', detectUserPart);
}

const LONGEST_USER = 200;
const LONGEST_PASSWORD = 500;
/** Their passwords may have what ends the host of other URLs; a port does not begin one. */
const DATABASE =
  /(?:postgres(?:ql)?|mysql|mariadb|mssql|sqlserver|rediss?|mongodb(?:\+srv)?|amqps?|s?ftps?|smtps?|imaps?|clickhouse|cockroach(?:db)?|neo4j(?:\+s(?:sc)?)?|bolt|cassandra|couchbase|oracle|snowflake|db2|ldaps?|nats|jdbc:[\w:]+|sqlalchemy|[a-z0-9]+\+[a-z0-9]+)$/i;

function detectUserPart(found: Findings, anchorEnd: number): void {
  const { cursor } = found;
  const { text } = cursor;
  if (text.startsWith('%3A', anchorEnd - 3)) return;
  const schemeEnd = anchorEnd - 3;
  const from = anchorEnd;
  const at = cursor.next('@', from);
  if (at === text.length || at - from > LONGEST_USER + LONGEST_PASSWORD) return;
  const part = text.slice(from, at);
  const scheme = text.slice(cursor.runStart(CHAR_CLASSES['word.'], schemeEnd), schemeEnd);
  const isDatabase = DATABASE.test(text.slice(Math.max(0, schemeEnd - 24), schemeEnd));
  if (scheme === '') return;
  const colon = part.indexOf(':');
  if (colon < 0) return addUserToken(found, from, part);
  const user = part.slice(0, colon);
  if (user.length > LONGEST_USER || /[\s/@?#"'<>]/.test(user)) return;
  const end = isDatabase ? lastAt(found, from + colon + 1) : at;
  const password = text.slice(from + colon + 1, end);
  const forbidden = isDatabase ? /[\s"'<>`\\]/ : /[\s/?#"'<>`\\]/;
  if (password === '' || password.length > LONGEST_PASSWORD || forbidden.test(password)) return;
  if (isDatabase && /^\d{1,5}(?:[/?#,]|$)/.test(password)) return;
  if (!isPlaceholder(password, true) || /^(?:password|secret|token)$/i.test(password)) {
    if (!/^(?:\$|\{|<|%\(|\*+$|x+$)/i.test(password)) found.add(from + colon + 1, end, 'url-password');
  }
  // A token may be the user, with no password worth the name.
  if (isTokenLike(user) || /^[\da-f]{32,}$/i.test(user)) found.add(from, from + colon, 'url-password');
}

/** The last @ of a database's URL: its password may have some itself. */
function lastAt({ cursor }: Findings, from: number): number {
  const end = Math.min(cursor.runEnd(CHAR_CLASSES.unquoted, from), from + LONGEST_PASSWORD);
  return from + cursor.text.slice(from, end).lastIndexOf('@');
}

/** `https://TOKEN@host` */
function addUserToken(found: Findings, from: number, user: string): void {
  if (/[\s/?#"'<>`\\]/.test(user) || user.length < 16 || isPlaceholder(user, true)) return;
  if (isSecretWord(user) || /^[\da-f]{32,}$/i.test(user)) found.add(from, from + user.length, 'url-password');
}
