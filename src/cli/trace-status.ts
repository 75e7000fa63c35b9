import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { RunStatus } from '../trace/event.js';

/** How a run ended, as its trace's last line says; undefined while it runs and when it was killed. */
export type TraceEnd = Readonly<{ status: RunStatus; ms: number }>;

/** Reads the end of a trace without the rest of it. */
export function readTraceEnd(path: string): TraceEnd | undefined {
  const fd = openSync(path, 'r');
  try {
    const { size } = fstatSync(fd);
    for (let length = Math.min(size, 4096); ; length = Math.min(size, length * 16)) {
      const tail = Buffer.alloc(length);
      readSync(fd, tail, 0, length, size - length);
      const line = lastLine(tail.toString('utf8'), length === size);
      if (line !== undefined || length === size) return endOf(line ?? '');
    }
  } finally {
    closeSync(fd);
  }
}

/** The last whole line of the tail; undefined when it begins before the tail does. */
function lastLine(tail: string, isWholeFile: boolean): string | undefined {
  const end = tail.endsWith('\n') ? tail.length - 1 : tail.length;
  const begin = tail.lastIndexOf('\n', end - 1);
  return begin === -1 && !isWholeFile ? undefined : tail.slice(begin + 1, end);
}

function endOf(line: string): TraceEnd | undefined {
  const fields = /^\{"seq":\d+,"at":([\d.e+-]+),"type":"run\.finished","status":"(\w+)"/.exec(line);
  return fields ? { status: fields[2] as RunStatus, ms: Number(fields[1]) } : undefined;
}
