/** A clock that runs on the time of the process whose events are recorded. */

import type { Clock } from '../../lib/clock.js';

/** The system's clock, except while events of another process are recorded: then it shows their time. It never goes back. */
export class ObservedClock implements Clock {
  #given: number | undefined;
  #last = 0;

  now(): number {
    this.#last = Math.max(this.#last, this.#given ?? performance.now());
    return this.#last;
  }

  date(): Date {
    return new Date();
  }

  /** Runs `record` at this time, in ms since the epoch. A time in the future is that of now. */
  at(epochMs: number, record: () => void): void {
    this.#given = Math.min(epochMs - performance.timeOrigin, performance.now());
    try {
      record();
    } finally {
      this.#given = undefined;
    }
  }
}
