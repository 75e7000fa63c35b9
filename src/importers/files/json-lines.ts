/** Reads JSON lines from an open file in bounded memory. */
import { LruCache } from '../../lib/data/lru-cache.js';
import type { TraceInput } from '../../trace/read/trace-input.js';
import type { ForeignRecord } from './foreign-record.js';

const PIECE = 1 << 20;
const NEWLINE = 10;
/** Longer lines do not fit into a string. */
const LONGEST_LINE = 1 << 29;
/** Upper bound for the cached parsed lines, in bytes of JSON. */
const CACHED_BYTES = 8 << 20;

export type LineOptions = Readonly<{
  /** Called with every chunk of the file in order. */
  onBytes?: (piece: Buffer) => void;
  /** Called for a line that is not JSON, with its line number, from 1. */
  onBadLine?: (line: number) => void;
}>;

/** The lines of a file that are JSON objects or arrays. Blank lines are skipped. */
export async function* readJsonLines(
  input: TraceInput,
  { onBytes, onBadLine }: LineOptions = {},
): AsyncGenerator<ForeignRecord> {
  const parsed = new LruCache<number, unknown>(CACHED_BYTES);
  let rest: Buffer[] = [];
  let lineStart = 0;
  let number = 0;
  const next = (line: Buffer, offset: number): ForeignRecord | undefined => {
    number++;
    const value = line.length < LONGEST_LINE ? parseLine(line) : undefined;
    if (value === undefined) {
      if (line.some((byte) => byte > 32)) onBadLine?.(number);
      return undefined;
    }
    const { length } = line;
    parsed.set(offset, value, length);
    return {
      value,
      reread: () => parsed.getOrCompute(offset, () => parseLine(input.bytes(offset, length)), length),
    };
  };
  const buffer = Buffer.allocUnsafe(PIECE);
  for (let done = 0; ;) {
    const bytesRead = await input.read(buffer, done);
    if (bytesRead === 0) break;
    done += bytesRead;
    const piece = buffer.subarray(0, bytesRead);
    onBytes?.(piece);
    let from = 0;
    for (let to; (to = piece.indexOf(NEWLINE, from)) >= 0; from = to + 1) {
      const line = Buffer.concat([...rest.splice(0), piece.subarray(from, to)]);
      const record = next(line, lineStart);
      lineStart += line.length + 1;
      if (record) yield record;
    }
    if (from < piece.length) rest.push(Buffer.from(piece.subarray(from)));
  }
  const last = next(Buffer.concat(rest), lineStart);
  rest = [];
  if (last) yield last;
}

/** Parses a line as an object or array; undefined for anything else. */
function parseLine(line: Buffer): unknown {
  const text = line.toString().replace(/^\uFEFF/, '');
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
