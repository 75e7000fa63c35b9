/** Reads what a list shows of a run from the first and the last line of its trace. */
import { closeSync, fstatSync, openSync } from 'node:fs';
import type { EventOf, RunStatus } from '../../trace/event/event.js';
import { readFirstLine, readLastLine } from '../../trace/read/file-ends.js';
import { isWriterGone } from '../../trace/write/writer-process.js';

/** The start of a run as far as it can be read, its status, and its duration in ms. */
export type TraceSummary = Readonly<{
  started: Partial<Pick<EventOf<'run.started'>, 'type' | 'model' | 'workflow' | 'tags'>>;
  status: RunStatus | 'running' | 'killed';
  ms: number | null;
}>;

/**
 * Reads only the ends of a trace; `gone` if it no longer exists. Without `run.finished` the run is running as long as the
 * process that writes it, which `isRunning` states where that is known.
 */
export function readTraceSummary(path: string, isRunning: boolean): TraceSummary | 'gone' {
  let fd: number | undefined;
  try {
    fd = openSync(path, 'r');
    const started = parseStart(readFirstLine(fd));
    const end = parseEnd(readLastLine(fd) ?? '');
    if (end) return { started, ...end };
    const isGone = !isRunning && isWriterGone(started, Date.now() - fstatSync(fd).mtimeMs);
    return { started, status: isGone ? 'killed' : 'running', ms: null };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'gone';
    return { started: {}, status: 'killed', ms: null };
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** Not validated by the schema, which would take longer to load than the whole list to print. */
function parseStart(line: string | undefined): Partial<EventOf<'run.started'>> {
  try {
    const event = JSON.parse(line ?? 'null') as Partial<EventOf<'run.started'>> | null;
    return event?.type === 'run.started' ? event : {};
  } catch {
    return {};
  }
}

function parseEnd(line: string): Readonly<{ status: RunStatus; ms: number }> | undefined {
  const fields = /^\{"seq":\d+,"at":([\d.e+-]+),"type":"run\.finished","status":"(\w+)"/.exec(line);
  return fields ? { status: fields[2] as RunStatus, ms: Number(fields[1]) } : undefined;
}
