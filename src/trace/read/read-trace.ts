import { open } from 'node:fs/promises';
import { messageOf, PflowError } from '../../lib/error.js';
import type { TraceEvent } from '../event/event.js';
import { TraceParser, type TakeEvent, type TraceWarning } from './parse-events.js';

export type ReadOptions = Readonly<{
  /** Hears of lines that were passed over. */
  onWarning?: (warning: TraceWarning) => void;
  /** Bytes read so far, for a progress display. */
  onProgress?: (bytes: number) => void;
  /** Takes each event before it is handed out: a TraceRecall makes it a small one. */
  take?: TakeEvent;
}>;

/** The events of a finished or abandoned trace file, in order. Throws a PflowError when it is not a trace. */
export async function* readTrace(path: string, options: ReadOptions = {}): AsyncGenerator<TraceEvent> {
  for await (const events of readTraceInPieces(path, options)) yield* events;
}

/** The same in arrays of some thousand events: for files too large to await every event. */
export async function* readTraceInPieces(
  path: string,
  options: ReadOptions = {},
): AsyncGenerator<readonly TraceEvent[]> {
  const parser = new TraceParser(path, options.onWarning ?? (() => {}), options.take);
  const fail = (error: unknown): never => {
    throw cannotRead(path, error);
  };
  const file = await open(path).catch(fail);
  try {
    // One buffer for all pieces: one each would outlive the reading of a large file by far.
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

/** Bytes read at once. */
const PIECE = 1 << 20;

/** What to tell a person about a trace file that could not be opened or read. */
export function cannotRead(path: string, error: unknown): PflowError {
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
      hint: '`pflow trace list` shows the traces there are.',
      cause: error,
    },
  );
}
