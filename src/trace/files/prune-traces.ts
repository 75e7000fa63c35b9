import { closeSync, fstatSync, lstatSync, openSync, unlinkSync } from 'node:fs';
import { resolve } from 'node:path';
import { messageOf, PflowError } from '../../lib/error.js';
import { firstLine, lastLine } from '../read/file-ends.js';
import { listTraces, type TraceEntry } from './find-trace.js';
import { valuesPathOf } from '../blobs/blob-writer.js';
import { isWriterGone, type Writer } from '../write/writer-process.js';

/** How many traces are kept, and how many bytes of them, unless a setting says otherwise. */
export const KEEP_TRACES = 1000;
export const KEEP_TRACE_BYTES = 2_000_000_000;

export type PruneLimits = Readonly<{
  /** Traces to keep at most. */
  keep: number;
  /** Bytes to keep at most, of all traces together. */
  maxBytes: number;
  /** Paths that stay whatever the limits are. */
  inUse?: readonly string[];
  /** Removes nothing: what would have been removed is told. */
  dryRun?: boolean;
}>;

export type Pruned = Readonly<{ removed: readonly TraceEntry[]; freedBytes: number }>;

/**
 * Removes the oldest traces of a folder until no more are left than the limits allow. One that a process is still writing
 * is passed over, but counts. Only trace files are touched, and the values that stand beside them. Throws a PflowError when one cannot be removed.
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
    // The trace last: what stands beside it is found by its name.
    if (!dryRun) remove(valuesPathOf(trace.path));
    if (!dryRun && !remove(trace.path)) continue;
    removed.push(trace);
    freedBytes += size;
  }
  return { removed, freedBytes };
}

type Sized = Readonly<{ trace: TraceEntry; size: number }>;

/** Nothing for what is gone by now, and for what has a trace's name but is no file. */
function withSize(trace: TraceEntry): Sized[] {
  const stats = lstatSync(trace.path, { throwIfNoEntry: false });
  if (!stats?.isFile()) return [];
  const values = lstatSync(valuesPathOf(trace.path), { throwIfNoEntry: false });
  return [{ trace, size: stats.size + (values?.size ?? 0) }];
}

function sum(traces: readonly Sized[]): number {
  return traces.reduce((total, { size }) => total + size, 0);
}

/** Whether the process that began a trace may live and has not ended the run, by the file's first and last lines. */
function isBeingWritten(path: string): boolean {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch (error) {
    // What cannot be read may be another user's, at work.
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
  try {
    const quietMs = Date.now() - fstatSync(fd).mtimeMs;
    return !isWriterGone(eventIn(firstLine(fd)), quietMs) && eventIn(lastLine(fd)).type !== 'run.finished';
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

/** Whether the file was still there to be removed. */
function remove(path: string): boolean {
  try {
    unlinkSync(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw new PflowError('invalid_trace', `Cannot remove the trace ${path}: ${messageOf(error)}.`, {
      hint: 'Remove it by hand, or give --trace-dir another folder.',
      cause: error,
    });
  }
}
