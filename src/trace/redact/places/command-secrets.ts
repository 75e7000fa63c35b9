/** Finds passwords that command lines and SQL give by position or by a short flag: `curl -u`, `mysql -p…`, `sshpass -p`. */

import { ANCHOR_LENGTH, findRarest } from '../scan/anchor.js';
import type { AnchorIndex } from '../scan/anchor-index.js';
import { CHAR_CLASSES } from '../scan/char-class.js';
import type { Findings } from '../scan/secret-findings.js';
import { isPlaceholder, isSecretWord } from '../names/placeholder.js';
import { findClose, findUnquotedEnd, readQuote, skipSpace } from '../names/value-reader.js';

/** A command and the text before its password; `$` marks the start of the password. */
type CommandRule = Readonly<{
  command: string;
  flag: RegExp;
  userPart?: RegExp;
  kind?: string;
  glued?: 'also' | 'only';
}>;

const COMMANDS: readonly CommandRule[] = [
  { command: 'curl', flag: /^(?:-u|--user|--proxy-user)$/, userPart: /^[^\s:"'\\]{1,100}:/ },
  { command: 'curl', flag: /^(?:-b|--cookie)$/, userPart: /^(?=[^\s=;:"'\\]+=)/, kind: 'cookie' },
  { command: 'wget', flag: /^--(?:http-|ftp-|proxy-)?password$/ },
  { command: 'http', flag: /^-a$/, userPart: /^[^\s:"'\\]{1,100}:/ },
  { command: 'mysql', flag: /^-p$/, glued: 'only' },
  { command: 'mysqldump', flag: /^-p$/, glued: 'only' },
  { command: 'mariadb', flag: /^-p$/, glued: 'only' },
  { command: 'mysqladmin', flag: /^-p$/, glued: 'only' },
  { command: 'sshpass', flag: /^-p$/, glued: 'also' },
  { command: 'login', flag: /^-p$/ },
  { command: 'redis-cli', flag: /^(?:-a|--pass)$/ },
  { command: 'mongo', flag: /^-p$/ },
  { command: 'mongosh', flag: /^-p$/ },
  { command: 'mongodump', flag: /^-p$/ },
  { command: 'ldapsearch', flag: /^-w$/ },
  { command: 'ldapadd', flag: /^-w$/ },
  { command: 'ldapmodify', flag: /^-w$/ },
  { command: 'sqlcmd', flag: /^-P$/, glued: 'also' },
  { command: 'bcp', flag: /^-P$/, glued: 'also' },
  { command: 'smbclient', flag: /^-U$/, userPart: /^[^\s%"'\\]{1,100}%/ },
  { command: 'zip', flag: /^(?:-P|--password)$/ },
  { command: 'unzip', flag: /^-P$/, glued: 'also' },
  { command: '7z', flag: /^-p$/, glued: 'only' },
  { command: 'cqlsh', flag: /^-p$/ },
  { command: 'clickhouse-client', flag: /^--password$/ },
  { command: 'influx', flag: /^-(?:p|t)$/ },
  { command: 'rsync', flag: /^--password$/ },
];

const LONGEST_COMMAND = 2000;

/** Adds what commands are found by. */
export function addCommands(index: AnchorIndex): void {
  for (const name of new Set(COMMANDS.map(({ command }) => command))) {
    const rules = COMMANDS.filter(({ command }) => command === name);
    const at = findRarest(name);
    index.add(name.slice(at), (found, end) => detectCommand(found, end - ANCHOR_LENGTH - at, name, rules));
  }
  index.addInAnyCase('ified', detectIdentified);
  index.add('pass:', detectPassArgument);
}

function detectCommand(found: Findings, at: number, name: string, rules: readonly CommandRule[]): void {
  const { cursor } = found;
  const { text } = cursor;
  if (!text.startsWith(name, at) || !/[\s]/.test(text[at + name.length] ?? '')) return;
  if (cursor.is(at - 1, CHAR_CLASSES.name) || found.isHandled(rules, at)) return;
  const lineEnd = Math.min(cursor.next('\n', at), at + LONGEST_COMMAND);
  found.handle(rules, lineEnd);
  let next = at + name.length;
  while (next < lineEnd) {
    const from = skipSpace(text, next);
    if (from >= lineEnd) return;
    next = Math.max(readArgument(found, from, lineEnd), from + 1);
    const argument = text.slice(from, Math.min(next, from + 200));
    for (const rule of rules) {
      if (!argument.startsWith('-')) continue;
      const [flag] = /^--?[A-Za-z][\w-]*/.exec(argument) ?? [''];
      if (rule.flag.test(flag) && (rule.glued !== 'only' || argument.length > flag.length)) {
        const hasValue = argument[flag.length] === '=';
        addValue(found, hasValue ? from + flag.length + 1 : skipSpace(text, next), rule);
      } else if (
        rule.flag.test(argument.slice(0, 2)) &&
        !argument.startsWith('--') &&
        (rule.glued || rule.userPart)
      ) {
        addValue(found, from + 2, rule);
      }
    }
  }
}

/** Where an argument ends, quoted parts included. */
function readArgument(found: Findings, from: number, lineEnd: number): number {
  const { cursor } = found;
  let at = from;
  while (at < lineEnd && !/\s/.test(cursor.text[at]!)) {
    const quote = readQuote(cursor, at);
    if (!quote) at++;
    else
      at = Math.min(
        lineEnd,
        (findClose(cursor, at + quote.length, quote.close) ?? lineEnd) + quote.close.length,
      );
  }
  return at;
}

function addValue(found: Findings, from: number, { userPart, kind }: CommandRule): void {
  const { cursor } = found;
  const quote = readQuote(cursor, from);
  const start = from + (quote?.length ?? 0);
  const end = quote ? (findClose(cursor, start, quote.close) ?? start) : findUnquotedEnd(cursor, start, true);
  const value = cursor.text.slice(start, Math.min(end, start + 500));
  const lead = userPart ? userPart.exec(value)?.[0].length : 0;
  if (lead === undefined || value.length - lead < 3 || value.startsWith('-')) return;
  if (!isPlaceholder(value.slice(lead), false)) found.add(start + lead, end, kind ?? 'command-password');
}

/** `IDENTIFIED BY 'x'`, `IDENTIFIED WITH plugin BY "x"`, `IDENTIFIED BY PASSWORD '*…'`, `IDENTIFIED BY x`. */
function detectIdentified(found: Findings, anchorEnd: number): void {
  const { cursor } = found;
  const from = anchorEnd - 3;
  const by = /^ified\s+(?:with\s+["'`]?\w+["'`]?\s+)?(?:by|as)\s+(?:password\s+|values\s+)?/i.exec(
    cursor.text.slice(from, from + 120),
  );
  if (!by) return;
  const at = from + by[0].length;
  const quote = readQuote(cursor, at);
  const start = at + (quote?.length ?? 0);
  const end = quote ? findClose(cursor, start, quote.close) : findUnquotedEnd(cursor, start, false);
  const value = cursor.text.slice(start, Math.min(end ?? start, start + 500));
  if (end !== undefined && (quote ? !isPlaceholder(value, true) : isSecretWord(value)))
    found.add(start, end, 'command-password');
}

/** `openssl … -passin pass:x` */
function detectPassArgument(found: Findings, anchorEnd: number): void {
  const { cursor } = found;
  const at = anchorEnd - 3;
  if (!cursor.has('pass:', at) || !/-pass(?:in|out)?[ =]$/.test(cursor.text.slice(Math.max(0, at - 12), at)))
    return;
  const end = findUnquotedEnd(cursor, at + 5, true);
  if (!isPlaceholder(cursor.text.slice(at + 5, end), false)) found.add(at + 5, end, 'command-password');
}
