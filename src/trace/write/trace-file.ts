import { closeSync, fstatSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../lib/error.js';
import type { TraceEvent } from '../event/event.js';
import { PhaseStarted, type LeanEvent } from '../event/lean-event.js';
import { Lines } from './jsonl.js';

/** Lines that come closer together than this wait for each other, no longer than that, and no more than so much of them. */
const TOGETHER_MS = 5;
const FLUSH_AFTER_MS = 100;
const FLUSH_AT_BYTES = 1 << 16;

/**
 * The trace of a run on disk, appended as the run goes, one JSON object a line. Bursts of lines are handed to the system in small
 * batches, any other at once: a write into its cache takes microseconds, where one beside the run would cost more and could come too late. A
 * disk that fails costs one warning and never the run.
 */
export class TraceFile {
  readonly path: string;
  readonly #fd: number;
  readonly #onFailure: (message: string) => void;
  readonly #waiting = new Lines();
  /** The time of the event that was written last. */
  #writtenAt = Number.NEGATIVE_INFINITY;
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

  write(reported: TraceEvent | LeanEvent): void {
    if (this.#failed || this.#closed) return;
    try {
      this.#waiting.add(reported);
    } catch (error) {
      return this.#fail(error);
    }
    const isBurst = reported.at - this.#writtenAt < TOGETHER_MS && this.#waiting.length < FLUSH_AT_BYTES;
    if (isBurst && !mayBeTheLast(reported)) {
      this.#timer ??= setTimeout(() => this.#flushLate(), FLUSH_AFTER_MS).unref();
      return;
    }
    this.#writtenAt = reported.at;
    this.flushNow();
  }

  /** Hands everything so far to the system; what it has survives this process. */
  flushNow(): void {
    if (this.#waiting.length === 0 || this.#closed) return;
    try {
      this.#waiting.writeTo(this.#fd);
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

  #flushLate(): void {
    this.#timer = undefined;
    this.flushNow();
  }

  #fail(error: unknown): void {
    if (this.#failed) return;
    this.#failed = true;
    this.#waiting.clear();
    this.#onFailure(messageOf(error));
  }
}

/** Whether nothing may follow for long: after the start of `exec` runs code that may never yield or may end the process. */
function mayBeTheLast(reported: TraceEvent | LeanEvent): boolean {
  if (reported instanceof PhaseStarted) return reported.name === 'exec';
  const event = reported as TraceEvent;
  return event.type === 'span.started' && event.kind === 'phase' && event.name === 'exec';
}
