/** Merges ranges of rows from several columns of calls into one. */
import { TIME_LENGTH, UNIQUE_TEXTS, type CallColumns } from './call-columns.js';
import { createColumnWriter } from './column-writer.js';

/** Rows of columns: `from` is inclusive, `to` exclusive. */
export type ColumnRange = Readonly<{ columns: CallColumns; from: number; to: number }>;

/** The rows of all ranges in this order, with only the texts that they use. Pauses after each range. */
export function* mergeColumns(ranges: readonly ColumnRange[]): Generator<void, CallColumns> {
  const rows = ranges.reduce((sum, { from, to }) => sum + to - from, 0);
  const { texts, translate } = createTexts();
  const at: string[] = [];
  const others: CallColumns['others'][number][] = [];
  const marks = new Uint32Array(rows);
  const empty = createColumnWriter().finish();
  const textColumns: Record<string, Uint32Array> = { ...empty.textColumns };
  const numberColumns: Record<string, Float64Array> = { ...empty.numberColumns };
  let row = 0;
  for (const { columns, from, to } of ranges) {
    at.push(columns.at.slice(from * TIME_LENGTH, to * TIME_LENGTH));
    marks.set(columns.marks.subarray(from, to), row);
    for (const [name, source] of Object.entries(columns.numberColumns)) {
      if (source.length === 0) continue;
      if (numberColumns[name]!.length === 0) numberColumns[name] = new Float64Array(rows).fill(NaN);
      numberColumns[name]!.set(source.subarray(from, to), row);
    }
    for (const [name, source] of Object.entries(columns.textColumns)) {
      if (source.length === 0) continue;
      if (textColumns[name]!.length === 0) textColumns[name] = new Uint32Array(rows);
      const target = textColumns[name]!;
      const isUnique = UNIQUE_TEXTS.has(name);
      for (let i = from; i < to; i++) {
        const number = source[i]!;
        if (number > 0)
          target[row + i - from] = isUnique
            ? texts.push(columns.texts[number]!) - 1
            : translate(columns, number);
      }
    }
    for (const [other, call] of columns.others) {
      if (other >= from && other < to) others.push([row + other - from, call]);
    }
    row += to - from;
    yield;
  }
  return {
    rows,
    at: at.join(''),
    texts,
    textColumns: textColumns as CallColumns['textColumns'],
    numberColumns: numberColumns as CallColumns['numberColumns'],
    marks,
    others,
  };
}

/** The texts of all columns, each once, and a function that returns the number of a text of one of them there. */
function createTexts(): { texts: string[]; translate: (columns: CallColumns, number: number) => number } {
  const texts = [''];
  const numbers = new Map<string, number>();
  const known = new Map<CallColumns, Uint32Array>();
  return {
    texts,
    translate(columns, number) {
      let translated = known.get(columns);
      if (!translated) known.set(columns, (translated = new Uint32Array(columns.texts.length)));
      if (translated[number] === 0) {
        const text = columns.texts[number]!;
        let own = numbers.get(text);
        if (own === undefined) numbers.set(text, (own = texts.push(text) - 1));
        translated[number] = own;
      }
      return translated[number]!;
    },
  };
}
