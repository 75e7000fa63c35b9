/** Reads the body of a request within limits, without its content encoding. */

import { promisify } from 'node:util';
import { gunzip, inflate } from 'node:zlib';

/** The most bytes of a body, as it is sent and decoded. */
const MAX_BYTES = 64 * 1024 * 1024;

/** A body that is not accepted: the HTTP status, and why. */
export class BodyError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Reads the body as it is sent. Rejects with a BodyError when it is too large; the rest is then received and dropped. */
export async function readBody(request: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length <= MAX_BYTES) chunks.push(chunk);
    else chunks.length = 0;
  }
  if (length > MAX_BYTES) throw tooLarge();
  return Buffer.concat(chunks);
}

/** Decodes a body. Rejects with a BodyError for an unknown encoding, invalid bytes or a result that is too large. */
export async function decodeBody(bytes: Buffer, encoding: string | undefined): Promise<Buffer> {
  const decode = { gzip: promisify(gunzip), deflate: promisify(inflate) }[encoding ?? ''];
  if (!decode) {
    if (encoding === undefined || encoding === '' || encoding === 'identity') return bytes;
    throw new BodyError(415, `The content encoding ${encoding.slice(0, 40)} is not supported: use gzip.`);
  }
  try {
    return (await decode(bytes, { maxOutputLength: MAX_BYTES })) as Buffer;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge();
    throw new BodyError(400, `The body is not valid ${encoding}.`);
  }
}

function tooLarge(): BodyError {
  return new BodyError(413, `The body is larger than ${MAX_BYTES / 1024 / 1024} MiB.`);
}
