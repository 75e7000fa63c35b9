/** Decodes and encodes file contents. */

import { isUtf8 } from 'node:buffer';
import { TextDecoder } from 'node:util';
import { PflowError } from '../../lib/error.js';

/** Decodes bytes for the store: as text if possible, else as base64. */
export type Decoded = Readonly<{ text: string; binary: boolean }>;

/** Decodes text in an encoding (`utf-8`, `latin1`, `utf-16le`, `windows-1252` …), or base64 if the bytes are not valid text in it. */
export function decodeBytes(bytes: Uint8Array, encoding = 'utf-8'): Decoded {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const decoder = decoderFor(encoding);
  const binary =
    decoder.encoding === 'utf-8'
      ? !isUtf8(buffer) || buffer.includes(0)
      : isControlled(buffer, decoder.encoding);
  return binary ? { text: buffer.toString('base64'), binary } : { text: decoder.decode(buffer), binary };
}

function decoderFor(encoding: string): TextDecoder {
  try {
    return new TextDecoder(encoding);
  } catch (cause) {
    throw new PflowError('node_failed', `'${encoding}' is not a known text encoding.`, {
      hint: 'Supported: utf-8, utf-16le, latin1, windows-1252 and more.',
      cause,
    });
  }
}

/** Every byte is valid in a single-byte encoding; a null byte indicates binary data. */
function isControlled(buffer: Buffer, encoding: string): boolean {
  return !encoding.startsWith('utf-16') && buffer.includes(0);
}
