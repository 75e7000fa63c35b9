/** Parses the bytes of a trace file into events. */
import { PflowError } from '../../lib/error.js';
import { traceEventSchema, type TraceEvent } from '../event/event.js';
import { ALWAYS_WITHIN_LIMITS, limitTexts } from './limit-texts.js';
import { isKnownType, TRACE_FORMAT, TRACE_VERSION } from '../event/event-format.js';
import { stringifyAny } from '../../lib/data/foreign-value.js';

/** A problem in a trace file that the reader skipped. `line` counts from 1. */
export type TraceWarning = Readonly<{ line: number; message: string }>;

/** Called with each event and the byte range of its line; returns the event to yield instead. */
export type MapEvent = (event: TraceEvent, from: number, to: number) => TraceEvent;

/** The byte that ends a line. */
export const NEWLINE = 10;

/**
 * Incremental parser: takes the file's bytes in any chunks and returns events. Invalid lines are skipped with a
 * warning; an incomplete last line is torn, which is what a killed writer leaves.
 */
export class TraceParser {
  readonly #path: string;
  readonly #onWarning: (warning: TraceWarning) => void;
  readonly #take: MapEvent;
  /** Chunks of the current incomplete line. */
  #rest: Buffer[] = [];
  /** Byte offset of the next line. */
  #offset = 0;
  #line = 0;

  constructor(path: string, onWarning: (warning: TraceWarning) => void, take: MapEvent = (event) => event) {
    this.#path = path;
    this.#onWarning = onWarning;
    this.#take = take;
  }

  /** The events completed by this chunk. The caller may reuse the buffer afterwards. */
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

  /** Ends the input; returns the last event if only its newline is missing. */
  end(): TraceEvent[] {
    const last = Buffer.concat(this.#rest).toString();
    if (last !== '' && parseJson(last)) return this.push(Buffer.of(NEWLINE));
    if (last !== '') {
      this.#onWarning({
        line: this.#line + 1,
        message: 'the last line is torn and was skipped: its writer was stopped in the middle of it',
      });
    }
    if (this.#line === 0)
      throw notATrace(this.#path, last === '' ? 'it is empty' : 'it has no complete line');
    return [];
  }

  /** Parses the next line. */
  #next(line: string, bytes: number): TraceEvent | undefined {
    this.#line++;
    const from = this.#offset;
    this.#offset += bytes;
    const raw = parseJson(line);
    if (this.#line === 1) checkFirst(this.#path, raw);
    if (raw && line.length > ALWAYS_WITHIN_LIMITS)
      for (const message of limitTexts(raw)) this.#onWarning({ line: this.#line, message });
    const event = parseEvent(raw);
    if (event) return this.#take(event, from, this.#offset);
    if (line.trim() !== '')
      this.#onWarning({ line: this.#line, message: `not a trace event: ${excerpt(line)}` });
    return undefined;
  }
}

/** Converts one parsed line to an event; undefined if it is not one. */
export function parseEvent(raw: Record<string, unknown> | undefined): TraceEvent | undefined {
  if (!raw) return undefined;
  const { seq, at, type } = raw;
  if (typeof seq !== 'number' || typeof at !== 'number' || typeof type !== 'string') return undefined;
  if (!isKnownType(type)) return { seq, at, type: `unknown:${type}`, raw };
  // The schema only validates; the original object is returned, so that unknown fields survive.
  return traceEventSchema.safeParse(raw).success ? (raw as TraceEvent) : undefined;
}

function checkFirst(path: string, raw: Record<string, unknown> | undefined): void {
  if (raw?.['type'] !== 'run.started' || raw['format'] !== TRACE_FORMAT) {
    throw notATrace(path, 'its first line is not a run.started event');
  }
  const version = raw['version'];
  if (typeof version === 'number' && version > TRACE_VERSION) {
    throw new PflowError(
      'invalid_trace',
      `${path} was written by a newer pflow: its format is version ${version}; this pflow supports up to ${TRACE_VERSION}.`,
      {
        hint: `Update pflow (the trace was written by ${stringifyAny(raw['pflow'])}).`,
      },
    );
  }
}

function notATrace(path: string, why: string): PflowError {
  return new PflowError('invalid_trace', `${path} is not a pflow trace: ${why}.`, {
    hint: 'Traces are the .jsonl files listed by `pflow trace list`.',
  });
}

/** Parses a line as a JSON object; undefined if it is not one. */
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
