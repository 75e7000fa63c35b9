/** Encodes the calls of a month as columns of numbers, which are read ten times as fast as their lines of JSON. */
import type { CallLine, LedgerUsage } from './ledger-line.js';

/** Texts by column: the number of each distinct text. 0 is an absent field. */
const TEXTS = [
  'run',
  'tz',
  'workflow',
  'stage',
  'node',
  'prompt',
  'session',
  'tool',
  'alias',
  'provider',
  'model',
  'requested',
  'status',
  'project',
  'commit',
  'source',
  'trace',
] as const;
const TEXT_COLUMNS = [...TEXTS, 'id', 'tags'] as const;
const ID = TEXT_COLUMNS.indexOf('id');
const TAGS = TEXT_COLUMNS.indexOf('tags');
const ALIAS = TEXT_COLUMNS.indexOf('alias');
/** Numbers by column; NaN is an absent field. */
const NUMBERS = ['span', 'usd', 'ms', 'firstTokenMs', 'streamed', 'recordedUsd', 'attempt'] as const;
/** The counts of usage that have a column; a call with any other is kept as its line. */
export const COLUMN_COUNTS = [
  'input',
  'output',
  'cacheRead',
  'cacheWrite',
  'cacheWrite5m',
  'cacheWrite1h',
  'reasoning',
] as const;
/** Marks by bit: each is true or absent. */
const MARKS = ['estimated', 'answered', 'incomplete', 'free', 'wasted', 'cached', 'plan'] as const;

/** Bits of the marks column beyond MARKS. */
const NULL_MS = 1 << 7;
const NULL_USD = 1 << 8;
const NULL_RECORDED = 1 << 9;
/** The call has no usage. */
const NO_USAGE = 1 << 10;

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

type TextName = (typeof TEXT_COLUMNS)[number];
type NumberName = (typeof NUMBERS)[number] | (typeof COLUMN_COUNTS)[number];

/** The calls of a month. Columns that are absent in all calls are empty. */
export type CallColumns = Readonly<{
  rows: number;
  /** The start of each call: 24 characters. */
  at: string;
  /** Distinct texts; the first is unused. */
  texts: readonly string[];
  /** The numbers of the texts; an `id` of 0 is `run/span`, and `tags` are JSON. */
  textColumns: Readonly<Record<TextName, Uint32Array>>;
  numberColumns: Readonly<Record<NumberName, Float64Array>>;
  marks: Uint32Array;
  /** The calls that the columns cannot represent, with their rows. */
  others: readonly (readonly [row: number, call: CallLine])[];
}>;

/** Collects calls into columns. */
export type ColumnWriter = Readonly<{
  /** Adds a call. `usage` is its usage, if its maker knows that it has no fields but those of the columns; that takes time to find out. */
  add: (call: CallLine, usage?: LedgerUsage | null) => void;
  finish: () => CallColumns;
}>;

/** Columns whose texts do not repeat: looking them up takes longer than keeping a few twice. */
export const UNIQUE_TEXTS: ReadonlySet<string> = new Set(['id', 'alias']);

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

/** Rows that are visited in one slice: about 3 ms with their prices. */
const SLICE = 2048;
/** The characters of a time in the column of times. */
export const TIME_LENGTH = 24;
const NO_TIME = ' '.repeat(TIME_LENGTH);

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

/**
 * Visits the calls of columns in their order. They equal those that were added, but absent fields are undefined: the objects have
 * one shape, with which readers access fields three times as fast. It pauses every few milliseconds, and leaves out the rows that
 * `skip` selects.
 */
