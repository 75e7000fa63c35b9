/** Opens a foreign trace file, detects how it is encoded and reads its records. */
import { createHash } from 'node:crypto';
import { messageOf, PflowError } from '../../lib/error.js';
import { decodeOtlpProtobuf, detectOtlpSignal } from '../../otlp/decode/decode-protobuf.js';
import { TraceInput } from '../../trace/read/trace-input.js';
import type { ForeignRecord, ForeignRecords } from './foreign-record.js';
import { isSqlite, loadSqlite, readOpencodeDatabase } from './opencode-database.js';
import { readJsonLines } from './json-lines.js';
import { listZipEntries, type ZipEntry } from './zip.js';

type Encoding = 'lines' | 'document' | 'protobuf' | 'zip' | 'sqlite';

/** An open file. */
export type ForeignFile = Readonly<{
  path: string;
  size: number;
  encoding: Encoding;
  /** All records in order. `onProgress` is called with the bytes read so far. */
  records(onProgress?: (bytes: number) => void): ForeignRecords;
  /** The sha256 of the file's content; complete when all records have been read. */
  contentHash(): string;
  /** The number of lines skipped because they are not JSON. */
  badLines(): number;
  /** What else of the file was not read, one sentence each. */
  notes(): readonly string[];
  close(): void;
}>;

/** Documents are parsed as one string, which has a maximum length. */
const LARGEST_DOCUMENT = 1 << 29;

/** Opens a file. Throws a PflowError if it cannot be read or its encoding is not supported. */
export async function openForeignFile(path: string): Promise<ForeignFile> {
  const input = new TraceInput(path);
  try {
    const { size } = input.stat();
    const encoding = await detectEncoding(input, size);
    const hash = createHash('sha256');
    let digest: string | undefined;
    let badLines = 0;
    const notes: string[] = [];
    return {
      path,
      size,
      encoding,
      records(onProgress) {
        let done = 0;
        const onBytes = (piece: Buffer): void => {
          hash.update(piece);
          done += piece.length;
          onProgress?.(done);
        };
        if (encoding === 'lines') return readJsonLines(input, { onBytes, onBadLine: () => badLines++ });
        if (encoding === 'sqlite') return readDatabase(path, (note) => notes.push(note));
        return readWhole(input, size, encoding, onBytes);
      },
      contentHash: () => (digest ??= hash.digest('hex')),
      badLines: () => badLines,
      notes: () => notes,
      close: () => input.close(),
    };
  } catch (error) {
    input.close();
    throw error;
  }
}

async function detectEncoding(input: TraceInput, size: number): Promise<Encoding> {
  const head = input.bytes(0, Math.min(size, 1 << 16));
  if (head.length === 0) throw unreadable(input.path, 'it is empty');
  if (head.length >= 4 && head.readUInt32LE(0) === 0x04034b50) return 'zip';
  if (isSqlite(head)) return 'sqlite';
  if (head[0] === 0x1f && head[1] === 0x8b) {
    throw unreadable(input.path, 'it is compressed with gzip', 'Decompress it first: gunzip <file>.');
  }
  const start = head
    .toString('utf8', 0, 256)
    .replace(/^\uFEFF/, '')
    .trimStart();
  if (start.startsWith('{') || start.startsWith('[')) return detectJson(input, size);
  if (size <= LARGEST_DOCUMENT && messageIn(input.bytes(0, size))) return 'protobuf';
  const isText = !head.includes(0);
  throw unreadable(
    input.path,
    isText
      ? `it looks like text that begins with ${JSON.stringify(start.split('\n', 1)[0]!.slice(0, 40))}`
      : 'it looks like binary data',
  );
}

/** Detects JSON lines if the first non-empty line is complete JSON; otherwise one document. */
async function detectJson(input: TraceInput, size: number): Promise<Encoding> {
  for await (const _ of readJsonLines(input, { onBadLine: () => {} }))
    return isFirstLine(input, size) ? 'lines' : 'document';
  return 'document';
}

