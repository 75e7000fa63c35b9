/** The clock interface and the system clock. */

/** A source of time. Always injected, so that tests and replays control what "now" is. */
export interface Clock {
  /** Milliseconds on a monotonic scale with an arbitrary origin, with sub-millisecond precision. */
  now(): number;
  /** The wall clock, for file names and for display. */
  date(): Date;
}

/** The clocks of this machine. */
export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => new Date(),
};