export function* stepColumns(
  columns: CallColumns,
  visit: (call: CallLine) => void,
  skip?: (row: number) => boolean,
): Generator<void> {
  const { rows, at, texts, textColumns, numberColumns, marks, others } = columns;
  const t = mapValues(textColumns, (column) => (column.length > 0 ? column : new Uint32Array(rows)));
  const n = mapValues(numberColumns, (column) =>
    column.length > 0 ? column : new Float64Array(rows).fill(NaN),
  );
  const known: readonly (string | undefined)[] = [undefined, ...texts.slice(1)];
  const tags = new Map<number, CallLine['tags']>([[0, undefined]]);
  const tagsOf = (number: number) => {
    if (!tags.has(number)) tags.set(number, JSON.parse(texts[number]!) as CallLine['tags']);
    return tags.get(number);
  };
  let other = 0;
  for (let row = 0; row < rows; row++) {
    if (row % SLICE === SLICE - 1) yield;
    const isOther = other < others.length && others[other]![0] === row;
    const call = isOther ? others[other++]![1] : undefined;
    if (skip?.(row)) continue;
    if (call) {
      visit(call);
      continue;
    }
    const bits = marks[row]!;
    const run = texts[t.run[row]!]!;
    const model = texts[t.model[row]!]!;
    const span = n.span[row]!;
    const usage = {
      input: toNumber(n.input[row]!),
      output: toNumber(n.output[row]!),
      cacheRead: toNumber(n.cacheRead[row]!),
      cacheWrite: toNumber(n.cacheWrite[row]!),
      cacheWrite5m: toNumber(n.cacheWrite5m[row]!),
      cacheWrite1h: toNumber(n.cacheWrite1h[row]!),
      reasoning: toNumber(n.reasoning[row]!),
    };
    const line = {
      v: 1,
      id: known[t.id[row]!] ?? `${run}/${span}`,
      run,
      span,
      at: at.slice(row * TIME_LENGTH, (row + 1) * TIME_LENGTH),
      tz: known[t.tz[row]!],
      workflow: known[t.workflow[row]!],
      stage: known[t.stage[row]!],
      node: known[t.node[row]!],
      prompt: known[t.prompt[row]!],
      session: known[t.session[row]!],
      tool: known[t.tool[row]!],
      alias: known[t.alias[row]!],
      provider: known[t.provider[row]!],
      model,
      requested: known[t.requested[row]!],
      usages: (bits & NO_USAGE) > 0 ? [] : [{ model, usage }],
      usd: (bits & NULL_USD) > 0 ? null : n.usd[row]!,
      recordedUsd: (bits & NULL_RECORDED) > 0 ? null : toNumber(n.recordedUsd[row]!),
      ms: (bits & NULL_MS) > 0 ? null : n.ms[row]!,
      firstTokenMs: toNumber(n.firstTokenMs[row]!),
      streamed: toNumber(n.streamed[row]!),
      attempt: toNumber(n.attempt[row]!),
      status: known[t.status[row]!],
      // The bits of MARKS, written out for speed.
      estimated: (bits & 1) > 0 ? true : undefined,
      answered: (bits & 2) > 0 ? true : undefined,
      incomplete: (bits & 4) > 0 ? true : undefined,
      free: (bits & 8) > 0 ? true : undefined,
      wasted: (bits & 16) > 0 ? true : undefined,
      cached: (bits & 32) > 0 ? true : undefined,
      plan: (bits & 64) > 0 ? true : undefined,
      tags: tagsOf(t.tags[row]!),
      project: known[t.project[row]!],
      commit: known[t.commit[row]!],
      source: known[t.source[row]!],
      trace: known[t.trace[row]!],
    };
    visit(line as CallLine);
  }
}

const BITS = Object.fromEntries(MARKS.map((name, i) => [name, 1 << i])) as Record<
  (typeof MARKS)[number],
  number
>;

function toNumber(value: number): number | undefined {
  return Number.isNaN(value) ? undefined : value;
}

function fromNames<N extends string, T>(
  names: readonly N[],
  make: (name: N, index: number) => T,
): Record<N, T> {
  return Object.fromEntries(names.map((name, i) => [name, make(name, i)])) as Record<N, T>;
}

function mapValues<N extends string, T, U>(record: Record<N, T>, map: (value: T) => U): Record<N, U> {
  return Object.fromEntries(Object.entries<T>(record).map(([name, value]) => [name, map(value)])) as Record<
    N,
    U
  >;
}
