/** Reads a trace file from start to end. */
import { open } from 'node:fs/promises';
import { messageOf, PflowError } from '../../lib/error.js';
import type { TraceEvent } from '../event/event.js';
import type { MapEvent, TraceWarning } from './parse-events.js';

export type ReadOptions = Readonly<{
  /** Called for each line that was skipped. */
  onWarning?: (warning: TraceWarning) => void;
  /** Called with the bytes read so far. */
  onProgress?: (bytes: number) => void;
  /** Maps each event before it is yielded, e.g. to a lazy event. */
  mapEvent?: MapEvent;
}>;

/** The events of a finished or abandoned trace, in order. Throws a PflowError if the file is not a trace. */
export async function* readTrace(path: string, options: ReadOptions = {}): AsyncGenerator<TraceEvent> {
  for await (const events of readTraceInPieces(path, options)) yield* events;
}

/** The same in arrays of some thousand events: awaiting every single event is too slow for large files. */
export async function* readTraceInPieces(
  path: string,
  options: ReadOptions = {},
): AsyncGenerator<readonly TraceEvent[]> {
  // Loaded here, because its schemas need zod: a program that only writes traces does not.
  const { TraceParser } = await import('./parse-events.js');
  const parser = new TraceParser(path, options.onWarning ?? (() => {}), options.mapEvent);
  const fail = (error: unknown): never => {
    throw toReadError(path, error);
  };
  const file = await open(path).catch(fail);
  try {
    // One reused buffer: a buffer per chunk would keep the memory of a large file occupied long after it was read.
    const buffer = Buffer.allocUnsafe(PIECE);
    for (let done = 0; ;) {
      const { bytesRead } = await file.read(buffer, 0, PIECE).catch(fail);
      if (bytesRead === 0) break;
      done += bytesRead;
      options.onProgress?.(done);
      yield parser.push(buffer.subarray(0, bytesRead));
    }
  } finally {
    await file.close();
  }
  yield parser.end();
}

/** Chunk size. */
const PIECE = 1 << 20;

/** The user-facing error for a trace file that could not be opened or read. */
export function toReadError(path: string, error: unknown): PflowError {
  const code = (error as { code?: unknown } | null)?.code;
  const why =
    code === 'ENOENT'
      ? 'there is no such file'
      : code === 'EISDIR'
        ? 'it is a directory'
        : code === 'EACCES'
          ? 'permission denied'
          : messageOf(error);
  return new PflowError(
    code === 'ENOENT' ? 'not_found' : 'invalid_trace',
    `Cannot read the trace ${path}: ${why}.`,
    {
      hint: 'Run `pflow trace list` to list all traces.',
      cause: error,
    },
  );
}
