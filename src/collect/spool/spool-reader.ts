/** Reads the files that tapped processes write, as they grow. */

import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  watch,
  type FSWatcher,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SpoolMessage } from '../../tap/spool/spool-messages.js';

/** A notification of the file system may be missed; then the folder is read after this time, in ms. */
const INTERVAL_MS = 200;

const CHUNK_BYTES = 1024 * 1024;

/** Receives the messages of one process, in their order. */
export type SpoolHandler = Readonly<{
  /** `process` identifies the process by its file's name. */
  onMessage(process: string, message: SpoolMessage): void;
  /** Nothing more is read after an error. */
  onError(error: unknown): void;
}>;

type OpenFile = { fd: number; rest: Buffer; process: string; count: number };

/** The private folder in which tapped processes write. What was read is removed. */
export class SpoolReader {
  readonly folder: string;
  #handler: SpoolHandler | undefined;
  readonly #files = new Map<string, OpenFile>();
  readonly #newest = new Map<string, number>();
  #watcher: FSWatcher | undefined;
  #timer: NodeJS.Timeout | undefined;
  #buffer = Buffer.allocUnsafe(CHUNK_BYTES);

  constructor() {
    // Created with mode 0700.
    this.folder = mkdtempSync(join(tmpdir(), 'pflow-spool-'));
  }

  /** Reads what was written until now, and from now on whatever is. */
  start(handler: SpoolHandler): void {
    this.#handler = handler;
    this.#timer = setInterval(() => this.poll(), INTERVAL_MS);
    try {
      this.#watcher = watch(this.folder, () => this.poll());
      this.#watcher.on('error', () => this.#watcher?.close());
    } catch {
      // Not every file system can be watched; the timer remains.
    }
    this.poll();
  }

  /** Reads everything that was written until now. Never throws: after an error, nothing more is read. */
  poll(): void {
    try {
      this.#readAll();
    } catch (error) {
      const handler = this.#handler;
      this.#handler = undefined;
      handler?.onError(error);
    }
  }

  #readAll(): void {
    if (!this.#handler) return;
    for (const name of this.#list()) {
      const file = this.#files.get(name) ?? this.#open(name);
      if (file) this.#read(file);
    }
    this.#removeRead();
  }

  /** Reads the rest and removes the folder. */
  close(): void {
    clearInterval(this.#timer);
    this.#watcher?.close();
    this.poll();
    for (const { fd } of this.#files.values()) closeSync(fd);
    this.#files.clear();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #list(): string[] {
    try {
      return readdirSync(this.folder).toSorted();
    } catch {
      return [];
    }
  }

  #open(name: string): OpenFile | undefined {
    const [, process, count] = /^([^.]+)\.(\d+)\.jsonl$/.exec(name) ?? [];
    if (process === undefined) return undefined;
    try {
      const fd = openSync(join(this.folder, name), 'r');
      const file = { fd, rest: Buffer.alloc(0), process, count: Number(count) };
      this.#files.set(name, file);
      this.#newest.set(process, Math.max(file.count, this.#newest.get(process) ?? 0));
      return file;
    } catch {
      return undefined;
    }
  }

  #read(file: OpenFile): void {
    for (;;) {
      const length = readSync(file.fd, this.#buffer, 0, CHUNK_BYTES, null);
      if (length === 0) return;
      const bytes = Buffer.concat([file.rest, this.#buffer.subarray(0, length)]);
      const end = bytes.lastIndexOf(0x0a);
      file.rest = bytes.subarray(end + 1);
      if (end < 0) continue;
      for (const line of bytes.subarray(0, end).toString().split('\n')) this.#handle(file.process, line);
    }
  }

  #handle(process: string, line: string): void {
    let message: SpoolMessage;
    try {
      message = JSON.parse(line) as SpoolMessage;
    } catch {
      return;
    }
    this.#handler?.onMessage(process, message);
  }

  /** A file that is followed by another of its process is complete. */
  #removeRead(): void {
    for (const [name, { fd, process, count }] of this.#files) {
      if (count >= this.#newest.get(process)!) continue;
      closeSync(fd);
      this.#files.delete(name);
      rmSync(join(this.folder, name), { force: true });
    }
  }
}
