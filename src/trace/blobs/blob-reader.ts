/** Reads full values from the blob file of a trace by their hash. */
import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { LruCache } from '../../lib/data/lru-cache.js';
import type { Captured } from '../event/captured.js';
import { isCaptured } from '../event/captured-check.js';
import { formatLineStart } from './blob-writer.js';
import type { BlobStore } from './blob-store.js';

/** Location of a blob in its file, in bytes. */
export type BlobLocation = Readonly<{ sha256: string; from: number; length: number }>;

/** Chunk size of the scan for line ends. */
const PIECE = 1 << 20;
/** Upper bound for the cached values, in bytes of JSON. */
const CACHED_BYTES = 1 << 24;

/**
 * Opens the blob store of a trace; values are read on demand. The file may be missing, torn or still growing; a value
 * that does not match its hash counts as missing.
 */
export function openBlobs(path: string): BlobStore {
  const lines = new BlobIndex(path);
  const values = new LruCache<string, Captured | undefined>(CACHED_BYTES);
  return {
    has: (sha256) => lines.find(sha256) !== undefined,
    lookup(sha256) {
      const place = lines.find(sha256);
      return place && values.getOrCompute(sha256, () => lines.read(place), place.length);
    },
  };
}

/** Index over a blob file: finds lines by the hash at their start. */
export class BlobIndex {
  readonly #path: string;
  readonly #places = new Map<string, BlobLocation>();
  /** Start of the first line that was incomplete at the last scan, and how far the file was scanned. */
  #line = 0;
  #seen = 0;

  constructor(path: string) {
    this.#path = path;
  }

  find(sha256: string): BlobLocation | undefined {
    const known = this.#places.get(sha256);
    if (known) return known;
    this.scan();
    return this.#places.get(sha256);
  }

  /** Indexes the lines written since the last scan. Calls `onLine` with each, undefined for an invalid one. */
  scan(onLine: (place: BlobLocation | undefined) => void = () => {}): void {
    this.#withFile((fd) => {
      const { size } = fstatSync(fd);
      const piece = Buffer.allocUnsafe(Math.min(PIECE, Math.max(0, size - this.#seen)));
      while (this.#seen < size) {
        const read = readSync(fd, piece, 0, piece.length, this.#seen);
        if (read === 0) return;
        for (let end = 0; (end = piece.subarray(0, read).indexOf(NEWLINE, end)) >= 0; end++) {
          const place = this.#placeIn(fd, this.#line, this.#seen + end);
          if (place) this.#places.set(place.sha256, place);
          this.#line = this.#seen + end + 1;
          onLine(place);
        }
        this.#seen += read;
      }
    });
  }

  /** Whether the last line is torn: its writer was killed, or is still writing. */
  get torn(): boolean {
    return this.#seen > this.#line;
  }

  /** The value at a location; undefined if it does not match its hash or is not a captured value. */
  read({ sha256, from, length }: BlobLocation): Captured | undefined {
    return this.#withFile((fd) => {
      const bytes = readAt(fd, from, length);
      if (createHash('sha256').update(bytes).digest('hex') !== sha256) return undefined;
      const value: unknown = JSON.parse(bytes.toString());
      // Anyone can write a file whose hashes are right.
      return isCaptured(value) ? value : undefined;
    });
  }

  #placeIn(fd: number, begin: number, end: number): BlobLocation | undefined {
    const start = readAt(fd, begin, START_LENGTH).toString('latin1');
    const sha256 = START.exec(start)?.[1];
    const from = begin + START_LENGTH;
    return sha256 === undefined || end <= from ? undefined : { sha256, from, length: end - 1 - from };
  }

  /** A file that is missing or unreadable counts as empty. */
  #withFile<T>(use: (fd: number) => T): T | undefined {
    let fd: number | undefined;
    try {
      fd = openSync(this.#path, 'r');
      return use(fd);
    } catch {
      return undefined;
    } finally {
      if (fd !== undefined) closeSync(fd);
    }
  }
}

/** Whether an open file begins like a blob file. */
export function isBlobFile(fd: number): boolean {
  return START.test(readAt(fd, 0, START_LENGTH).toString('latin1'));
}

const NEWLINE = 0x0a;
const START_LENGTH = formatLineStart('0'.repeat(64)).length;
const START = /^\{"sha256":"([0-9a-f]{64})","value":$/;

function readAt(fd: number, from: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const read = readSync(fd, bytes, filled, length - filled, from + filled);
    if (read === 0) break;
    filled += read;
  }
  return bytes.subarray(0, filled);
}
