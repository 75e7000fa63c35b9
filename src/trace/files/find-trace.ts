import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, PflowError } from '../../lib/error.js';
import { parseTraceFileName, type TraceFileName } from './trace-file-name.js';

export type TraceEntry = TraceFileName & Readonly<{ path: string }>;

/** The traces in a folder, newest first, by their names alone. No folder means no traces. */
export function listTraces(folder: string): TraceEntry[] {
  return newestFirst(tracesIn(folder));
}

/** The path that `file | run id | latest` means. */
export function findTrace(reference: string, folder: string): string {
  if (reference !== 'latest' && existsSync(reference)) return reference;
  const traces = tracesIn(folder);
  const hint = traces.length
    ? '`pflow trace list` shows the traces there are.'
    : `There are no traces in ${folder} yet: run a workflow first.`;
  if (reference === 'latest') {
    const latest = latestOf(traces);
    if (latest) return latest.path;
    throw new PflowError('not_found', 'There is no latest trace.', { hint });
  }
  const found = newestFirst(traces.filter(({ run }) => isSameRun(run, reference.toLowerCase())));
  if (found.length === 1) return found[0]!.path;
  if (found.length > 1) {
    const runs = found.slice(0, 5).map(({ run }) => run);
    const more = found.length > runs.length ? ' …' : '';
    throw new PflowError(
      'not_found',
      `'${reference}' fits ${found.length} runs: ${runs.join(', ')}${more}.`,
      {
        hint: 'Give more of the run id, or the path of the file.',
      },
    );
  }
  throw new PflowError('not_found', `There is no trace file or run '${reference}'.`, { hint });
}

function tracesIn(folder: string): TraceEntry[] {
  return namesIn(folder).flatMap((file) => {
    const parsed = parseTraceFileName(file);
    return parsed ? [{ ...parsed, path: join(folder, file) }] : [];
  });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw new PflowError('not_found', `Cannot read the folder of traces ${folder}: ${messageOf(error)}.`, {
      hint: '--trace-dir names another one.',
      cause: error,
    });
  }
}

/**
 * By the second that is in the name; within one, by when the file was last written to, and by name where that does not
 * tell either. Only files that share their second are looked at, each of them once: a file that is written to meanwhile
 * has one place in the order.
 */
function newestFirst(traces: readonly TraceEntry[]): TraceEntry[] {
  const known = new Map<string, number>();
  const written = ({ path }: TraceEntry): number => {
    const at = known.get(path) ?? writtenAt(path);
    known.set(path, at);
    return at;
  };
  return traces.toSorted(
    (a, b) => descending(a.time, b.time) || written(b) - written(a) || descending(a.path, b.path),
  );
}

function latestOf(traces: readonly TraceEntry[]): TraceEntry | undefined {
  const second = traces.reduce((latest, { time }) => (time > latest ? time : latest), '');
  return newestFirst(traces.filter(({ time }) => time === second))[0];
}

function descending(a: string, b: string): number {
  return a === b ? 0 : a < b ? 1 : -1;
}

/** In ms since 1970; 0 for a file that is gone meanwhile. */
function writtenAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** A file's name has the beginning of its run id; people give less of it, or all of it. */
function isSameRun(run: string, reference: string): boolean {
  return /^[0-9a-f-]{4,36}$/.test(reference) && (run.startsWith(reference) || reference.startsWith(run));
}
