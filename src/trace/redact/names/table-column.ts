/** Finds the columns of CSV, TSV and Markdown tables whose heading is the name of a secret. */

import type { Findings } from '../scan/secret-findings.js';
import { accepts, type Name } from './named-value.js';
import { isSecretWord } from './placeholder.js';
import { rateName } from './secret-name.js';

/** The rest of a cell of headings up to the next one: rules out words of sentences before the line is split into cells. */
const HEADING_END = /[\w .()#$/-]{0,50}(?:\\?" {0,50})?(?:[,;\t|\r\n]|\\[nr])/y;
const LONGEST_HEADING_LINE = 2000;
const LONGEST_ROW = 20_000;

/** Masks the column under a heading; false if the name is not a column heading. */
export function findTableColumn(found: Findings, name: Name): boolean {
  const { cursor } = found;
  HEADING_END.lastIndex = name.end;
  if (!HEADING_END.test(cursor.text) || found.isHandled(findTableColumn, name.start)) return false;
  const lineEnd = findLine(found, name.end);
  found.handle(findTableColumn, Math.min(lineEnd.at + 1, name.end + LONGEST_HEADING_LINE));
  if (lineEnd.at === cursor.text.length || lineEnd.at - name.end > LONGEST_HEADING_LINE) return false;
  const before = cursor.text.slice(Math.max(0, name.start - LONGEST_HEADING_LINE), name.start);
  const previous = before.lastIndexOf(lineEnd.sign);
  const begin = name.start - before.length + (previous < 0 ? 0 : previous + lineEnd.sign.length);
  const heading = cursor.text.slice(begin, lineEnd.at);
  const delimiter = [',', ';', '\t', '|'].find((each) => heading.includes(each));
  if (delimiter === undefined) return false;
  const cells = splitRow(heading, delimiter);
  if (!cells.every(({ text }) => /^[\w .()#$/-]{0,50}$/.test(text)) || cells.every(({ text }) => text === ''))
    return false;
  const columns = cells.map(({ text }) => ({ text, strength: rateName(text.replaceAll(' ', '_')) }));
  if (columns.every(({ strength }) => strength === 'none')) return false;
  return maskRows(found, columns, delimiter, lineEnd.at + lineEnd.sign.length, lineEnd.sign);
}

/** Where the line ends, and with what: in a string of JSON the line end is escaped. */
function findLine({ cursor }: Findings, from: number): { at: number; sign: string } {
  const plain = cursor.next('\n', from);
  const escaped = cursor.next('\\n', from);
  return escaped < plain ? { at: escaped, sign: '\\n' } : { at: plain, sign: '\n' };
}

function maskRows(
  found: Findings,
  columns: readonly Pick<Name, 'text' | 'strength'>[],
  delimiter: string,
  from: number,
  sign: string,
): boolean {
  const { cursor } = found;
  let rows = 0;
  let at = from;
  for (; at < cursor.text.length; rows++) {
    const end = cursor.next(sign, at);
    if (end - at > LONGEST_ROW) break;
    const row = cursor.text.slice(at, end);
    if (!row.includes(delimiter)) break;
    for (const [i, cell] of splitRow(row, delimiter).entries()) {
      const column = columns[i];
      if (!column || column.strength === 'none' || !accepts(column, cell.text, true)) continue;
      if (isSecretWord(cell.text) || (/pass|pwd/i.test(column.text) && !/\s/.test(cell.text)))
        found.add(at + cell.at, at + cell.at + cell.text.length, 'named-value');
    }
    at = end + sign.length;
  }
  found.handle(findTableColumn, at);
  return rows > 0;
}

/** The cells of a row with their places, without their quotes and the space around them. */
function splitRow(row: string, delimiter: string): { text: string; at: number }[] {
  const cells: { text: string; at: number }[] = [];
  for (let at = 0; at <= row.length;) {
    let from = at;
    while (row[from] === ' ') from++;
    const isQuoted = row[from] === '"' || row.startsWith('\\"', from);
    const quote = row.startsWith('\\"', from) ? '\\"' : '"';
    const close = isQuoted ? row.indexOf(quote, from + quote.length) : -1;
    const next = row.indexOf(delimiter, close < 0 ? from : close);
    const end = next < 0 ? row.length : next;
    if (close >= 0) cells.push({ text: row.slice(from + quote.length, close), at: from + quote.length });
    else cells.push({ text: row.slice(from, end).trimEnd(), at: from });
    at = end + 1;
  }
  return cells;
}
