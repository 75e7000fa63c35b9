/** Reads the calls of a month: from its cache of columns, and the lines that were appended since from the file. */
import { readFileSync, statSync } from 'node:fs';
import { stepColumns } from './call-columns.js';
import { createColumnWriter } from './column-writer.js';
import { isValidCallLine } from './check-line.js';
import { monthPath } from './ledger-files.js';
import type { CallLine, LedgerLine } from './ledger-line.js';
import { cachePath, hashBytes, readCache, writeCache, type MonthCache, type Prefix } from './month-cache.js';

/** From this many bytes of lines on, the month is written to its cache: some 700 calls, which take 20 ms to parse. */
const CACHE_FROM = 1 << 20;
/** A file that changed in this time before it was read may change again without another time of change. */
const SETTLED_MS = 2000;

/**
 * Visits the valid calls of a month in the order of their lines, the same with and without a cache. A file that was removed
 * meanwhile has none. A line is not kept after its visit: 200,000 of them are 300 MB.
 */
export function visitMonth(
  folder: string,
  month: string,
  visit: (call: CallLine) => void,
  options: Readonly<{ cacheFrom?: number }> = {},
): void {
  const steps = stepMonth(folder, month, visit, options);
  while (!steps.next().done);
}

/** The same in slices of a few milliseconds, except for lines that are in no cache yet. */
export function* stepMonth(
  folder: string,
  month: string,
  visit: (call: CallLine) => void,
  { cacheFrom = CACHE_FROM }: Readonly<{ cacheFrom?: number }> = {},
): Generator<void> {
  const path = monthPath(folder, month);
  const cache = readCache<Prefix>(cachePath(folder, month));
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
  if (!stats) return;
  const file = { size: Number(stats.size), mtimeNs: String(stats.mtimeNs) };
  const known = cache?.about.file;
  if (cache && known?.size === file.size && known.mtimeNs === file.mtimeNs)
    return yield* stepColumns(cache.columns, visit);
  const bytes = readBytes(path);
  if (!bytes) return;
  const used = cache && isPrefix(cache, bytes) ? cache : undefined;
  const start = used?.about.bytes ?? 0;
  const end = bytes.lastIndexOf(NEWLINE) + 1;
  const writer = end - start >= cacheFrom ? createColumnWriter() : undefined;
  const hash = writer ? hashBytes(bytes.subarray(0, end)) : '';
  const add = writer
    ? (call: CallLine) => {
        writer.add(call);
        visit(call);
      }
    : visit;
  if (used) yield* stepColumns(used.columns, add);
  yield* stepLines(bytes.subarray(start, end), add);
  // A line without an end may be torn, or still being written.
  yield* stepLines(bytes.subarray(end), visit);
  if (!writer) return;
  const isSettled = end === file.size && Date.now() - Number(stats.mtimeMs) > SETTLED_MS;
  const about = { bytes: end, hash, ...(isSettled ? { file } : {}) };
  writeCache(cachePath(folder, month), { about, columns: writer.finish() });
}

function isPrefix({ about: prefix }: MonthCache, bytes: Buffer): boolean {
  return bytes.length >= prefix.bytes && hashBytes(bytes.subarray(0, prefix.bytes)) === prefix.hash;
}

function readBytes(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

/**
 * Chunk size for parsing, in bytes: small enough that the objects are collected before they are promoted to the old generation.
 */
const CHUNK = 1 << 17;
const NEWLINE = 10;
const COMMA = 0x2c;

function* stepLines(bytes: Buffer, visit: (call: CallLine) => void): Generator<void> {
  for (let from = 0; from < bytes.length;) {
    const newline = bytes.indexOf(NEWLINE, from + CHUNK);
    const to = newline < 0 ? bytes.length : newline;
    for (const line of parseLines(bytes.subarray(from, to))) if (isValidCallLine(line)) visit(line);
    from = to + 1;
    yield;
  }
}

/** Parses lines as one array: calling JSON.parse per line takes 1.5 times as long. */
function parseLines(lines: Buffer): LedgerLine[] {
  const newlines: number[] = [];
  for (let at = lines.indexOf(NEWLINE); at >= 0; at = lines.indexOf(NEWLINE, at + 1)) {
    // A trailing newline would result in an empty element.
    if (at === lines.length - 1) break;
    newlines.push(at);
    lines[at] = COMMA;
  }
  try {
    return JSON.parse(`[${lines.toString('utf8')}]`) as LedgerLine[];
  } catch {
    for (const at of newlines) lines[at] = NEWLINE;
    return lines.toString('utf8').split('\n').flatMap(parseLine);
  }
}

function parseLine(text: string): LedgerLine[] {
  try {
    return [JSON.parse(text) as LedgerLine];
  } catch {
    return [];
  }
}
