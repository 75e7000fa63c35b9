import { closeSync, openSync, readSync } from 'node:fs';
import { NumberList } from '../../lib/data/number-list.js';
import { LONG_LINE, withDeferredValues } from './lazy-event.js';
import { isKnownType, type KnownTraceEvent, type TraceEvent } from '../event/event.js';
import { eventIn, NEWLINE, parseJson } from '../read/parse-events.js';
import { LineSearch } from './line-search.js';
import { cannotRead } from '../read/read-trace.js';

/** Read at once when events are asked for one after the other. */
const CHUNK = 1 << 16;
/** Of lines whose values were asked for, how many bytes stay parsed. */
const KEPT_BYTES = 8 << 20;

/**
 * The memory of a reader of a large trace: a file that stays open, and where each event stands in it. Events are had again
 * from there, and so are their values, so that neither has to be kept. Removing the file meanwhile does no harm.
 */
export class TraceRecall {
  readonly #fd: number;
  /** By event, where its line begins. */
  readonly #offsets = new NumberList();
  #end = 0;
  /** Of long lines, the events without their values: what was folded from them has most of these objects anyway. */
  readonly #light = new Map<number, TraceEvent>();
  #chunk: { start: number; bytes: Buffer } = { start: 0, bytes: Buffer.alloc(0) };
  /** The lines that values were last asked of, latest last. */
  readonly #recent = new Map<number, Record<string, unknown> | undefined>();
  #recentBytes = 0;
  /** Looks for text in the lines. */
  readonly search: LineSearch;

  constructor(path: string) {
    try {
      this.#fd = openSync(path, 'r');
    } catch (error) {
      throw cannotRead(path, error);
    }
    this.search = new LineSearch({
      offsets: this.#offsets,
      end: () => this.#end,
      bytes: (offset, length) => this.#bytes(offset, length),
    });
  }

  /** Takes note of the next event, whose line stands from `from` to `to`, and gives it without its values. */
  readonly take = (event: TraceEvent, from: number, to: number): TraceEvent => {
    const number = this.#offsets.push(from) - 1;
    this.#end = to;
    const light = this.#lightOf(event, number, to - from);
    if (light !== event && to - from >= LONG_LINE) this.#light.set(number, light);
    return light;
  };

  /** An event again. One that is not in the file any more comes as one of an unknown type. */
  readonly at = (number: number): TraceEvent => {
    const light = this.#light.get(number);
    if (light) return light;
    const { offset, length } = this.#lineOf(number);
    const event = eventIn(parseLine(this.#nextBytes(offset, length)));
    if (!event) return { seq: number, at: 0, type: 'unknown:lost', raw: {} };
    return this.#lightOf(event, number, length);
  };

  /** What stands in the line of an event; undefined when it is not there any more. */
  line(number: number): Record<string, unknown> | undefined {
    const { offset, length } = this.#lineOf(number);
    const line = this.#recent.get(number) ?? parseLine(this.#nextBytes(offset, length));
    if (!this.#recent.delete(number)) this.#recentBytes += length;
    this.#recent.set(number, line);
    for (const oldest of this.#recent.keys()) {
      if (this.#recentBytes <= KEPT_BYTES || oldest === number) break;
      this.#recent.delete(oldest);
      this.#recentBytes -= this.#lineOf(oldest).length;
    }
    return line;
  }

  lineHas(number: number, wanted: string): boolean | undefined {
    return this.search.has(number, wanted);
  }

  /** Nothing can be had again after this. */
  close(): void {
    closeSync(this.#fd);
  }

  #lightOf(event: TraceEvent, number: number, length: number): TraceEvent {
    return isKnownType(event.type)
      ? withDeferredValues(event as KnownTraceEvent, length, { event: number, file: this })
      : event;
  }

  #lineOf(number: number): { offset: number; length: number } {
    const offset = this.#offsets.at(number)!;
    return { offset, length: (this.#offsets.at(number + 1) ?? this.#end) - offset };
  }

  /** Bytes of the file, with as many after them as may be asked for next. */
  #nextBytes(offset: number, length: number): Buffer {
    const { start, bytes } = this.#chunk;
    if (offset < start || offset + length > start + bytes.length) {
      this.#chunk = { start: offset, bytes: this.#bytes(offset, Math.max(length, CHUNK)) };
    }
    const from = offset - this.#chunk.start;
    return this.#chunk.bytes.subarray(from, from + length);
  }

  /** Fewer, when the file has become shorter or cannot be read. */
  #bytes(offset: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafe(length);
    try {
      return bytes.subarray(0, readSync(this.#fd, bytes, 0, length, offset));
    } catch {
      return bytes.subarray(0, 0);
    }
  }
}

/** Lines that were passed over may follow the one that is wanted. */
function parseLine(bytes: Buffer): Record<string, unknown> | undefined {
  const end = bytes.indexOf(NEWLINE);
  return parseJson(bytes.toString('utf8', 0, end < 0 ? bytes.length : end));
}
