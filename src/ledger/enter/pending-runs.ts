/** Maintains markers of runs that are not in the ledger yet, to find those of killed processes without reading traces. */
import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { makePrivateFolder } from '../../lib/private-files.js';
import { join } from 'node:path';
import { getPidSpace, isWriterGone } from '../../trace/write/writer-process.js';

/** A run that started and has not been entered: a small file, `ledger/pending/<run id>.json`. */
export type PendingRun = Readonly<{
  run: string;
  /** ISO 8601, UTC. */
  at: string;
  /** The chosen model, as `provider/model`. */
  model?: string;
  /** The path of the trace; absent with `--no-trace`. */
  trace?: string;
  pid: number;
  pidSpace: string;
}>;

/** Marks a run of this process as pending. Throws if the ledger's folder cannot be written. */
export function addPending(folder: string, run: Omit<PendingRun, 'pid' | 'pidSpace'>): void {
  makePrivateFolder(pendingFolder(folder));
  const pending: PendingRun = { ...run, pid: process.pid, pidSpace: getPidSpace() };
  // Renamed into place, so that a process killed here leaves a complete marker or no marker.
  const draft = join(folder, `.pending-${process.pid}.tmp`);
  writeFileSync(draft, JSON.stringify(pending), { mode: 0o600 });
  renameSync(draft, pendingPath(folder, run.run));
}

/** Removes the marker of an entered run. If that fails the run is entered again later and still counts once. */
export function removePending(folder: string, run: string): void {
  try {
    rmSync(pendingPath(folder, run), { force: true });
  } catch {
    return;
  }
}

/** The pending runs: `running` those of live processes, `abandoned` those whose process has exited. */
export function listPending(folder: string): { running: PendingRun[]; abandoned: PendingRun[] } {
  const running: PendingRun[] = [];
  const abandoned: PendingRun[] = [];
  for (const path of pathsIn(pendingFolder(folder))) {
    const pending = readPending(path);
    if (!pending) continue;
    (isWriterGone(pending, quietMs(pending.trace ?? path)) ? abandoned : running).push(pending);
  }
  return { running, abandoned };
}

function pendingFolder(folder: string): string {
  return join(folder, 'pending');
}

/** A run id of a foreign trace may contain any character. */
function pendingPath(folder: string, run: string): string {
  return join(pendingFolder(folder), `${encodeURIComponent(run)}.json`);
}

function pathsIn(folder: string): string[] {
  try {
    return readdirSync(folder).map((name) => join(folder, name));
  } catch {
    return [];
  }
}

/** undefined for a file that is being written, has been removed meanwhile, or is not a marker. */
function readPending(path: string): PendingRun | undefined {
  try {
    const content = JSON.parse(readFileSync(path, 'utf8')) as Partial<PendingRun> | null;
    const isPending = typeof content?.run === 'string' && typeof content.at === 'string';
    return isPending ? (content as PendingRun) : undefined;
  } catch {
    return undefined;
  }
}

/** The time since the last write to a file, in ms. */
function quietMs(path: string): number {
  const written = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
  return written === undefined ? Infinity : Date.now() - written;
}
