/** Enters runs into the ledger from their traces: those of killed processes, and all that are missing. */
import { statSync } from 'node:fs';
import type { PriceTable } from '../../pricing/table/price-table.js';
import { createProfile } from '../../profile/run/profile.js';
import type { RunState } from '../../profile/run/run-state.js';
import { listTraces } from '../../trace/files/find-trace.js';
import { IndexedTrace } from '../../trace/indexed/indexed-trace.js';
import { readTraceInPieces } from '../../trace/read/read-trace.js';
import { TraceInput } from '../../trace/read/trace-input.js';
import { isWriterGone } from '../../trace/write/writer-process.js';
import { foldLedger } from './fold-ledger.js';
import { appendLines } from '../files/ledger-files.js';
import { isRunLine, type LedgerLine } from '../files/ledger-line.js';
import { listPending, removePending } from './pending-runs.js';
import { readRunIds } from '../files/read-runs.js';

/**
 * Enters the runs whose process has exited without entering them, from their traces. A run whose trace is missing or
 * unreadable is skipped for good. Processes that do this concurrently append the same lines, which count once. Returns the
 * number of runs entered. Throws if the ledger cannot be written.
 */
export async function enterAbandoned(folder: string, prices: PriceTable): Promise<number> {
  let entered = 0;
  for (const { run, trace } of listPending(folder).abandoned) {
    const isEntered = trace !== undefined && (await enterTrace(folder, trace, prices, () => true));
    if (isEntered) entered++;
    removePending(folder, run);
  }
  return entered;
}

/** The number of traces, and of those whose runs were missing and have been entered. */
export type Rebuilt = Readonly<{ traces: number; entered: number }>;

/**
 * Enters every run of a trace folder that has no line in the ledger; without a ledger, that is every run. It only appends, so
 * that lines appended concurrently by other processes are kept. Runs in progress and runs started with `--no-ledger` are
 * skipped. Throws if the ledger cannot be written.
 */
export async function enterMissing(folder: string, traceDir: string, prices: PriceTable): Promise<Rebuilt> {
  const known = readRunIds(folder);
  const traces = listTraces(traceDir).toReversed();
  let entered = 0;
  for (const { path } of traces) {
    const isMissing = ({ started, finished }: RunState) =>
      started !== undefined &&
      !known.has(started.run) &&
      started.flags.ledger !== false &&
      (finished !== undefined || isWriterGone(started, quietMs(path)));
    if (await enterTrace(folder, path, prices, isMissing)) entered++;
  }
  return { traces: traces.length, entered };
}

/**
 * Enters the run of one trace, such as an imported one; again if it has grown, since lines about the same call count once.
 * Throws if the ledger cannot be written.
 */
export async function enterTraceFile(folder: string, path: string, prices: PriceTable): Promise<void> {
  await enterTrace(folder, path, prices, () => true);
}

/** Enters the run of a trace if `isWanted`. Returns whether any line was appended: the file may be missing or not a trace. */
async function enterTrace(
  folder: string,
  path: string,
  prices: PriceTable,
  isWanted: (state: RunState) => boolean,
): Promise<boolean> {
  const input = openInput(path);
  if (!input) return false;
  try {
    const state = await readState(input, prices);
    const lines = state && isWanted(state) ? foldLedger(state, path) : [];
    appendLines(folder, lines.map(markLate));
    return lines.length > 0;
  } finally {
    input.close();
  }
}

function markLate(line: LedgerLine): LedgerLine {
  return isRunLine(line) ? { ...line, late: true } : line;
}

function openInput(path: string): TraceInput | undefined {
  try {
    return new TraceInput(path);
  } catch {
    return undefined;
  }
}

/** undefined if the file is not a trace. Its events are lazy, so that the values of a large trace stay in the file. */
async function readState(input: TraceInput, prices: PriceTable): Promise<RunState | undefined> {
  const profile = createProfile({ prices });
  const { addEvent } = new IndexedTrace(input);
  try {
    for await (const events of readTraceInPieces(input, { mapEvent: addEvent })) {
      for (const event of events) profile.apply(event);
    }
    return profile.state;
  } catch {
    return undefined;
  }
}

function quietMs(path: string): number {
  return Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0);
}
