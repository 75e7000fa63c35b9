/** Writes full values to the blob file of a trace. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { safeJson } from '../../lib/text/safe-text.js';
import { messageOf } from '../../lib/error.js';
import type { Captured } from '../event/captured.js';
import { jsonPieces } from '../event/json-pieces.js';
import { hashCaptured, type BlobWriter } from './blob-store.js';

/** Path of the blob file that belongs to a trace. */
export function toBlobPath(tracePath: string): string {
  return `${tracePath.replace(/\.jsonl$/, '')}.values.jsonl`;
}

/** Start and end of a blob's line. The hash has a fixed position, so that lines are found without parsing. */
export const formatLineStart = (sha256: string) => `{"sha256":"${sha256}","value":`;
const LINE_END = '}\n';

const FLUSH_AT_LENGTH = 1 << 16;

/**
 * The blobs of a run on disk, one JSON object per line: `{"sha256": …, "value": …}`. A value is written once, in
 * pieces, before the event that refers to it. The file is created on the first write; a failing disk causes one
 * warning.
 */
export class BlobFile implements BlobWriter {
  readonly #path: string;
  readonly #onFailure: (message: string) => void;
  readonly #kept = new Set<string>();
  #fd: number | undefined;
  #waiting = '';
  #failed = false;

  constructor(path: string, onFailure: (message: string) => void) {
    this.#path = path;
    this.#onFailure = onFailure;
  }

  storeBlob(whole: Captured): string {
    const sha256 = hashCaptured(whole);
    if (this.#failed || this.#kept.has(sha256)) return sha256;
    this.#kept.add(sha256);
    this.#write(formatLineStart(sha256));
    // The hash is that of the JSON without these escapes, as the reader serializes the value again.
    jsonPieces(whole, (piece) => this.#write(safeJson(piece)));
    this.#write(LINE_END);
    return sha256;
  }

  /** Writes out everything buffered; must be called before an event that refers to it is written. */
  flushNow(): void {
    if (this.#waiting === '') return;
    const bytes = Buffer.from(this.#waiting);
    this.#waiting = '';
    try {
      this.#fd ??= openSync(this.#path, 'wx', 0o600);
      for (let done = 0; done < bytes.length;) done += writeSync(this.#fd, bytes, done);
    } catch (error) {
      this.#fail(error);
    }
  }

  close(): void {
    this.flushNow();
    const fd = this.#fd;
    this.#fd = undefined;
    // Later values are dropped: no event refers to them.
    this.#failed = true;
    try {
      if (fd !== undefined) closeSync(fd);
    } catch (error) {
      this.#onFailure(messageOf(error));
    }
  }

  #write(text: string): void {
    if (this.#failed) return;
    this.#waiting += text;
    if (this.#waiting.length >= FLUSH_AT_LENGTH) this.flushNow();
  }

  #fail(error: unknown): void {
    this.#failed = true;
    this.#waiting = '';
    this.#onFailure(messageOf(error));
  }
}
