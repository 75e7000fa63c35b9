/** Reads the first and last line of a file without reading the rest. */
import { fstatSync, readSync } from 'node:fs';

/** Size of the first read; each further one is four times as large. */
const FIRST_PIECE = 4096;
/** Longer lines are not searched for. */
const LONGEST = 1 << 26;

/** The first line of an open file; undefined if it is incomplete or too long. */
export function readFirstLine(fd: number): string | undefined {
  for (let length = FIRST_PIECE; length <= LONGEST; length *= 4) {
    const head = readPiece(fd, 0, length);
    const end = head.indexOf('\n');
    if (end >= 0) return head.toString('utf8', 0, end);
    if (head.length < length) break;
  }
  return undefined;
}

/** The last line of an open file, torn or complete; undefined if it is too long. */
export function readLastLine(fd: number): string | undefined {
  const { size } = fstatSync(fd);
  for (let length = FIRST_PIECE; length <= LONGEST; length *= 4) {
    const begin = Math.max(0, size - length);
    const tail = readPiece(fd, begin, size - begin);
    const end = tail.at(-1) === NEWLINE ? tail.length - 1 : tail.length;
    const before = end > 0 ? tail.lastIndexOf(NEWLINE, end - 1) : -1;
    if (before >= 0 || begin === 0) return tail.toString('utf8', before + 1, end);
  }
  return undefined;
}

const NEWLINE = 0x0a;

function readPiece(fd: number, begin: number, length: number): Buffer {
  const piece = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const read = readSync(fd, piece, filled, length - filled, begin + filled);
    if (read === 0) break;
    filled += read;
  }
  return piece.subarray(0, filled);
}
