/** Reads the entries of a ZIP archive (PKWARE APPNOTE 6.3.10): stored, deflated, or with Zstandard. */
import * as zlib from 'node:zlib';
import { decompressZstd } from '../../lib/data/zstd.js';
import { PflowError } from '../../lib/error.js';

/** Reads `length` bytes at a position of the archive. */
export type ReadAt = (position: number, length: number) => Buffer;

export type ZipEntry = Readonly<{ name: string; read: () => Buffer }>;

const END_SIGNATURE = 0x06054b50;
const DIRECTORY_SIGNATURE = 0x02014b50;
/** The end-of-central-directory record has 22 bytes and a comment of up to 65,535. */
const LONGEST_END = 22 + 0xffff;
/** Maximum decompressed size of an entry: a small archive could otherwise exhaust the memory. */
const LARGEST_ENTRY = 1 << 29;

/** The entries of an archive in the order of its directory. Throws a PflowError for a damaged one. */
export function listZipEntries(readAt: ReadAt, size: number): ZipEntry[] {
  const tailAt = Math.max(0, size - LONGEST_END);
  const tail = readAt(tailAt, size - tailAt);
  const end = findEnd(tail);
  if (end === undefined) throw damaged('its directory is missing');
  const count = tail.readUInt16LE(end + 10);
  const directory = readAt(tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12));
  const entries: ZipEntry[] = [];
  for (let at = 0, i = 0; i < count && at + 46 <= directory.length; i++) {
    if (directory.readUInt32LE(at) !== DIRECTORY_SIGNATURE) throw damaged('its directory is not readable');
    const method = directory.readUInt16LE(at + 10);
    const packed = directory.readUInt32LE(at + 20);
    const nameLength = directory.readUInt16LE(at + 28);
    const extra = directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
    const offset = directory.readUInt32LE(at + 42);
    const name = directory.toString('utf8', at + 46, at + 46 + nameLength);
    entries.push({ name, read: () => unpack(name, method, readEntry(readAt, offset, packed)) });
    at += 46 + nameLength + extra;
  }
  return entries;
}

function findEnd(tail: Buffer): number | undefined {
  for (let at = tail.length - 22; at >= 0; at--) if (tail.readUInt32LE(at) === END_SIGNATURE) return at;
  return undefined;
}

/** The compressed bytes, which follow a local header with the name and extra fields of its own length. */
function readEntry(readAt: ReadAt, offset: number, packed: number): Buffer {
  const header = readAt(offset, 30);
  if (header.length < 30) throw damaged('an entry is missing');
  return readAt(offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28), packed);
}

function unpack(name: string, method: number, bytes: Buffer): Buffer {
  try {
    if (method === 0) return bytes;
    if (method === 8) return zlib.inflateRawSync(bytes, { maxOutputLength: LARGEST_ENTRY });
    if (method === 93) return decompressZstd(bytes, LARGEST_ENTRY);
  } catch {
    throw damaged(`${name} cannot be decompressed`);
  }
  throw new PflowError(
    'invalid_trace',
    `The archive's entry ${name} is compressed with method ${method}, which cannot be read here.`,
    { hint: 'Repack it with deflate.' },
  );
}

function damaged(why: string): PflowError {
  return new PflowError('invalid_trace', `The archive is damaged: ${why}.`, {
    hint: 'Copy it again from its source.',
  });
}
