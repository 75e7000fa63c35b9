import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, PflowError } from '../lib/error.js';
import { parseTraceFileName, type TraceFileName } from './file-name.js';

/** A trace in a folder. */
export type TraceEntry = TraceFileName & Readonly<{ path: string }>;

/** The traces in a folder, newest first, by their names alone. No folder means no traces. */
export function listTraces(folder: string): TraceEntry[] {
  const traces = filesIn(folder).flatMap((file) => {
    const parsed = parseTraceFileName(file);
    return parsed ? [{ ...parsed, path: join(folder, file) }] : [];
  });
  const times = new Map<string, number>();
  const modifiedAt = (path: string): number => {
    const known = times.get(path) ?? modified(path);
    times.set(path, known);
    return known;
  };
  // Only runs of the same second need a look at their files.
  return traces.toSorted((a, b) => {
    if (a.time !== b.time) return a.time < b.time ? 1 : -1;
    return modifiedAt(b.path) - modifiedAt(a.path);
  });
}

/** The path that `file | run id | latest` means. */
export function findTrace(reference: string, folder: string): string {
  if (reference !== 'latest' && existsSync(reference)) return reference;
  const traces = listTraces(folder);
  const hint = traces.length
    ? '`pflow trace list` shows the traces there are.'
    : `There are no traces in ${folder} yet: run a workflow first.`;
  if (reference === 'latest') {
    if (traces[0]) return traces[0].path;
    throw new PflowError('not_found', 'There is no latest trace.', { hint });
  }
  const id = reference.toLowerCase().slice(0, 8);
  const found = /^[0-9a-f-]{4,36}$/.test(reference.toLowerCase())
    ? traces.filter(({ run }) => run.startsWith(id))
    : [];
  if (found.length === 1) return found[0]!.path;
  if (found.length > 1) {
    throw new PflowError(
      'not_found',
      `'${reference}' fits ${found.length} runs: ${found
        .slice(0, 5)
        .map(({ run }) => run)
        .join(', ')}.`,
      {
        hint: 'Give more of the run id.',
      },
    );
  }
  throw new PflowError('not_found', `There is no trace file or run '${reference}'.`, { hint });
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw new PflowError('not_found', `Cannot read the folder ${folder}: ${messageOf(error)}.`, {
      cause: error,
    });
  }
}

function modified(path: string): number {
  try {
    return statSync(path).mtimeMs;
  } catch {
    return 0;
  }
}
