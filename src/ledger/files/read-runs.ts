/** Reads the runs in the ledger, newest first, without reading more of the files than needed. */
import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { listMonths, monthPath } from './ledger-files.js';
import { isValidRunLine } from './check-line.js';
import type { RunLine } from './ledger-line.js';

/** A run in the ledger. */
export type LedgerRun = Readonly<{
  run: string;
  /** When it started: ISO 8601, UTC. */
  at: string;
  /** Its line. */
  read: () => RunLine;
}>;

/**
 * The runs in the ledger by start, newest first, each once. Files are read backwards on demand: lines are appended when runs
 * finish, so every run that started after the newest unread line was appended has already been read. Torn and invalid lines are
 * skipped.
 */
export function* iterateRuns(folder: string): Generator<LedgerRun> {
  const seen = new Set<string>();
  for (const month of listMonths(folder).toReversed()) {
    let read: LedgerRun[] = [];
    let appendedAt = Infinity;
    for (const lines of readBackwards(monthPath(folder, month))) {
      for (const run of findRuns(lines).toReversed()) {
        if (seen.has(run.run)) continue;
        seen.add(run.run);
        read.push(run);
        appendedAt = Math.min(appendedAt, appendTime(run.read()));
      }
      const [certain, rest] = partition(read, ({ at }) => Date.parse(at) > appendedAt + CLOCK_SLACK_MS);
      yield* certain.toSorted(newestFirst);
      read = rest;
    }
    yield* read.toSorted(newestFirst);
  }
}

/** The ids of all runs in the ledger. */
export function readRunIds(folder: string): Set<string> {
  const ids = new Set<string>();
  for (const month of listMonths(folder)) {
    for (const { run } of findRuns(readWhole(monthPath(folder, month)))) ids.add(run);
  }
  return ids;
}

/** The clock may be set back between the end of a run and the start of the next. */
const CLOCK_SLACK_MS = 60_000;

/** When a line was appended, in ms since 1970: at the end of the run, unless it was entered later. */
function appendTime({ at, ms, late }: RunLine): number {
  return late === true || ms === null ? Infinity : Date.parse(at) + ms;
}

function newestFirst(a: LedgerRun, b: LedgerRun): number {
  return a.at < b.at ? 1 : a.at > b.at ? -1 : 0;
}

function partition<T>(items: readonly T[], isFirst: (item: T) => boolean): [T[], T[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
}

/** The beginning of a run's line in serialized form. */
const RUN_LINE = Buffer.from('{"v":1,"kind":"run","run":"');
const NEWLINE = 10;
const CLOSING_BRACE = 0x7d;

function findRuns(lines: Buffer): LedgerRun[] {
  const runs: LedgerRun[] = [];
  for (
    let from = lines.indexOf(RUN_LINE);
    from >= 0;
    from = lines.indexOf(RUN_LINE, from + RUN_LINE.length)
  ) {
    const isLineStart = from === 0 || lines[from - 1] === NEWLINE;
    const to = lines.indexOf(NEWLINE, from);
    // A torn line has no end or the end of another line.
    if (!isLineStart || to < 0 || lines[to - 1] !== CLOSING_BRACE) continue;
    const line = parseRunLine(lines.toString('utf8', from, to));
    if (line) runs.push({ run: line.run, at: line.at, read: () => line });
  }
  return runs;
}

function parseRunLine(text: string): RunLine | undefined {
  try {
    const line: unknown = JSON.parse(text);
    return isValidRunLine(line) ? line : undefined;
  } catch {
    return undefined;
  }
}

/** Chunk size for reading, in bytes: some hundred lines. */
const CHUNK = 1 << 17;

/** The complete lines of a file in chunks, the last chunk first. A file that was removed meanwhile has none. */
function* readBackwards(path: string): Generator<Buffer> {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch {
    return;
  }
  try {
    let later: Buffer = Buffer.alloc(0);
    for (let end = fstatSync(fd).size; end > 0;) {
      const begin = Math.max(0, end - CHUNK);
      const chunk = Buffer.concat([readAt(fd, begin, end - begin), later]);
      const first = begin === 0 ? 0 : chunk.indexOf(NEWLINE) + 1;
      // The beginning of the first line is in the preceding chunk.
      later = begin === 0 ? chunk.subarray(0, 0) : chunk.subarray(0, first === 0 ? chunk.length : first);
      if (first > 0 || begin === 0) yield chunk.subarray(first);
      end = begin;
    }
  } finally {
    closeSync(fd);
  }
}

function readAt(fd: number, position: number, length: number): Buffer {
  const buffer = Buffer.allocUnsafe(length);
  return buffer.subarray(0, readSync(fd, buffer, 0, length, position));
}

function readWhole(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    return Buffer.alloc(0);
  }
}
