/** Follows a trace file while another process writes it. */
import type { TraceEvent } from '../event/event.js';
import type { MapEvent, TraceWarning } from './parse-events.js';
import { withInput, type TraceInput } from './trace-input.js';
import { isWriterGone, type Writer } from '../write/writer-process.js';

export type FollowOptions = Readonly<{
  /** Stops following. */
  signal?: AbortSignal;
  onWarning?: (warning: TraceWarning) => void;
  /** Called once if the writing process exits without finishing the run. */
  onWriterGone?: () => void;
  /** Polling interval, in ms. */
  intervalMs?: number;
  /** Maps each event before it is yielded, e.g. to a lazy event. */
  mapEvent?: MapEvent;
}>;

/**
 * The events of a trace that another process is writing: all past events, then each new one. Returns after
 * `run.finished`, when the writer is gone, or when aborted.
 */
export function followTrace(
  source: string | TraceInput,
  options: FollowOptions = {},
): AsyncGenerator<TraceEvent> {
  const { signal, intervalMs = 50 } = options;
  return withInput(source, async function* (input) {
    // Loaded here, because its schemas need zod: a program that only writes traces does not.
    const { TraceParser } = await import('./parse-events.js');
    const parser = new TraceParser(input.path, options.onWarning ?? (() => {}), options.mapEvent);
    const buffer = Buffer.alloc(1 << 18);
    let writer: Writer | undefined;
    for (let done = 0; !signal?.aborted;) {
      // Checked before reading, so that what the writer wrote before it died is still read below.
      const gone = writer !== undefined && isWriterGone(writer, Date.now() - input.stat().mtimeMs);
      let bytesRead = 0;
      do {
        bytesRead = await input.read(buffer, done);
        done += bytesRead;
        for (const event of parser.push(buffer.subarray(0, bytesRead))) {
          if (event.type === 'run.started' && event.pid !== undefined) writer = event;
          yield event;
          if (event.type === 'run.finished') return;
        }
      } while (bytesRead > 0 && !signal?.aborted);
      if (gone) {
        yield* parser.end();
        options.onWriterGone?.();
        return;
      }
      await pause(intervalMs, signal);
    }
  });
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done, { once: true });
    function done(): void {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    }
  });
}
