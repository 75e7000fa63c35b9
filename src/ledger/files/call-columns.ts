/** Encodes the calls of a month as columns of numbers, which are read ten times as fast as their lines of JSON. */
import type { CallLine } from './ledger-line.js';

/** Texts by column: the number of each distinct text. 0 is an absent field. */
export const TEXTS = [
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
export const TEXT_COLUMNS = [...TEXTS, 'id', 'tags'] as const;
/** Columns whose texts do not repeat: looking them up takes longer than keeping a few twice. */
export const UNIQUE_TEXTS: ReadonlySet<string> = new Set(['id', 'alias']);
/** Numbers by column; NaN is an absent field. */
export const NUMBERS = ['span', 'usd', 'ms', 'firstTokenMs', 'streamed', 'recordedUsd', 'attempt'] as const;
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
export const MARKS = ['estimated', 'answered', 'incomplete', 'free', 'wasted', 'cached', 'plan'] as const;

/** Bits of the marks column beyond MARKS. */
export const NULL_MS = 1 << 7;
export const NULL_USD = 1 << 8;
export const NULL_RECORDED = 1 << 9;
/** The call has no usage. */
export const NO_USAGE = 1 << 10;

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

/** Rows that are visited in one slice: about 3 ms with their prices. */
const SLICE = 2048;
/** The characters of a time in the column of times. */
export const TIME_LENGTH = 24;

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

function toNumber(value: number): number | undefined {
  return Number.isNaN(value) ? undefined : value;
}

function mapValues<N extends string, T, U>(record: Record<N, T>, map: (value: T) => U): Record<N, U> {
  return Object.fromEntries(Object.entries<T>(record).map(([name, value]) => [name, map(value)])) as Record<
    N,
    U
  >;
}
