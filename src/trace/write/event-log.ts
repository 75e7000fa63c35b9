/** Stamps the events of one run, stores them in memory and notifies subscribers. */
import { systemClock, type Clock } from '../../lib/clock.js';
import { EventList } from '../event/event-list.js';
import type { EventBody, KnownTraceEvent, TraceEvent } from '../event/event.js';
import { UNSTAMPED } from '../event/event-format.js';
import { toTraceEvent, type CompactEvent } from '../event/compact-event.js';

type Subscriber = (event: TraceEvent) => void;
type Writer = (event: TraceEvent | CompactEvent) => void;

/**
 * The events of one run in memory, in order. Stamps each with `seq` and `at` and notifies subscribers synchronously;
 * `events()` replays the past before it follows the present.
 */
export class TraceLog {
  readonly #events = new EventList();
  /** Copy on write: a list that is being iterated never changes. */
  #subscribers: readonly Subscriber[] = [];
  readonly #readers = new Set<() => void>();
  readonly #clock: Clock;
  readonly #startedAt: number;
  #writer: Writer | undefined;
  #notifying = false;
  #closed = false;

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
    this.#startedAt = clock.now();
  }

  /** Milliseconds since the log was created, rounded to the microsecond. */
  now(): number {
    return Math.max(0, Math.round((this.#clock.now() - this.#startedAt) * 1000) / 1000);
  }

  /** Appends an event. After `close` it is dropped: a node that outlives its run cannot write into the trace. */
  append(body: EventBody | CompactEvent): void {
    if (this.#closed) return;
    const event =
      body.seq === UNSTAMPED
        ? (body as KnownTraceEvent | CompactEvent)
        : ({ seq: 0, at: 0, ...body } as KnownTraceEvent);
    event.seq = this.#events.length;
    event.at = this.now();
    this.#events.push(event);
    if (!this.#notifying) this.#notifyFrom(event);
  }

  /** Passes every later event to a writer, in the form it was appended in and before any subscriber sees it. */
  writeTo(writer: Writer): void {
    this.#writer = writer;
  }

  /** Number of events so far. */
  get length(): number {
    return this.#events.length;
  }

  /** The event with this `seq`, which must be less than `length`. */
  at(seq: number): TraceEvent {
    return this.#events.at(seq);
  }

  /** All events so far, as a new array. */
  get all(): readonly TraceEvent[] {
    return Array.from({ length: this.#events.length }, (_, seq) => this.#events.at(seq));
  }

  get closed(): boolean {
    return this.#closed;
  }

  /**
   * Calls `subscriber` with each later event. One that throws affects neither the run nor other subscribers. Returns
   * the function that unsubscribes.
   */
  subscribe(subscriber: Subscriber): () => void {
    this.#subscribers = [...this.#subscribers, subscriber];
    return () => {
      this.#subscribers = this.#subscribers.filter((each) => each !== subscriber);
    };
  }

  /** Ends the log: later events are dropped and `events()` returns. */
  close(): void {
    this.#closed = true;
    this.#wakeReaders();
    this.#subscribers = [];
    this.#writer = undefined;
  }

  /** All past events, then each new one, until the log is closed. */
  async *events(): AsyncGenerator<TraceEvent> {
    let next = 0;
    while (true) {
      while (next < this.#events.length) yield this.#events.at(next++);
      if (this.#closed) return;
      await new Promise<void>((resolve) => this.#readers.add(resolve));
    }
  }

  /** Notifies of an event and of those that subscribers append meanwhile: re-entrant emits are queued, so that all subscribers see the same order. */
  #notifyFrom(first: TraceEvent | CompactEvent): void {
    this.#notifying = true;
    this.#notify(first);
    for (let next = first.seq + 1; next < this.#events.length; next++) this.#notify(this.#events.at(next));
    this.#notifying = false;
    this.#wakeReaders();
  }

  #notify(appended: TraceEvent | CompactEvent): void {
    try {
      this.#writer?.(appended);
    } catch (error) {
      throwLater(error);
    }
    if (this.#subscribers.length === 0) return;
    const event = toTraceEvent(appended);
    for (const subscriber of this.#subscribers) {
      try {
        subscriber(event);
      } catch (error) {
        throwLater(error);
      }
    }
  }

  #wakeReaders(): void {
    if (this.#readers.size === 0) return;
    for (const wake of this.#readers) wake();
    this.#readers.clear();
  }
}

/** Rethrows outside of the current call: a subscriber's failure must not fail the run. */
function throwLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
