/** Removes the oldest traces of a folder until its limits are met. */
import { closeSync, fstatSync, lstatSync, openSync, unlinkSync } from 'node:fs';
import { resolve } from 'node:path';
import { messageOf, PflowError } from '../../lib/error.js';
import { TRACE_FORMAT } from '../event/event-format.js';
import { readFirstLine, readLastLine } from '../read/file-ends.js';
import { listTraces, type TraceEntry } from './find-trace.js';
import { isBlobFile } from '../blobs/blob-reader.js';
import { toBlobPath } from '../blobs/blob-writer.js';
import { toLivePath } from '../live/live-file.js';
import { isWriterGone, type Writer } from '../write/writer-process.js';

/** Default limits: number of traces, and bytes of all traces together. */
export const KEEP_TRACES = 1000;
export const KEEP_TRACE_BYTES = 2_000_000_000;

export type PruneLimits = Readonly<{
  /** Maximum number of traces. */
  keep: number;
  /** Maximum total size, in bytes. */
  maxBytes: number;
  /** Paths that are never removed. */
  inUse?: readonly string[];
  /** Only reports what would be removed. */
  dryRun?: boolean;
}>;

export type Pruned = Readonly<{ removed: readonly TraceEntry[]; freedBytes: number }>;

/**
 * Removes the oldest traces of a folder until the limits are met. A trace that is still being written is skipped, but
 * counts. Only files are removed whose content, not only their name, is that of a trace or of its full values. Throws a PflowError if one cannot be removed.
 */
export function pruneTraces(
  folder: string,
  { keep, maxBytes, inUse = [], dryRun = false }: PruneLimits,
): Pruned {
  const spared = new Set(inUse.map((path) => resolve(path)));
  const traces = listTraces(folder).flatMap(withSize);
  const removed: TraceEntry[] = [];
  let count = traces.length;
  let bytes = sum(traces);
  let freedBytes = 0;
  for (const { trace, size } of traces.toReversed()) {
    if (count <= keep && bytes <= maxBytes) break;
    if (spared.has(resolve(trace.path))) continue;
    // Only what would be removed is opened: a thousand files take longer than a short run.
    const isForeign = !isTrace(trace.path);
    if (!isForeign && isBeingWritten(trace.path)) continue;
    count--;
    bytes -= size;
    if (isForeign) continue;
    if (!dryRun && !removeFiles(trace.path)) continue;
    removed.push(trace);
    freedBytes += size;
  }
  return { removed, freedBytes };
}

/**
 * Removes a trace with its full values. Throws a PflowError if it is not a trace, if it is still being written, or if it cannot
 * be removed.
 */
export function removeTrace(path: string): void {
  if (!isTrace(path)) throw new PflowError('usage', `${path} is not a trace of pflow, and is kept.`);
  if (isBeingWritten(path)) throw new PflowError('usage', `${path} is still being written.`);
  removeFiles(path);
}

/** Returns whether the trace still existed. */
function removeFiles(path: string): boolean {
  // The trace last: its blob file is found by the trace's name.
  const blobs = toBlobPath(path);
  if (withFile(blobs, isBlobFile)) remove(blobs);
  // Left by a process that was killed.
  if (sizeOfFile(toLivePath(path)) !== undefined) remove(toLivePath(path));
  return remove(path);
}

type Sized = Readonly<{ trace: TraceEntry; size: number }>;

/** Empty if the file no longer exists, or if it has a trace's name but is not a regular file. */
function withSize(trace: TraceEntry): Sized[] {
  const size = sizeOfFile(trace.path);
  if (size === undefined) return [];
  return [{ trace, size: size + (sizeOfFile(toBlobPath(trace.path)) ?? 0) }];
}

/** Undefined for anything but a regular file. */
function sizeOfFile(path: string): number | undefined {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats?.isFile() ? stats.size : undefined;
}

/** An unreadable file may belong to another user: it counts, and is skipped as one in use. */
function isTrace(path: string): boolean {
  const first = withFile(path, (fd) => parseLine(readFirstLine(fd)));
  return first === undefined || first['format'] === TRACE_FORMAT;
}

function sum(traces: readonly Sized[]): number {
  return traces.reduce((total, { size }) => total + size, 0);
}

/** Whether a trace's writer may still run and has not finished the run, by the file's first and last lines. */
function isBeingWritten(path: string): boolean {
  const isInUse = withFile(path, (fd) => {
    const quietMs = Date.now() - fstatSync(fd).mtimeMs;
    return (
      !isWriterGone(parseLine(readFirstLine(fd)), quietMs) &&
      parseLine(readLastLine(fd))['type'] !== 'run.finished'
    );
  });
  // An unreadable file may belong to another user whose run is active.
  return isInUse ?? lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** Opens a file; undefined if that fails. */
function withFile<T>(path: string, use: (fd: number) => T): T | undefined {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch {
    return undefined;
  }
  try {
    return use(fd);
  } finally {
    closeSync(fd);
  }
}

function parseLine(line: string | undefined): Writer & Readonly<{ type?: unknown; format?: unknown }> {
  try {
    return (JSON.parse(line ?? 'null') as object | null) ?? {};
  } catch {
    return {};
  }
}

/** Returns whether the file still existed. */
function remove(path: string): boolean {
  try {
    unlinkSync(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw new PflowError('invalid_trace', `Cannot remove the trace ${path}: ${messageOf(error)}.`, {
      hint: 'Remove it manually, or choose another folder with --trace-dir.',
      cause: error,
    });
  }
}
