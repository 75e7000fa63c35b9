/** Keeps a copy of a body as it passes, and decodes it. */

import zlib from 'node:zlib';
import { decompressZstd } from '../../lib/data/zstd.js';

/** The most of one body that is kept. */
const MAX_BYTES = 64 * 1024 * 1024;

/** The most that a compressed body may become. */
const MAX_DECODED_BYTES = 256 * 1024 * 1024;

/** A copy of the bytes of a body. */
export class BodyCopy {
  #chunks: Buffer[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Copies a piece. Whatever is no bytes and no text is passed over, and the body is incomplete. */
  add(chunk: unknown, encoding?: unknown): void {
    const copy = copyOf(chunk, encoding);
    if (copy === undefined) {
      this.#length = Infinity;
      return;
    }
    this.#length += copy.length;
    if (this.#length <= MAX_BYTES) this.#chunks.push(copy);
    else this.#chunks = [];
  }

  /** The body without its content encoding, as far as it can be decoded, and whether that is all of it. */
  decode(contentEncoding: string | undefined): { body: Uint8Array; complete: boolean } {
    const bytes = Buffer.concat(this.#chunks);
    const complete = this.#length <= MAX_BYTES;
    const codings = (contentEncoding ?? '').toLowerCase().split(',');
    let body: Buffer | undefined = bytes;
    for (const coding of codings.reverse()) body = body && decodeOne(body, coding.trim());
    return body ? { body, complete } : { body: new Uint8Array(0), complete: false };
  }
}

function copyOf(chunk: unknown, encoding: unknown): Buffer | undefined {
  if (typeof chunk === 'string') {
    return Buffer.from(
      chunk,
      typeof encoding === 'string' && Buffer.isEncoding(encoding) ? encoding : 'utf8',
    );
  }
  if (chunk instanceof Uint8Array) return Buffer.from(chunk);
  if (chunk instanceof ArrayBuffer) return Buffer.from(new Uint8Array(chunk));
  return ArrayBuffer.isView(chunk)
    ? Buffer.from(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength))
    : undefined;
}

/** Decodes as much as there is: a stream that was cut off is no error. */
function decodeOne(bytes: Buffer, coding: string): Buffer | undefined {
  if (coding === '' || coding === 'identity') return bytes;
  const flush = { finishFlush: zlib.constants.Z_SYNC_FLUSH, maxOutputLength: MAX_DECODED_BYTES };
  try {
    switch (coding) {
      case 'gzip':
      case 'x-gzip':
        return zlib.gunzipSync(bytes, flush);
      case 'deflate':
        // Zlib's format by the standard; some servers send the raw one, whose first byte cannot be zlib's.
        return (bytes[0]! & 0x0f) === 8 ? zlib.inflateSync(bytes, flush) : zlib.inflateRawSync(bytes, flush);
      case 'br':
        return zlib.brotliDecompressSync(bytes, {
          finishFlush: zlib.constants.BROTLI_OPERATION_FLUSH,
          maxOutputLength: MAX_DECODED_BYTES,
        });
      case 'zstd':
        return decompressZstd(bytes, MAX_DECODED_BYTES);
      default:
        return undefined;
    }
  } catch {
    return undefined;
  }
}
