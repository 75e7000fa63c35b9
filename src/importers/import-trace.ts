/** Opens a file in any known format as a foreign run. */
import { findSubagentLogs } from './files/subagent-logs.js';
import { detectFormat, importers } from './importers.js';
import { readOpencodeStorage } from './files/opencode-storage.js';
import { openForeignFile, unreadable, type ForeignFile } from './files/foreign-file.js';
import type { ForeignRecord, ForeignRecords } from './files/foreign-record.js';
import type { ForeignRun } from './frame/foreign-run.js';

/** An opened foreign trace. Its values are read from the file until it is closed. */
export type ImportedTrace = Readonly<{
  run: ForeignRun & { id: string };
  /** What was skipped, one sentence each. */
  notes: readonly string[];
  close(): void;
}>;

/** The number of records at the start of a file that determine its format. */
const HEAD = 50;

/**
 * Reads a file into a foreign run; `onProgress` is called with the fraction read so far. Rejects with a PflowError that
 * describes the file's content if no format is recognised.
 */
export async function importTrace(
  path: string,
  onProgress: (fraction: number) => void = () => {},
): Promise<ImportedTrace> {
  const file = await openForeignFile(path);
  try {
    const all = file.records((bytes) => onProgress(Math.min(1, bytes / file.size)));
    const records = all[Symbol.asyncIterator]();
    const head: ForeignRecord[] = [];
    while (head.length < HEAD) {
      const { value, done } = await records.next();
      if (done === true) break;
      head.push(value);
    }
    const stored = readOpencodeStorage(path, head[0]?.value);
    if (stored) head.splice(0, 1, { value: stored, reread: () => stored });
    const format = detectFormat(head.map(({ value }) => value));
    if (!format) throw unrecognised(file, head);
    const others: ForeignFile[] = [];
    for (const log of findSubagentLogs(path, head[0]?.value)) others.push(await openForeignFile(log));
    const run = await format.read(continueWith(head, records, others));
    return {
      run: { ...run, id: run.id ?? file.contentHash() },
      notes: notesOf(file, run),
      close() {
        for (const each of [file, ...others]) each.close();
      },
    };
  } catch (error) {
    file.close();
    throw error;
  }
}

async function* continueWith(
  head: readonly ForeignRecord[],
  rest: AsyncIterator<ForeignRecord>,
  others: readonly ForeignFile[],
): ForeignRecords & AsyncGenerator<ForeignRecord> {
  yield* head;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
  for (const file of others) yield* file.records();
}

function notesOf(file: ForeignFile, run: ForeignRun): string[] {
  const skipped = file.badLines();
  const lines =
    skipped === 1 ? '1 line is not JSON and was skipped' : `${skipped} lines are not JSON and were skipped`;
  return [...(skipped > 0 ? [lines] : []), ...file.notes(), ...(run.notes ?? [])];
}

function unrecognised(file: ForeignFile, head: readonly ForeignRecord[]): Error {
  return unreadable(
    file.path,
    `it looks like ${describe(file, head)}`,
    `pflow reads its own traces, ${importers.map(({ title }) => title).join(', ')}.`,
  );
}

function describe({ encoding }: ForeignFile, head: readonly ForeignRecord[]): string {
  const first = head[0]?.value;
  if (first === undefined)
    return encoding === 'zip' ? 'an archive without JSON files' : 'JSON without any record';
  const kind = encoding === 'lines' ? 'JSON lines' : encoding === 'zip' ? 'an archive' : 'JSON';
  if (Array.isArray(first)) return `${kind} of arrays`;
  const names = Object.keys(first as object).slice(0, 6);
  return `${kind} with the fields ${names.map((name) => JSON.stringify(name.slice(0, 30))).join(', ')}`;
}
