/** Reads the model calls in the ledger, each once. */
import { readFileSync } from 'node:fs';
import { listMonths, monthOf, monthPath } from './ledger-files.js';
import { isRunLine, LEDGER_VERSION, type CallLine, type LedgerLine } from './ledger-line.js';

/** Which calls to read, by their start: from `from` on, and before `to`. Absent means no limit. */
export type TimeRange = Readonly<{ from?: Date | undefined; to?: Date | undefined }>;

/**
 * The calls that started within a range of time, in the order they were entered; only the files of its months are read. A
 * call that was entered several times counts once, with its usage if any of the lines has it. Torn and invalid lines, and
 * those of a newer version, are skipped.
 */
export function readCalls(folder: string, { from, to }: TimeRange = {}): CallLine[] {
  const first = from?.toISOString() ?? '';
  const end = to?.toISOString() ?? '~';
  const calls: CallLine[] = [];
  const places = new Map<string, number>();
  for (const month of listMonths(folder)) {
    if (month < monthOf(first) || month > monthOf(end)) continue;
    for (const line of readLines(monthPath(folder, month))) {
      if (!isCall(line) || line.at < first || line.at >= end) continue;
      const place = places.get(line.id);
      if (place === undefined) {
        places.set(line.id, calls.length);
        calls.push(line);
      } else if (calls[place]!.usages.length === 0) {
        calls[place] = line;
      }
    }
  }
  return calls;
}

function isCall(line: LedgerLine): line is CallLine {
  return !isRunLine(line) && line.v === LEDGER_VERSION && Array.isArray(line.usages);
}

/** Bytes that are parsed at once. */
const CHUNK = 1 << 20;
const NEWLINE = 10;

/** The lines of a file as objects. A file that was removed meanwhile has none. */
function* readLines(path: string): Generator<LedgerLine> {
  let file: Buffer;
  try {
    file = readFileSync(path);
  } catch {
    return;
  }
  for (let from = 0; from < file.length;) {
    const newline = file.indexOf(NEWLINE, from + CHUNK);
    const to = newline < 0 ? file.length : newline + 1;
    yield* parseLines(file.toString('utf8', from, to));
    from = to;
  }
}

/** Parses lines as one array: a call of JSON.parse per line takes half as long again. */
function parseLines(text: string): LedgerLine[] {
  try {
    return JSON.parse(`[${text.trimEnd().replaceAll('\n', ',')}]`) as LedgerLine[];
  } catch {
    return text.split('\n').flatMap(parseLine);
  }
}

function parseLine(text: string): LedgerLine[] {
  try {
    const line: unknown = JSON.parse(text);
    return typeof line === 'object' && line !== null && !Array.isArray(line) ? [line as LedgerLine] : [];
  } catch {
    return [];
  }
}
