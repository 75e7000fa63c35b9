/** Imports a foreign trace file into a folder of traces, once. */
import { closeSync, mkdirSync, openSync, readSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { shortRunId } from '../../lib/id.js';
import { importTrace } from '../../importers/import-trace.js';
import { toBlobPath } from '../../trace/blobs/blob-writer.js';
import { listTraces } from '../../trace/files/find-trace.js';
import { formatTraceFileName } from '../../trace/files/trace-file-name.js';
import { readFirstLine } from '../../trace/read/file-ends.js';
import { TraceInput } from '../../trace/read/trace-input.js';
import { trackProgress } from './reading-progress.js';
import { isOwnTrace } from './open-input.js';
import { writeImport } from './write-import.js';

/**
 * `imported`: it is new. `updated`: an earlier import of it, which differed, was replaced. `unchanged`: it was imported before.
 * `kept`: the run itself has a trace there, which is not replaced by a copy. `own`: the file is a trace of pflow already.
 */
export type ImportStatus = 'imported' | 'updated' | 'unchanged' | 'kept' | 'own';

export type ImportedFile = Readonly<{
  path: string;
  status: ImportStatus;
  /** The run and its trace; absent for `own`. */
  run?: string;
  trace?: string;
  notes: readonly string[];
}>;

/** Converts a file and moves the result into the folder at once, so that an interrupted import leaves no trace. */
export async function importFile(path: string, folder: string): Promise<ImportedFile> {
  const input = new TraceInput(path);
  const isOwn = isOwnTrace(input) && input.stat().size > 0;
  input.close();
  if (isOwn) return { path, status: 'own', notes: [] };
  const progress = trackProgress(path);
  const imported = await importTrace(path, progress.report);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const draft = join(folder, `.import-${process.pid}.jsonl`);
  try {
    removeTrace(draft);
    const { run, startedAt, name } = writeImport(imported, draft);
    const trace = join(folder, formatTraceFileName(name, new Date(startedAt), run));
    return { path, run, notes: imported.notes, ...settle(draft, trace, folder, run) };
  } finally {
    imported.close();
    progress.clear();
    removeTrace(draft);
  }
}

/** Moves the draft to its place unless the run is there already. */
function settle(
  draft: string,
  trace: string,
  folder: string,
  run: string,
): { status: ImportStatus; trace: string } {
  const earlier = listTraces(folder).filter(
    (each) => each.run === shortRunId(run) && headOf(each.path)?.['run'] === run,
  );
  for (const { path } of earlier) {
    if (headOf(path)?.['source'] !== 'imported') return { status: 'kept', trace: path };
    if (isSameTrace(path, draft)) return { status: 'unchanged', trace: path };
  }
  for (const { path } of earlier) removeTrace(path);
  rmSync(toBlobPath(trace), { force: true });
  if (statSync(toBlobPath(draft), { throwIfNoEntry: false }))
    renameSync(toBlobPath(draft), toBlobPath(trace));
  renameSync(draft, trace);
  return { status: earlier.length > 0 ? 'updated' : 'imported', trace };
}

function removeTrace(path: string): void {
  rmSync(path, { force: true });
  rmSync(toBlobPath(path), { force: true });
}

/** The first event of a trace. */
function headOf(path: string): Record<string, unknown> | undefined {
  const fd = openSync(path, 'r');
  try {
    return JSON.parse(readFirstLine(fd) ?? '') as Record<string, unknown>;
  } catch {
    return undefined;
  } finally {
    closeSync(fd);
  }
}

function isSameTrace(a: string, b: string): boolean {
  return isSameFile(a, b) && isSameFile(toBlobPath(a), toBlobPath(b));
}

const PIECE = 1 << 20;

function isSameFile(a: string, b: string): boolean {
  const sizes = [a, b].map((path) => statSync(path, { throwIfNoEntry: false })?.size);
  if (sizes[0] !== sizes[1] || sizes[0] === undefined) return sizes[0] === sizes[1];
  const files = [a, b].map((path) => openSync(path, 'r'));
  const pieces = [Buffer.alloc(PIECE), Buffer.alloc(PIECE)];
  try {
    for (;;) {
      const [read = 0, other = 0] = files.map((fd, i) => readSync(fd, pieces[i]!, 0, PIECE, null));
      if (read !== other || !pieces[0]!.subarray(0, read).equals(pieces[1]!.subarray(0, other))) return false;
      if (read === 0) return true;
    }
  } finally {
    for (const fd of files) closeSync(fd);
  }
}
