/** Reads the status of a run from the last line of its trace. */
import { closeSync, openSync } from 'node:fs';
import type { RunStatus } from '../../trace/event/event.js';
import { readLastLine } from '../../trace/read/file-ends.js';

/** The status and duration in the last line of a trace. */
export type TraceEnd = Readonly<{ status: RunStatus; ms: number }>;

/** Reads only the last line of a trace; undefined if the run is unfinished or the file unreadable, `gone` if it no longer exists. */
export function readTraceEnd(path: string): TraceEnd | 'gone' | undefined {
  let fd: number | undefined;
  try {
    fd = openSync(path, 'r');
    return endOf(readLastLine(fd) ?? '');
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'gone' : undefined;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

function endOf(line: string): TraceEnd | undefined {
  const fields = /^\{"seq":\d+,"at":([\d.e+-]+),"type":"run\.finished","status":"(\w+)"/.exec(line);
  return fields ? { status: fields[2] as RunStatus, ms: Number(fields[1]) } : undefined;
}
