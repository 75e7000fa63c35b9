/** Reads the model calls in the ledger, each once. */
import { readFileSync } from 'node:fs';
import { listMonths, monthOf, monthPath } from './ledger-files.js';
import { isValidCallLine } from './check-line.js';
import type { CallLine, LedgerLine } from './ledger-line.js';

/** A range of start times: `from` is inclusive, `to` exclusive. Absent means no limit. */
export type TimeRange = Readonly<{ from?: Date | undefined; to?: Date | undefined }>;

/**
 * Visits the calls that started within a range of time, in the order they were entered; only the files of its months are
 * read. A call that was entered several times is visited once, with its usage if any of the lines has it. Torn and invalid
 * lines, and those of a newer version, are skipped. A line is not kept after its visit: 200,000 of them are 300 MB.
 */
export function visitCalls(folder: string, { from, to }: TimeRange, visit: (call: CallLine) => void): void {
  const first = from?.toISOString() ?? '';
  const end = to?.toISOString() ?? '~';
  const visited = new Set<string>();
  // Another line of the same call may have its usage.
  const withoutUsage = new Map<string, CallLine>();
  for (const month of listMonths(folder)) {
    if (month < monthOf(first) || month > monthOf(end)) continue;
    for (const lines of readLines(monthPath(folder, month))) {
      for (const line of lines) {
        if (!isValidCallLine(line) || line.at < first || line.at >= end || visited.has(line.id)) continue;
        if (line.usages.length > 0) {
          visited.add(line.id);
          visit(line);
        } else if (!withoutUsage.has(line.id)) withoutUsage.set(line.id, line);
      }
    }
  }
  for (const [id, line] of withoutUsage) if (!visited.has(id)) visit(line);
}

/** The same calls as an array. */
export function readCalls(folder: string, range: TimeRange = {}): CallLine[] {
  const calls: CallLine[] = [];
  visitCalls(folder, range, (call) => void calls.push(call));
  return calls;
}

/**
 * Chunk size for parsing, in bytes: small enough that the objects are collected before they are promoted to the old generation.
 */
const CHUNK = 1 << 17;
const NEWLINE = 10;
const COMMA = 0x2c;

/** The lines of a file as objects, in arrays. A file that was removed meanwhile has none. */
function* readLines(path: string): Generator<LedgerLine[]> {
  let file: Buffer;
  try {
    file = readFileSync(path);
  } catch {
    return;
  }
  for (let from = 0; from < file.length;) {
    const newline = file.indexOf(NEWLINE, from + CHUNK);
    const to = newline < 0 ? file.length : newline;
    yield parseLines(file.subarray(from, to));
    from = to + 1;
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
