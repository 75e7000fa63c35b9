/** Finds the values of XML and HTML elements and of property lists whose name is that of a secret. */

import type { Findings } from '../scan/secret-findings.js';
import { accept, type Name } from './named-value.js';
import { skipSpace } from './value-reader.js';

const LONGEST_ATTRIBUTES = 200;

/** Masks the text of an element that is called by a secret's name, or has one as its key. False where the name is in no tag. */
export function findTagValue(found: Findings, name: Name): boolean {
  const { cursor } = found;
  const { text } = cursor;
  const after = text[name.end];
  if (text.startsWith('&gt;', name.end)) return acceptText(found, name, name.end + 4, '&lt;');
  if (after === '<' && text.startsWith('</', name.end) && text[name.start - 1] === '>')
    return findNextElement(found, name);
  const previous = text[name.start - 1];
  if (
    (previous === '<' || previous === ':') &&
    /<(?:[\w.-]{1,30}:)?$/.test(text.slice(Math.max(0, name.start - 40), name.start))
  ) {
    const end = findTagEnd(text, name.end);
    return end !== undefined && acceptText(found, name, end, '<');
  }
  // <entry key="password">x</entry>, <property name="password"><value>x</value></property>
  if (
    (after === '"' || after === "'") &&
    isAttribute(text, name.start) &&
    /<[^<>]*=\s?["']$/.test(text.slice(Math.max(0, name.start - 100), name.start))
  ) {
    const end = findTagEnd(text, name.end + 1);
    if (end === undefined) return false;
    const inner = /^\s{0,40}<(?:[\w.-]{1,30}:)?(?:value|string|val)>/.exec(text.slice(end, end + 80));
    return acceptText(found, name, end + (inner?.[0].length ?? 0), '<');
  }
  return false;
}

/** Whether an equals sign precedes the quote before a place, with a space between them or without. */
function isAttribute(text: string, at: number): boolean {
  return text[at - 2] === '=' || text[at - 3] === '=';
}

/** The end of the tag that continues at `at`, unless it is self-closing. */
function findTagEnd(text: string, at: number): number | undefined {
  const rest = /^(?:\s[^<>]*)?>/.exec(text.slice(at, at + LONGEST_ATTRIBUTES))?.[0];
  return rest === undefined || rest.endsWith('/>') ? undefined : at + rest.length;
}

/** `<key>password</key><string>x</string>` */
function findNextElement(found: Findings, name: Name): boolean {
  const { text } = found.cursor;
  const close = text.indexOf('>', name.end);
  if (close < 0 || close - name.end > LONGEST_NAME_TAG) return false;
  const next = skipSpace(text, close + 1, true);
  const open = /^<[\w.:-]{1,30}>/.exec(text.slice(next, next + LONGEST_NAME_TAG));
  return open !== null && acceptText(found, name, next + open[0].length, '<');
}

const LONGEST_NAME_TAG = 40;

function acceptText(found: Findings, name: Name, from: number, close: string): boolean {
  const { cursor } = found;
  const cdata = '<![CDATA[';
  const isData = cursor.has(cdata, from);
  const begin = isData ? from + cdata.length : from;
  const start = skipSpace(cursor.text, begin, true);
  let end = cursor.next(isData ? ']]>' : close, begin);
  if (!isData && !cursor.has(`${close}/`, end)) return false;
  while (end > start && /\s/.test(cursor.text[end - 1]!)) end--;
  if (end > start) accept(found, name, { start, end, quoted: true }, false);
  return end > start;
}
