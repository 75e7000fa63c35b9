/** Collects calls into columns. */
import {
  COLUMN_COUNTS,
  MARKS,
  NO_USAGE,
  NULL_MS,
  NULL_RECORDED,
  NULL_USD,
  NUMBERS,
  TEXTS,
  TEXT_COLUMNS,
  TIME_LENGTH,
  type CallColumns,
} from './call-columns.js';
import type { CallLine, LedgerUsage } from './ledger-line.js';

const known: ReadonlySet<string> = new Set<string>([
  ...TEXTS,
  ...NUMBERS,
  ...MARKS,
  'v',
  'id',
  'at',
  'usages',
  'tags',
]);
const counts: ReadonlySet<string> = new Set<string>(COLUMN_COUNTS);

const ID = TEXT_COLUMNS.indexOf('id');
const TAGS = TEXT_COLUMNS.indexOf('tags');
const ALIAS = TEXT_COLUMNS.indexOf('alias');
const NO_TIME = ' '.repeat(TIME_LENGTH);

export type ColumnWriter = Readonly<{
  /** Adds a call. `usage` is its usage, if its maker knows that it has no fields but those of the columns; that takes time to find out. */
  add: (call: CallLine, usage?: LedgerUsage | null) => void;
  finish: () => CallColumns;
}>;

/** Creates an empty writer. It keeps numbers, not the calls. */
export function createColumnWriter(): ColumnWriter {
  const texts = [''];
  const numbers = new Map<string, number>();
  const at: string[] = [];
  const textColumns = TEXT_COLUMNS.map(() => createColumn(0));
  const numberColumns = [...NUMBERS, ...COLUMN_COUNTS].map(() => createColumn(NaN));
  /** The last text of each column: most texts repeat it. */
  const lastTexts: (string | undefined)[] = textColumns.map(() => undefined);
  const lastNumbers = textColumns.map(() => 0);
  const marks: number[] = [];
  const others: (readonly [number, CallLine])[] = [];
  const putText = (column: number, text: string | undefined): void => {
    if (text === undefined) return;
    if (column === ID || column === ALIAS) {
      textColumns[column]!.put(at.length, texts.push(text) - 1);
      return;
    }
    if (text !== lastTexts[column]) {
      let number = numbers.get(text);
      if (number === undefined) numbers.set(text, (number = texts.push(text) - 1));
      lastTexts[column] = text;
      lastNumbers[column] = number;
    }
    textColumns[column]!.put(at.length, lastNumbers[column]!);
  };
  return {
    add(call, known) {
      const usage = known === undefined ? findUsage(call) : known;
      if (usage === undefined) {
        others.push([at.length, call]);
        at.push(NO_TIME);
        marks.push(0);
        return;
      }
      for (let i = 0; i < TEXTS.length; i++) putText(i, call[TEXTS[i]!]);
      if (call.id !== `${call.run}/${call.span}`) putText(ID, call.id);
      if (call.tags) putText(TAGS, JSON.stringify(call.tags));
      for (let i = 0; i < NUMBERS.length; i++)
        numberColumns[i]!.put(at.length, call[NUMBERS[i]!] ?? undefined);
      for (let i = 0; i < COLUMN_COUNTS.length; i++)
        numberColumns[NUMBERS.length + i]!.put(at.length, usage?.[COLUMN_COUNTS[i]!]);
      at.push(call.at);
      let bits = 0;
      for (const name of MARKS) if (call[name] === true) bits |= BITS[name];
      if (call.ms === null) bits |= NULL_MS;
      if (call.usd === null) bits |= NULL_USD;
      if (call.recordedUsd === null) bits |= NULL_RECORDED;
      if (usage === null) bits |= NO_USAGE;
      marks.push(bits);
    },
    finish: () => ({
      rows: at.length,
      at: at.join(''),
      texts,
      textColumns: fromNames(TEXT_COLUMNS, (_, i) => Uint32Array.from(textColumns[i]!.finish(at.length))),
      numberColumns: fromNames([...NUMBERS, ...COLUMN_COUNTS] as const, (_, i) =>
        Float64Array.from(numberColumns[i]!.finish(at.length)),
      ),
      marks: Uint32Array.from(marks),
      others,
    }),
  };
}

/** A column that is filled up to a row when that row has a value: most columns of a call have none. */
type Column = Readonly<{
  put: (row: number, value: number | undefined) => void;
  /** All values; empty if no row has one. */
  finish: (rows: number) => readonly number[];
}>;

function createColumn(absent: number): Column {
  const values: number[] = [];
  const fill = (rows: number) => {
    while (values.length < rows) values.push(absent);
  };
  return {
    put(row, value) {
      if (value === undefined) return;
      if (values.length < row) fill(row);
      values.push(value);
    },
    finish(rows) {
      if (values.length > 0) fill(rows);
      return values;
    },
  };
}

/** The usage of a call that the columns can represent, null without one; undefined for any other call. */
function findUsage(call: CallLine): LedgerUsage | null | undefined {
  for (const name in call) if (!known.has(name)) return undefined;
  for (const name of TEXTS) if (call[name] === '') return undefined;
  // The characters are kept as bytes.
  if (call.at.length !== TIME_LENGTH || !/^[\d\-T:.Z]+$/.test(call.at) || call.id === '') return undefined;
  const [first] = call.usages;
  if (!first) return null;
  const { model, usage } = first;
  if (call.usages.length > 1 || model !== call.model || Object.keys(first).length !== 2) return undefined;
  for (const name in usage) {
    const count = usage[name as keyof LedgerUsage];
    if (!counts.has(name) || typeof count !== 'number') return undefined;
  }
  return usage;
}

const BITS = Object.fromEntries(MARKS.map((name, i) => [name, 1 << i])) as Record<
  (typeof MARKS)[number],
  number
>;

function fromNames<N extends string, T>(
  names: readonly N[],
  make: (name: N, index: number) => T,
): Record<N, T> {
  return Object.fromEntries(names.map((name, i) => [name, make(name, i)])) as Record<N, T>;
}
