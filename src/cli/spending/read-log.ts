/** Reads the calls of one session log in slices: a log that has grown, from where the last reading stopped. */
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import type { LoggedCall, ReadingPoint, LogReading } from '../../importers/session-usage/logged-call.js';
import type { SessionAgent } from '../../importers/session-usage/session-agents.js';

/** Bytes that are read at once: less than a processor's cache holds, and a few milliseconds. */
const PIECE = 1 << 20;
/** A longer line does not fit into a string. */
const LONGEST = 1 << 28;
const NEWLINE = 10;

/** The bytes of a log and where they are read from; yields the number of bytes of each slice. */
export function* readLog(
  agent: SessionAgent,
  path: string,
  resume: ReadingPoint | undefined,
): Generator<number, LogReading> {
  const { readDocument } = agent;
  if (readDocument && path.endsWith('.json')) {
    const bytes = readFileSync(path);
    yield bytes.length;
    return { calls: parseDocument(bytes, (document) => readDocument(document, path)), next: undefined };
  }
  const reader = agent.createReader!(path, resume?.state);
  const fd = openSync(path, 'r');
  try {
    let buffer = Buffer.allocUnsafe(PIECE);
    let offset = resume?.offset ?? 0;
    let kept = 0;
    for (;;) {
      const count = readSync(fd, buffer, kept, buffer.length - kept, offset + kept);
      const filled = kept + count;
      const end = buffer.lastIndexOf(NEWLINE, filled - 1) + 1;
      if (count === 0 || (end === 0 && filled >= LONGEST)) break;
      if (end === 0 || end > filled) {
        // A line that is longer than the buffer.
        kept = filled;
        if (filled === buffer.length) buffer = Buffer.concat([buffer, Buffer.allocUnsafe(buffer.length)]);
        continue;
      }
      reader.read(buffer.subarray(0, end), offset);
      buffer.copyWithin(0, end, filled);
      kept = filled - end;
      offset += end;
      yield count;
    }
    const next = reader.point(offset);
    // A last line without an end may be torn, or complete: it is read again next time.
    if (kept > 0) reader.read(buffer.subarray(0, kept), offset);
    return { calls: reader.finish(), next };
  } finally {
    closeSync(fd);
  }
}

function parseDocument(
  bytes: Buffer,
  read: (document: unknown) => readonly LoggedCall[],
): readonly LoggedCall[] {
  try {
    return read(JSON.parse(bytes.toString('utf8')));
  } catch {
    return [];
  }
}
