/** Values that take several lines or elements: lists of quoted values, blocks and lists of YAML. */

import type { Findings } from '../scan/secret-findings.js';
import { accept, quotedValue, type Name, type Value } from './named-value.js';
import { skipSpace, type Quote } from './value-reader.js';

/** The other elements of a list: `["x", "y"]`. */
export function acceptRest(found: Findings, name: Name, first: Value, quote: Quote): void {
  const { cursor } = found;
  let at = first.end + quote.close.length;
  for (let i = 0; i < MOST_ELEMENTS; i++) {
    const comma = skipSpace(cursor.text, at, true);
    if (cursor.text[comma] !== ',') return;
    const from = skipSpace(cursor.text, comma + 1, true);
    if (!cursor.has(quote.close, from)) return;
    const value = quotedValue(found, from, quote);
    if (!value || found.isHandled(acceptRest, value.end)) return;
    found.handle(acceptRest, value.end);
    accept(found, name, value, false);
    at = value.end + quote.close.length;
  }
}

const MOST_ELEMENTS = 1000;

/** The lines of a YAML block: `key: |`. */
export function isBlockScalar(text: string, at: number): boolean {
  return /^[|>][+-]?\d?[ \t]*\r?\n/.test(text.slice(at, at + 8));
}

export function acceptBlock(found: Findings, name: Name, at: number): void {
  if (found.isHandled(acceptBlock, at)) return;
  const { text } = found.cursor;
  const indent = (line: string) => /^[ \t]*/.exec(line)![0].length;
  const begin = text.lastIndexOf('\n', name.start) + 1;
  const around = indent(text.slice(begin, name.start));
  let from = found.cursor.next('\n', at) + 1;
  for (let i = 0; i < MOST_ELEMENTS && from < text.length; i++) {
    const end = found.cursor.next('\n', from);
    const line = text.slice(from, Math.min(end, from + 4096));
    if (line.trim() !== '' && indent(line) <= around) return;
    found.handle(acceptBlock, end);
    accept(
      found,
      name,
      { start: from + indent(line), end: from + line.trimEnd().length, quoted: true },
      false,
    );
    from = end + 1;
  }
}

/** The elements of a YAML list: `- x`. */
export function acceptItems(found: Findings, name: Name, at: number): void {
  if (found.isHandled(acceptItems, at)) return;
  let from = found.cursor.text.lastIndexOf('\n', at) + 1;
  for (let i = 0; i < MOST_ELEMENTS; i++) {
    found.handle(acceptItems, from);
    const end = found.cursor.next('\n', from);
    const item = /^([ \t]*-[ \t]+["']?)([^"'\s]+)["']?[ \t]*\r?$/.exec(
      found.cursor.text.slice(from, Math.min(end, from + 512)),
    );
    if (!item) return;
    const start = from + item[1]!.length;
    accept(found, name, { start, end: start + item[2]!.length, quoted: false, isWholeLine: true }, false);
    from = end + 1;
  }
}
