/** Reads the request and the result of a run from the first and the last line of its trace. */
import { closeSync, openSync } from 'node:fs';
import { formatCaptured } from '../../trace/event/captured.js';
import type { EventOf } from '../../trace/event/event.js';
import { readFirstLine, readLastLine } from '../../trace/read/file-ends.js';

export type TraceDetail = Readonly<{ request?: string; result?: string; error?: string }>;

/** Reads only the ends of a trace. A file that is missing or cannot be parsed has no detail. */
export function readTraceDetail(path: string): TraceDetail {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch {
    return {};
  }
  try {
    const started = parse<EventOf<'run.started'>>(readFirstLine(fd), 'run.started');
    const finished = parse<EventOf<'run.finished'>>(readLastLine(fd), 'run.finished');
    const { outputs = {}, result, error } = finished ?? {};
    const names = Object.keys(outputs);
    const output = result?.output ?? (names.length === 1 ? names[0] : undefined);
    const value = output === undefined ? (names.length > 0 ? outputs : undefined) : outputs[output];
    return {
      ...(started?.request === undefined ? {} : { request: textOf(started.request) }),
      ...(value === undefined ? {} : { result: textOf(value) }),
      ...(error === undefined ? {} : { error: error.message }),
    };
  } catch {
    return {};
  } finally {
    closeSync(fd);
  }
}

function textOf(value: Parameters<typeof formatCaptured>[0]): string {
  return typeof value === 'string' ? value : formatCaptured(value);
}

/** Not validated by the schema, which takes longer to load than the list that shows this. */
function parse<Event extends { type: string }>(
  line: string | undefined,
  type: Event['type'],
): Partial<Event> | undefined {
  if (line === undefined) return undefined;
  const event = JSON.parse(line) as Partial<Event> | null;
  return event?.type === type ? event : undefined;
}
