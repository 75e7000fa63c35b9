/** Reads the runs in the ledger, newest first, without parsing the lines of their calls. */
import { readFileSync } from 'node:fs';
import { listMonths, monthPath } from './ledger-files.js';
import type { RunLine } from './ledger-line.js';

/** A run in the ledger whose line is parsed on demand. */
export type LedgerRun = Readonly<{
  run: string;
  /** When it started: ISO 8601, UTC. */
  at: string;
  read: () => RunLine;
}>;

/**
 * The runs in the ledger by start, newest first, each once. A month's file is read when the runs of later months have been
 * taken: a list of the last 50 runs reads one or two files, and parses 50 lines. Lines that are torn or invalid are skipped.
 */
export function* iterateRuns(folder: string): Generator<LedgerRun> {
  const seen = new Set<string>();
  for (const month of listMonths(folder).toReversed()) {
    const runs = uniqueRuns(findRuns(readMonth(folder, month)));
    for (const run of runs.toSorted((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0))) {
      if (seen.has(run.run)) continue;
      seen.add(run.run);
      yield run;
    }
  }
}

/** The ids of all runs in the ledger. */
export function readRunIds(folder: string): Set<string> {
  const months = listMonths(folder).map((month) => findRuns(readMonth(folder, month)));
  return new Set(months.flatMap((runs) => runs.map(({ run }) => run)));
}

/** The month's file; empty if it was removed meanwhile. */
function readMonth(folder: string, month: string): Buffer {
  try {
    return readFileSync(monthPath(folder, month));
  } catch {
    return Buffer.alloc(0);
  }
}

/** The beginning of a run's line, as it is written. */
const RUN_LINE = Buffer.from('{"v":1,"kind":"run","run":"');
const NEWLINE = 10;
const CLOSING_BRACE = 0x7d;

function findRuns(file: Buffer): LedgerRun[] {
  const runs: LedgerRun[] = [];
  for (let from = file.indexOf(RUN_LINE); from >= 0; from = file.indexOf(RUN_LINE, from + RUN_LINE.length)) {
    const isLineStart = from === 0 || file[from - 1] === NEWLINE;
    const to = file.indexOf(NEWLINE, from);
    if (!isLineStart || to < 0) continue;
    const head = file.toString('latin1', from + RUN_LINE.length - 1, Math.min(to, from + 400));
    const [, run, at] = /^"([^"\\]*)","at":"([^"]*)"/.exec(head) ?? [];
    if (run === undefined || at === undefined) continue;
    // A line that another one was appended to is no JSON.
    if (file[to - 1] !== CLOSING_BRACE) continue;
    runs.push({ run, at, read: () => JSON.parse(file.toString('utf8', from, to)) as RunLine });
  }
  return runs;
}

/** Of a run that was taken for killed while it was still running, its own line counts. */
function uniqueRuns(runs: readonly LedgerRun[]): LedgerRun[] {
  const unique = new Map<string, LedgerRun>();
  for (const each of runs) {
    const known = unique.get(each.run);
    if (!known || known.read().status === 'killed') unique.set(each.run, each);
  }
  return [...unique.values()];
}
