/** Appends the events of a run to its trace file. */
import { closeSync, fstatSync, openSync } from 'node:fs';
import { makePrivateFolder } from '../../lib/private-files.js';
import { join } from 'node:path';
import { messageOf } from '../../lib/error.js';
import type { TraceEvent } from '../event/event.js';
import { PhaseStarted, type CompactEvent } from '../event/compact-event.js';
import { JsonlBuffer } from './jsonl.js';

/** Events closer together than BURST_MS are buffered, for at most FLUSH_AFTER_MS and up to FLUSH_AT_BYTES. */
const BURST_MS = 5;
const FLUSH_AFTER_MS = 100;
const FLUSH_AT_BYTES = 1 << 16;

/**
 * The trace file of a run, one JSON object per line. Bursts are written in small batches, any other event immediately
 * and synchronously: a write into the system's cache takes microseconds, while an asynchronous write costs more and may
 * be lost with the process. A failing disk causes one warning and never fails the run.
 */
export class TraceFile {
  readonly path: string;
  readonly #fd: number;
  readonly #onFailure: (message: string) => void;
  readonly #waiting = new JsonlBuffer();
  /** Time of the last event written. */
  #writtenAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #failed = false;
  #closed = false;

  /** Creates a new file and throws if that fails; an existing file is never touched. */
  constructor(folder: string, name: string, onFailure: (message: string) => void) {
    makePrivateFolder(folder);
    this.path = join(folder, name);
    this.#fd = openSync(this.path, 'wx', 0o600);
    this.#onFailure = onFailure;
  }

  get failed(): boolean {
    return this.#failed;
  }

  write(event: TraceEvent | CompactEvent): void {
    if (this.#failed || this.#closed) return;
    try {
      this.#waiting.add(event);
    } catch (error) {
      return this.#fail(error);
    }
    const isBurst = event.at - this.#writtenAt < BURST_MS && this.#waiting.length < FLUSH_AT_BYTES;
    if (isBurst && !mayBeTheLast(event)) {
      this.#timer ??= setTimeout(() => this.#flushLate(), FLUSH_AFTER_MS).unref();
      return;
    }
    this.#writtenAt = event.at;
    this.flushNow();
  }

  /** Writes out everything buffered; from then on it survives a crash of this process. */
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

/** Whether no event may follow for long: code that runs after the start of `exec` may block or end the process. */
function mayBeTheLast(written: TraceEvent | CompactEvent): boolean {
  if (written instanceof PhaseStarted) return written.name === 'exec';
  const event = written as TraceEvent;
  return event.type === 'span.started' && event.kind === 'phase' && event.name === 'exec';
}
