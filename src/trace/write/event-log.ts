import { systemClock, type Clock } from '../../lib/clock.js';
import { EventList } from '../event/event-list.js';
import { UNSTAMPED, type EventBody, type KnownTraceEvent, type TraceEvent } from '../event/event.js';
import { eventOf, type LeanEvent } from '../event/lean-event.js';

type Listener = (event: TraceEvent) => void;
type Writer = (reported: TraceEvent | LeanEvent) => void;

/**
 * The events of one run in memory, in order. It stamps each with `seq` and `at`; listeners hear every new event at once,
 * and a late reader of `events()` gets the whole past before the present.
 */
export class TraceLog {
  readonly #events = new EventList();
  /** Replaced rather than changed: a list that is being gone through stays as it is. */
  #listeners: readonly Listener[] = [];
  readonly #readers = new Set<() => void>();
  readonly #clock: Clock;
  readonly #began: number;
  #writer: Writer | undefined;
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

  /** Appends what is reported. After `close` it is dropped: a node that outlives its run cannot write into the trace. */
  append(report: EventBody | LeanEvent): void {
    if (this.#closed) return;
    const reported =
      report.seq === UNSTAMPED
        ? (report as KnownTraceEvent | LeanEvent)
        : ({ seq: 0, at: 0, ...report } as KnownTraceEvent);
    reported.seq = this.#events.length;
    reported.at = this.now();
    this.#events.push(reported);
    if (!this.#telling) this.#tellFrom(reported);
  }

  /** Hands whatever is reported from now on to a writer, in the form that it was reported in and before anyone else hears of it. */
  writeTo(writer: Writer): void {
    this.#writer = writer;
  }

  /** How many events there are so far. */
  get length(): number {
    return this.#events.length;
  }

  /** The event of this `seq`, which is less than `length`. */
  at(seq: number): TraceEvent {
    return this.#events.at(seq);
  }

  /** Everything so far, as a list of its own. */
  get all(): readonly TraceEvent[] {
    return Array.from({ length: this.#events.length }, (_, seq) => this.#events.at(seq));
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Hears each event from now on; one that throws does not disturb the run or the others. Returns its own undo. */
  subscribe(listener: Listener): () => void {
    this.#listeners = [...this.#listeners, listener];
    return () => {
      this.#listeners = this.#listeners.filter((each) => each !== listener);
    };
  }

  /** No more events will come; `events()` ends. */
  close(): void {
    this.#closed = true;
    this.#wakeReaders();
    this.#listeners = [];
    this.#writer = undefined;
  }

  /** The whole past, then each event as it comes, until the log is closed. */
  async *events(): AsyncGenerator<TraceEvent> {
    let next = 0;
    while (true) {
      while (next < this.#events.length) yield this.#events.at(next++);
      if (this.#closed) return;
      await new Promise<void>((resolve) => this.#readers.add(resolve));
    }
  }

  /** An event that a listener appends is told after the one it answers, to all: everyone hears the same order. */
  #tellFrom(first: TraceEvent | LeanEvent): void {
    this.#telling = true;
    this.#tell(first);
    for (let next = first.seq + 1; next < this.#events.length; next++) this.#tell(this.#events.at(next));
    this.#telling = false;
    this.#wakeReaders();
  }

  #tell(reported: TraceEvent | LeanEvent): void {
    try {
      this.#writer?.(reported);
    } catch (error) {
      throwLater(error);
    }
    if (this.#listeners.length === 0) return;
    const event = eventOf(reported);
    for (const listener of this.#listeners) {
      try {
        listener(event);
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

/** The failure of one who listens is not the run's. */
function throwLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
