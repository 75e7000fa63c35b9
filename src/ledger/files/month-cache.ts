/** Keeps columns of calls in files that may be deleted at any time: those of a month, and others with what they were made from. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeAtomically } from '../../lib/private-files.js';
import type { CallColumns } from './call-columns.js';
import type { CallLine } from './ledger-line.js';

/** The beginning of a month's file that was read into columns: complete lines only. */
export type Prefix = Readonly<{
  bytes: number;
  /** SHA-1 of these bytes. */
  hash: string;
  /**
   * Size and time of the whole file, with which it is not read again; absent where the file had changed so recently that another
   * change may have left the same time.
   */
  file?: Readonly<{ size: number; mtimeNs: string }>;
}>;

/** Columns, and what they were made from. */
export type ColumnsFile<T> = Readonly<{ about: T; columns: CallColumns }>;

export type MonthCache = ColumnsFile<Prefix>;

/** Increase it when columns or their meaning change: caches of other versions are ignored. */
const VERSION = 3;

/** The path of a month's cache: `cache/2026-11.columns` in the ledger's folder. */
export function cachePath(folder: string, month: string): string {
  return join(folder, 'cache', `${month}.columns`);
}

/** The SHA-1 of bytes, which takes a millisecond for 2 MB. */
export function hashBytes(bytes: Buffer): string {
  return createHash('sha1').update(bytes).digest('hex');
}

type Header<T> = Readonly<{
  version: number;
  about: T;
  rows: number;
  at: string;
  texts: readonly string[];
  /** Names of the columns in the order of their bytes: those of numbers, then those of texts, then the marks. */
  numberColumns: Readonly<Record<string, number>>;
  textColumns: Readonly<Record<string, number>>;
  others: readonly (readonly [number, CallLine])[];
}>;

/** Reads a cache. undefined if it is missing, damaged or of another version. */
export function readCache<T>(path: string): ColumnsFile<T> | undefined {
  try {
    const file = readFileSync(path);
    const headerLength = file.readUInt32LE(HASH_LENGTH);
    const start = HASH_LENGTH + 4 + headerLength;
    if (file.toString('latin1', 0, HASH_LENGTH) !== hashBytes(file.subarray(HASH_LENGTH))) return undefined;
    const header = JSON.parse(file.toString('utf8', HASH_LENGTH + 4, start)) as Header<T>;
    if (header.version !== VERSION) return undefined;
    // Copied, because a typed array must start at a multiple of its elements' size.
    const bytes = Uint8Array.from(file.subarray(start)).buffer;
    let offset = 0;
    const take = <T>(length: number, size: number, make: (from: number) => T): T => {
      const from = offset;
      offset += length * size;
      return make(from);
    };
    const numberColumns = mapLengths(header.numberColumns, (length) =>
      take(length, 8, (from) => new Float64Array(bytes, from, length)),
    );
    const textColumns = mapLengths(header.textColumns, (length) =>
      take(length, 4, (from) => new Uint32Array(bytes, from, length)),
    );
    const marks = take(header.rows, 4, (from) => new Uint32Array(bytes, from, header.rows));
    const { about, rows, at, texts, others } = header;
    const columns = { rows, at, texts, others, marks, numberColumns, textColumns };
    return { about, columns: columns as CallColumns };
  } catch {
    return undefined;
  }
}

/** Writes a cache; a ledger that cannot be written has none. */
export function writeCache<T>(path: string, { about, columns }: ColumnsFile<T>): void {
  const { rows, at, texts, others, marks, numberColumns, textColumns } = columns;
  const header: Header<T> = {
    version: VERSION,
    about,
    rows,
    at,
    texts,
    others,
    numberColumns: mapLengths(numberColumns, ({ length }) => length),
    textColumns: mapLengths(textColumns, ({ length }) => length),
  };
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  const arrays = [...Object.values(numberColumns), ...Object.values(textColumns), marks];
  const content = Buffer.concat([
    length,
    text,
    ...arrays.map((array) => Buffer.from(array.buffer, array.byteOffset, array.byteLength)),
  ]);
  try {
    writeAtomically(path, Buffer.concat([Buffer.from(hashBytes(content), 'latin1'), content]));
  } catch {
    return;
  }
}

/** The length of a SHA-1 in hexadecimal digits. */
const HASH_LENGTH = 40;

function mapLengths<T, U>(record: Readonly<Record<string, T>>, map: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));
}
