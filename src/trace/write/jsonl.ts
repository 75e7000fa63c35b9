import { isKnownType, type TraceEvent } from '../event/event.js';
import { JsonBytes } from '../event/json-bytes.js';
import {
  eventOf,
  NodeStarted,
  ParamsResolved,
  PhaseStarted,
  SpanEnded,
  StoreChanged,
  type LeanEvent,
} from '../event/lean-event.js';

/** Events as the lines of a file, gathered in memory. Every line is what `traceLine` says. */
export class Lines {
  readonly #json = new JsonBytes();

  /** In bytes. */
  get length(): number {
    return this.#json.length;
  }

  add(reported: TraceEvent | LeanEvent): void {
    const before = this.#json.length;
    try {
      if (this.#addLean(reported)) return;
      this.#json.addValue(lineOf(eventOf(reported)));
      this.#json.addRaw(NEWLINE);
    } catch (error) {
      this.#json.cutTo(before);
      throw error;
    }
  }

  /** Asks for one class after the other: a call that is always of the same one costs a fraction of one that may be of any. */
  #addLean(reported: TraceEvent | LeanEvent): boolean {
    if (reported instanceof SpanEnded) return reported.addTo(this.#json);
    if (reported instanceof PhaseStarted) return reported.addTo(this.#json);
    if (reported instanceof NodeStarted) return reported.addTo(this.#json);
    if (reported instanceof ParamsResolved) return reported.addTo(this.#json);
    return reported instanceof StoreChanged && reported.addTo(this.#json);
  }

  /** Hands what was added since the last time to the system and forgets it, also where that throws. */
  writeTo(fd: number): void {
    this.#json.writeTo(fd);
  }

  clear(): void {
    this.#json.clear();
  }
}

const NEWLINE = Buffer.from('\n');

/** An event as its line in a file. */
export function traceLine(event: TraceEvent): string {
  return JSON.stringify(lineOf(event));
}

/** What a line says of an event: one of an unknown type is written as it was read. */
function lineOf(event: TraceEvent): unknown {
  return isKnownType(event.type) ? event : (event as { raw?: unknown }).raw;
}
