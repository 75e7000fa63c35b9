/** Waits for the next run of a folder of traces. */
import { setTimeout as pause } from 'node:timers/promises';
import { sayPlain } from '../io/console.js';
import { defaultTraceDir } from '../../trace/files/trace-file-name.js';
import { listTraces } from '../../trace/files/find-trace.js';
import { readTraceSummary } from './trace-status.js';

/** Interval in ms between two looks into the folder. */
const LOOK_EVERY_MS = 150;

/**
 * The run in progress, or else the next one, and how to find the run after each: `findNext` resolves with the first trace that
 * was not known, or with undefined when the signal is aborted.
 */
export async function followLatest(
  traceDir: string | undefined,
): Promise<{ path: string; findNext: (signal: AbortSignal) => Promise<string | undefined> }> {
  const folder = traceDir ?? defaultTraceDir(process.env);
  let known = listKnown(folder);
  const running = findRunningTrace(folder);
  if (running === undefined) sayPlain(WAITING);
  const path = running ?? (await waitForRun(folder, known))!;
  known = new Set([...known, path]);
  return {
    path,
    async findNext(signal) {
      const next = await waitForRun(folder, known, signal);
      if (next !== undefined) known = new Set([...known, next]);
      return next;
    },
  };
}

const WAITING =
  'No run is in progress: waiting for the next one. Ctrl-C stops; `pflow tui --trace latest` opens the last one.';

/** The newest trace of a folder that a process is writing now; undefined without one. Only the newest few are read. */
function findRunningTrace(folder: string): string | undefined {
  return listTraces(folder)
    .slice(0, 5)
    .find(({ path }) => isRunning(path))?.path;
}

/** The traces of a folder at this moment. */
function listKnown(folder: string): ReadonlySet<string> {
  return new Set(listTraces(folder).map(({ path }) => path));
}

/** Resolves with the first trace that is not among the known ones; undefined when the signal is aborted. */
async function waitForRun(
  folder: string,
  known: ReadonlySet<string>,
  signal?: AbortSignal,
): Promise<string | undefined> {
  while (!signal?.aborted) {
    // The oldest of them: if several have started, the others follow. A file is a trace once its first line is written.
    const next = listTraces(folder).findLast(({ path }) => !known.has(path) && hasStarted(path));
    if (next) return next.path;
    await pause(LOOK_EVERY_MS, undefined, signal ? { signal } : {}).catch(() => {});
  }
  return undefined;
}

function isRunning(path: string): boolean {
  const summary = readTraceSummary(path, false);
  return summary !== 'gone' && summary.status === 'running';
}

function hasStarted(path: string): boolean {
  const summary = readTraceSummary(path, true);
  return summary !== 'gone' && summary.started.type === 'run.started';
}
