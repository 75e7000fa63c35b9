/** Reads a trace file from start to end. */
import type { TraceEvent } from '../event/event.js';
import type { MapEvent, TraceWarning } from './parse-events.js';
import { withInput, type TraceInput } from './trace-input.js';

export type ReadOptions = Readonly<{
  /** Called for each line that was skipped. */
  onWarning?: (warning: TraceWarning) => void;
  /** Called with the bytes read so far. */
  onProgress?: (bytes: number) => void;
  /** Maps each event before it is yielded, e.g. to a lazy event. */
  mapEvent?: MapEvent;
}>;

/** The events of a finished or abandoned trace, in order. Throws a PflowError if the file is not a trace. */
export async function* readTrace(
  source: string | TraceInput,
  options: ReadOptions = {},
): AsyncGenerator<TraceEvent> {
  for await (const events of readTraceInPieces(source, options)) yield* events;
}

/** The same in arrays of some thousand events: awaiting every single event is too slow for large files. */
export function readTraceInPieces(
  source: string | TraceInput,
  options: ReadOptions = {},
): AsyncGenerator<readonly TraceEvent[]> {
  return withInput(source, async function* (input) {
    // Loaded here, because its schemas need zod: a program that only writes traces does not.
    const { TraceParser } = await import('./parse-events.js');
    const parser = new TraceParser(input.path, options.onWarning ?? (() => {}), options.mapEvent);
    // One reused buffer: a buffer per chunk would keep the memory of a large file occupied long after it was read.
    const buffer = Buffer.allocUnsafe(PIECE);
    for (let done = 0; ;) {
      const bytesRead = await input.read(buffer, done);
      if (bytesRead === 0) break;
      done += bytesRead;
      options.onProgress?.(done);
      yield parser.push(buffer.subarray(0, bytesRead));
    }
    yield parser.end();
  });
}

/** Chunk size. */
const PIECE = 1 << 20;
