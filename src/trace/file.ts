import { closeSync, fstatSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../lib/error.js';
import { isKnownType, type TraceEvent } from './event.js';

/** How long a line may wait in memory for company, and how much of it may. */
const FLUSH_AFTER_MS = 100;
const FLUSH_AT_LENGTH = 1 << 16;

/**
 * The trace of a run on disk, appended as the run goes, one JSON object a line. Lines are handed to the system in small
 * batches: a write into its cache takes microseconds, where one beside the run would cost more and could come too late. A
 * disk that fails costs one warning and never the run.
 */
export class TraceFile {
  readonly path: string;
  readonly #fd: number;
  readonly #onFailure: (message: string) => void;
  #waiting = '';
  #timer: NodeJS.Timeout | undefined;
  #failed = false;
  #closed = false;

  /** Opens a new file; an existing one is never touched. Throws when that cannot be done. */
  constructor(folder: string, name: string, onFailure: (message: string) => void) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.path = join(folder, name);
    this.#fd = openSync(this.path, 'wx', 0o600);
    this.#onFailure = onFailure;
  }

  get failed(): boolean {
    return this.#failed;
  }

  write(event: TraceEvent): void {
    if (this.#failed || this.#closed) return;
    try {
      this.#waiting += `${traceLine(event)}\n`;
    } catch (error) {
      return this.#fail(error);
    }
    if (mayBeTheLast(event) || this.#waiting.length >= FLUSH_AT_LENGTH) this.flushNow();
    else this.#timer ??= setTimeout(() => this.#flushLate(), FLUSH_AFTER_MS).unref();
  }

  /** Hands everything so far to the system; what it has survives this process. */
  flushNow(): void {
    if (this.#waiting === '' || this.#closed) return;
    try {
      const text = this.#waiting;
      this.#waiting = '';
      const written = writeSync(this.#fd, text);
      // The system took only a part: the rest is given to it until it takes all of it or says why not.
      if (written < Buffer.byteLength(text)) this.#writeRest(Buffer.from(text), written);
    } catch (error) {
      this.#fail(error);
    }
  }

  close(): void {
    if (this.#closed) return;
    this.flushNow();
    this.#closed = true;
    clearTimeout(this.#timer);
    try {
      if (fstatSync(this.#fd).nlink === 0)
        this.#fail(new Error(`${this.path} was removed while it was written`));
      closeSync(this.#fd);
    } catch (error) {
      this.#fail(error);
    }
  }

  #writeRest(bytes: Buffer, written: number): void {
    for (let done = written; done < bytes.length;) done += writeSync(this.#fd, bytes, done);
  }

  #flushLate(): void {
    this.#timer = undefined;
    this.flushNow();
  }

  #fail(error: unknown): void {
    if (this.#failed) return;
    this.#failed = true;
    this.#waiting = '';
    this.#onFailure(messageOf(error));
  }
}

/** An event as its line in a file. An event of an unknown type is written as it was read. */
export function traceLine(event: TraceEvent): string {
  return JSON.stringify(isKnownType(event.type) ? event : (event as { raw?: unknown }).raw);
}

/**
 * Whether nothing may follow for long: a follower waits for the first event, and after the start of `exec` runs code that
 * may never yield or may end the process.
 */
function mayBeTheLast(event: TraceEvent): boolean {
  return (
    event.type === 'run.started' ||
    (event.type === 'span.started' && event.kind === 'phase' && event.name === 'exec')
  );
}
