import { PflowError } from '../../lib/error.js';
import {
  isKnownType,
  TRACE_FORMAT,
  TRACE_VERSION,
  traceEventSchema,
  type TraceEvent,
} from '../event/event.js';

/** Something about a trace file that the reader got over. `line` counts from 1. */
export type TraceWarning = Readonly<{ line: number; message: string }>;

/** Hears of each event where its line begins and ends in the file, in bytes, and says what to hand out for it. */
export type TakeEvent = (event: TraceEvent, from: number, to: number) => TraceEvent;

/** The byte that ends a line. */
export const NEWLINE = 10;

/**
 * Turns a trace file's bytes, in any pieces, into events. A line that cannot be read is passed over with a warning that
 * names it; a last line that ends in the middle is torn: what a killed writer leaves.
 */
export class TraceParser {
  readonly #path: string;
  readonly #onWarning: (warning: TraceWarning) => void;
  readonly #take: TakeEvent;
  /** The line that has begun, in the pieces it came in. */
  #rest: Buffer[] = [];
  /** Where the next line begins in the file. */
  #offset = 0;
  #line = 0;

  constructor(path: string, onWarning: (warning: TraceWarning) => void, take: TakeEvent = (event) => event) {
    this.#path = path;
    this.#onWarning = onWarning;
    this.#take = take;
  }

  /** The events that end in this piece, which may be written over afterwards. */
  push(piece: Buffer): TraceEvent[] {
    const events: TraceEvent[] = [];
    let from = 0;
    for (let to; (to = piece.indexOf(NEWLINE, from)) >= 0; from = to + 1) {
      const line = this.#rest.length
        ? Buffer.concat([...this.#rest.splice(0), piece.subarray(from, to)])
        : piece.subarray(from, to);
      const event = this.#next(line.toString(), line.length + 1);
      if (event) events.push(event);
    }
    if (from < piece.length) this.#rest.push(Buffer.from(piece.subarray(from)));
    return events;
  }

  /** No more will come: gives the last event where only its line's end is missing. */
  end(): TraceEvent[] {
    const last = Buffer.concat(this.#rest).toString();
    if (last !== '' && parseJson(last)) return this.push(Buffer.of(NEWLINE));
    if (last !== '') {
      this.#onWarning({
        line: this.#line + 1,
        message: 'the last line is torn and was skipped: its writer was stopped in the middle',
      });
    }
    if (this.#line === 0) throw notATrace(this.#path, last === '' ? 'it is empty' : 'it has no whole line');
    return [];
  }

  /** The event of the line that comes next. */
  #next(line: string, bytes: number): TraceEvent | undefined {
    this.#line++;
    const from = this.#offset;
    this.#offset += bytes;
    const raw = parseJson(line);
    if (this.#line === 1) checkFirst(this.#path, raw);
    const event = eventIn(raw);
    if (event) return this.#take(event, from, this.#offset);
    if (line.trim() !== '')
      this.#onWarning({ line: this.#line, message: `not a trace event: ${excerpt(line)}` });
    return undefined;
  }
}

/** The event that an object from a line is; undefined when it is none. */
export function eventIn(raw: Record<string, unknown> | undefined): TraceEvent | undefined {
  if (!raw) return undefined;
  const { seq, at, type } = raw;
  if (typeof seq !== 'number' || typeof at !== 'number' || typeof type !== 'string') return undefined;
  if (!isKnownType(type)) return { seq, at, type: `unknown:${type}`, raw };
  // The schema judges; the object that was read is kept, so that fields it does not know survive.
  return traceEventSchema.safeParse(raw).success ? (raw as TraceEvent) : undefined;
}

function checkFirst(path: string, raw: Record<string, unknown> | undefined): void {
  if (raw?.['type'] !== 'run.started' || raw['format'] !== TRACE_FORMAT) {
    throw notATrace(path, 'its first line is no run.started event');
  }
  const version = raw['version'];
  if (typeof version === 'number' && version > TRACE_VERSION) {
    throw new PflowError(
      'invalid_trace',
      `${path} was written by a newer pflow: its format is version ${version}, this pflow reads up to ${TRACE_VERSION}.`,
      {
        hint: `Update pflow (the trace was written by ${String(raw['pflow'])}).`,
      },
    );
  }
}

function notATrace(path: string, why: string): PflowError {
  return new PflowError('invalid_trace', `${path} is not a pflow trace: ${why}.`, {
    hint: 'Traces are the .jsonl files that `pflow trace list` shows.',
  });
}

/** The object that a line says; undefined when it says none. */
export function parseJson(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

function excerpt(line: string): string {
  return JSON.stringify(line.length > 60 ? `${line.slice(0, 60)}…` : line);
}
