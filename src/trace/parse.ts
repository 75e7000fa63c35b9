import { PflowError } from '../lib/error.js';
import { isKnownType, TRACE_FORMAT, TRACE_VERSION, traceEventSchema, type TraceEvent } from './event.js';

/** Something about a trace file that the reader got over. `line` counts from 1. */
export type TraceWarning = Readonly<{ line: number; message: string }>;

/**
 * Turns a trace file's text, in any pieces, into events. A line that cannot be read is passed over with a warning that names
 * it; a last line that ends in the middle is torn: what a killed writer leaves.
 */
export class TraceParser {
  readonly #path: string;
  readonly #onWarning: (warning: TraceWarning) => void;
  #rest = '';
  #line = 0;

  constructor(path: string, onWarning: (warning: TraceWarning) => void) {
    this.#path = path;
    this.#onWarning = onWarning;
  }

  /** The events that end in this piece. */
  push(piece: string): TraceEvent[] {
    if (!piece.includes('\n')) {
      this.#rest += piece;
      return [];
    }
    const lines = (this.#rest + piece).split('\n');
    this.#rest = lines.pop()!;
    const events: TraceEvent[] = [];
    for (const line of lines) {
      this.#line++;
      const event = this.#parse(line);
      if (event) events.push(event);
    }
    return events;
  }

  /** No more will come: gives the last event where only its line's end is missing. */
  end(): TraceEvent[] {
    const last = this.#rest;
    if (last !== '' && parseJson(last)) return this.push('\n');
    if (last !== '') {
      this.#onWarning({
        line: this.#line + 1,
        message: 'the last line is torn and was skipped: its writer was stopped in the middle',
      });
    }
    if (this.#line === 0) throw notATrace(this.#path, last === '' ? 'it is empty' : 'it has no whole line');
    return [];
  }

  #parse(line: string): TraceEvent | undefined {
    const raw = parseJson(line);
    if (this.#line === 1) checkFirst(this.#path, raw);
    const event = raw && toEvent(raw);
    if (!event) {
      if (line.trim() !== '')
        this.#onWarning({ line: this.#line, message: `not a trace event: ${excerpt(line)}` });
      return undefined;
    }
    return event;
  }
}

function toEvent(raw: Record<string, unknown>): TraceEvent | undefined {
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

function parseJson(line: string): Record<string, unknown> | undefined {
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
