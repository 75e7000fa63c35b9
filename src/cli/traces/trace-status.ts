import { closeSync, openSync } from 'node:fs';
import type { RunStatus } from '../../trace/event/event.js';
import { readLastLine } from '../../trace/read/file-ends.js';

/** How a run ended, as its trace's last line says; undefined while it runs and when it was killed. */
export type TraceEnd = Readonly<{ status: RunStatus; ms: number }>;

/** Reads the end of a trace without the rest of it. One that cannot be read says nothing; one may be gone by now. */
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
