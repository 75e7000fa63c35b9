/** Gives random access to the events of a large trace file. */
import { LruCache } from '../../lib/data/lru-cache.js';
import { NumberList } from '../../lib/data/number-list.js';
import { LONG_LINE, toLazyEvent } from './lazy-event.js';
import type { KnownTraceEvent, TraceEvent } from '../event/event.js';
import { isKnownType } from '../event/event-format.js';
import { ALWAYS_WITHIN_LIMITS, limitTexts } from '../read/limit-texts.js';
import { parseEvent, NEWLINE, parseJson } from '../read/parse-events.js';
import { LineSearch } from './line-search.js';
import type { TraceInput } from '../read/trace-input.js';

/** Read-ahead size for sequential access. */
const CHUNK = 1 << 16;
/** Upper bound for the cached parsed lines, in bytes of JSON. */
const KEPT_BYTES = 8 << 20;

/**
 * Random-access reader: a byte offset per event and an LRU cache of parsed lines over an open file descriptor. A trace
 * of millions of events does not fit into memory as objects, so events and their values are re-read on access. Removing
 * the file meanwhile is harmless.
 */
export class IndexedTrace {
  readonly #input: TraceInput;
  /** Byte offset of each event's line. */
  readonly #offsets = new NumberList();
  #end = 0;
  /** Cached events of long lines without their values: the run state references most of these objects anyway. */
  readonly #light = new Map<number, TraceEvent>();
  #chunk: { start: number; bytes: Buffer } = { start: 0, bytes: Buffer.alloc(0) };
  readonly #lines = new LruCache<number, Record<string, unknown> | undefined>(KEPT_BYTES);
  /** Full-text search over the lines. */
  readonly search: LineSearch;

  /** Reads from an open trace file, which must stay open. */
  constructor(input: TraceInput) {
    this.#input = input;
    this.search = new LineSearch({
      offsets: this.#offsets,
      end: () => this.#end,
      bytes: (offset, length) => input.bytes(offset, length),
    });
  }

  /** Records the next event, whose line occupies bytes `from` to `to`, and returns its lazy form. */
  readonly addEvent = (event: TraceEvent, from: number, to: number): TraceEvent => {
    const number = this.#offsets.push(from) - 1;
    this.#end = to;
    const light = this.#lightOf(event, number, to - from);
    if (light !== event && to - from >= LONG_LINE) this.#light.set(number, light);
    return light;
  };

  /** Re-reads an event. If it is no longer in the file, returns an event of an unknown type. */
  readonly at = (number: number): TraceEvent => {
    const light = this.#light.get(number);
    if (light) return light;
    const { offset, length } = this.#lineOf(number);
    const raw = parseLine(this.#nextBytes(offset, length));
    if (raw && length > ALWAYS_WITHIN_LIMITS) limitTexts(raw);
    const event = parseEvent(raw);
    if (!event) return { seq: number, at: 0, type: 'unknown:lost', raw: {} };
    return this.#lightOf(event, number, length);
  };

  /** The parsed line of an event; undefined if it is no longer in the file. */
  line(number: number): Record<string, unknown> | undefined {
    const { offset, length } = this.#lineOf(number);
    return this.#lines.getOrCompute(number, () => parseLine(this.#nextBytes(offset, length)), length);
  }

  lineHas(number: number, wanted: string): boolean | undefined {
    return this.search.has(number, wanted);
  }

  #lightOf(event: TraceEvent, number: number, length: number): TraceEvent {
    return isKnownType(event.type)
      ? toLazyEvent(event as KnownTraceEvent, length, { event: number, file: this })
      : event;
  }

  #lineOf(number: number): { offset: number; length: number } {
    const offset = this.#offsets.at(number)!;
    return { offset, length: (this.#offsets.at(number + 1) ?? this.#end) - offset };
  }

  /** Reads bytes of the file with read-ahead. */
  #nextBytes(offset: number, length: number): Buffer {
    const { start, bytes } = this.#chunk;
    if (offset < start || offset + length > start + bytes.length) {
      this.#chunk = { start: offset, bytes: this.#input.bytes(offset, Math.max(length, CHUNK)) };
    }
    const from = offset - this.#chunk.start;
    return this.#chunk.bytes.subarray(from, from + length);
  }
}

/** The bytes may include following lines that were skipped. */
function parseLine(bytes: Buffer): Record<string, unknown> | undefined {
  const end = bytes.indexOf(NEWLINE);
  return parseJson(bytes.toString('utf8', 0, end < 0 ? bytes.length : end));
}
