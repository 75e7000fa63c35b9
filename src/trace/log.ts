import { systemClock, type Clock } from '../lib/clock.js';
import { UNSTAMPED, type EventBody, type KnownTraceEvent, type TraceEvent } from './event.js';

/**
 * The events of one run in memory, in order. It stamps each with `seq` and `at`; listeners hear every new event at once,
 * and a late reader of `events()` gets the whole past before the present.
 */
export class TraceLog {
  readonly #events: TraceEvent[] = [];
  readonly #listeners = new Set<(event: TraceEvent) => void>();
  readonly #readers = new Set<() => void>();
  readonly #clock: Clock;
  readonly #began: number;
  #heard = 0;
  #telling = false;
  #closed = false;

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
    this.#began = clock.now();
  }

  /** Milliseconds since the log was opened, rounded to the microsecond. */
  now(): number {
    return Math.max(0, Math.round((this.#clock.now() - this.#began) * 1000) / 1000);
  }

  /** Appends an event. After `close` it is dropped: a node that outlives its run cannot write into the trace. */
  append(body: EventBody): void {
    if (this.#closed) return;
    const event = (body.seq === UNSTAMPED ? body : { seq: 0, at: 0, ...body }) as KnownTraceEvent;
    event.seq = this.#events.length;
    event.at = this.now();
    this.#events.push(event);
    if (!this.#telling) this.#tell();
  }

  /** Everything so far. The array grows; it is never reordered. */
  get all(): readonly TraceEvent[] {
    return this.#events;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Hears each event from now on; one that throws does not disturb the run or the others. Returns its own undo. */
  subscribe(listener: (event: TraceEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** No more events will come; `events()` ends. */
  close(): void {
    this.#closed = true;
    this.#wakeReaders();
    this.#listeners.clear();
  }

  /** The whole past, then each event as it comes, until the log is closed. */
  async *events(): AsyncGenerator<TraceEvent> {
    let next = 0;
    while (true) {
      while (next < this.#events.length) yield this.#events[next++]!;
      if (this.#closed) return;
      await new Promise<void>((resolve) => this.#readers.add(resolve));
    }
  }

  /** An event that a listener appends is told after the one it answers, to all: everyone hears the same order. */
  #tell(): void {
    this.#telling = true;
    while (this.#heard < this.#events.length) {
      const event = this.#events[this.#heard++]!;
      for (const listener of this.#listeners) {
        try {
          listener(event);
        } catch (error) {
          queueMicrotask(() => {
            throw error;
          });
        }
      }
    }
    this.#telling = false;
    this.#wakeReaders();
  }

  #wakeReaders(): void {
    if (this.#readers.size === 0) return;
    for (const wake of this.#readers) wake();
    this.#readers.clear();
  }
}