/** Whether the file's first line is complete JSON: in an indented document, only later lines can be. */
function isFirstLine(input: TraceInput, size: number): boolean {
  for (let length = 1 << 16; ; length *= 4) {
    const text = input.bytes(0, Math.min(size, length)).toString().trimStart();
    const end = text.indexOf('\n');
    if (end < 0 && length < size && length < LARGEST_DOCUMENT) continue;
    try {
      const value: unknown = JSON.parse((end < 0 ? text : text.slice(0, end)).replace(/^\uFEFF/, ''));
      // An array on one line is a document of several records, unless further lines follow.
      return !Array.isArray(value) || (end >= 0 && text.slice(end).trim() !== '');
    } catch {
      return false;
    }
  }
}

async function* readWhole(
  input: TraceInput,
  size: number,
  encoding: Encoding,
  onBytes: (piece: Buffer) => void,
): AsyncGenerator<ForeignRecord> {
  if (encoding === 'zip') {
    onBytes(input.bytes(Math.max(0, size - (1 << 20)), 1 << 20));
    yield* readArchive(listZipEntries((position, length) => input.bytes(position, length), size));
    return;
  }
  if (size > LARGEST_DOCUMENT) {
    throw unreadable(
      input.path,
      `it is one JSON document of ${Math.round(size / 2 ** 20)} MB, and more than 512 MB cannot be parsed at once`,
      'Export it as JSON lines, which are read in pieces of any size.',
    );
  }
  const bytes = input.bytes(0, size);
  onBytes(bytes);
  const values = encoding === 'protobuf' ? messageIn(bytes)! : parseDocument(bytes, input.path);
  for (const value of values) yield { value, reread: () => value };
}

/** The session in a database of opencode that was used last. */
async function* readDatabase(path: string, onNote: (note: string) => void): AsyncGenerator<ForeignRecord> {
  const sqlite = await loadSqlite();
  const hint = 'Export a session of opencode instead: opencode export <session> > session.json';
  if (!sqlite) {
    const why = `it is an SQLite database, which Node ${process.version} cannot read: Node 22.5 and newer can`;
    throw unreadable(path, why, hint);
  }
  let found;
  try {
    found = readOpencodeDatabase(sqlite, path);
  } catch (error) {
    throw unreadable(path, `it is an SQLite database that cannot be read: ${messageOf(error)}`, hint);
  }
  if (!found) throw unreadable(path, 'it is an SQLite database, but has no session of opencode');
  const { session, others } = found;
  if (others > 0) onNote(`The last session is read; ${others} earlier ones are not. ${hint}`);
  yield { value: session, reread: () => session };
}

/** The elements of an array, or the document itself. */
function parseDocument(bytes: Buffer, path: string): unknown[] {
  try {
    const value: unknown = JSON.parse(bytes.toString().replace(/^\uFEFF/, ''));
    return Array.isArray(value) ? (value as unknown[]) : [value];
  } catch {
    throw unreadable(path, 'it begins like JSON but is neither a JSON document nor JSON lines');
  }
}

/** The messages of an OTLP protobuf file: one, or several length-prefixed ones as written by collectors. */
function messageIn(bytes: Buffer): unknown[] | undefined {
  const decode = (message: Buffer): unknown => {
    const signal = detectOtlpSignal(message);
    try {
      return signal && decodeOtlpProtobuf(message, signal);
    } catch {
      return undefined;
    }
  };
  const whole = decode(bytes);
  if (whole !== undefined) return [whole];
  const messages: unknown[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = at + 4 <= bytes.length ? bytes.readUInt32BE(at) : Infinity;
    const message =
      length <= bytes.length - at - 4 ? decode(bytes.subarray(at + 4, at + 4 + length)) : undefined;
    if (message === undefined) return undefined;
    messages.push(message);
    at += 4 + length;
  }
  return messages.length > 0 ? messages : undefined;
}

/** The JSON entries of an archive with their names, read one at a time. */
async function* readArchive(entries: readonly ZipEntry[]): AsyncGenerator<ForeignRecord> {
  for (const { name, read } of entries) {
    if (!name.endsWith('.json')) continue;
    const reread = (): unknown => ({ entry: name, content: JSON.parse(read().toString()) as unknown });
    yield { value: reread(), reread };
  }
}

/** The user-facing error for a file that is not a trace. */
export function unreadable(path: string, why: string, hint?: string): PflowError {
  return new PflowError('invalid_trace', `${path} is not a trace that pflow reads: ${why}.`, {
    hint: hint ?? 'pflow help traces lists the formats.',
  });
}
