/** Removes the oldest traces of a folder until its limits are met. */
import { closeSync, fstatSync, lstatSync, openSync, unlinkSync } from 'node:fs';
import { resolve } from 'node:path';
import { messageOf, PflowError } from '../../lib/error.js';
import { readFirstLine, readLastLine } from '../read/file-ends.js';
import { listTraces, type TraceEntry } from './find-trace.js';
import { toBlobPath } from '../blobs/blob-writer.js';
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
 * counts. Only trace files and their blob files are removed. Throws a PflowError if one cannot be removed.
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
    if (spared.has(resolve(trace.path)) || isBeingWritten(trace.path)) continue;
    count--;
    bytes -= size;
    // The trace last: its blob file is found by the trace's name.
    if (!dryRun) remove(toBlobPath(trace.path));
    if (!dryRun && !remove(trace.path)) continue;
    removed.push(trace);
    freedBytes += size;
  }
  return { removed, freedBytes };
}

type Sized = Readonly<{ trace: TraceEntry; size: number }>;

/** Empty if the file no longer exists, or if it has a trace's name but is not a regular file. */
function withSize(trace: TraceEntry): Sized[] {
  const stats = lstatSync(trace.path, { throwIfNoEntry: false });
  if (!stats?.isFile()) return [];
  const values = lstatSync(toBlobPath(trace.path), { throwIfNoEntry: false });
  return [{ trace, size: stats.size + (values?.size ?? 0) }];
}

function sum(traces: readonly Sized[]): number {
  return traces.reduce((total, { size }) => total + size, 0);
}

/** Whether a trace's writer may still run and has not finished the run, by the file's first and last lines. */
function isBeingWritten(path: string): boolean {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch (error) {
    // An unreadable file may belong to another user whose run is active.
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
  try {
    const quietMs = Date.now() - fstatSync(fd).mtimeMs;
    return (
      !isWriterGone(eventIn(readFirstLine(fd)), quietMs) && eventIn(readLastLine(fd)).type !== 'run.finished'
    );
  } finally {
    closeSync(fd);
  }
}

function eventIn(line: string | undefined): Writer & Readonly<{ type?: unknown }> {
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
