/** Where time comes from. It is always handed in, so that tests and replays decide what "now" is. */
export interface Clock {
  /** Milliseconds on a monotonic scale with an arbitrary origin, with sub-millisecond precision. */
  now(): number;
  /** The wall clock, for names and for people. */
  date(): Date;
}

/** The machine's clocks. */
export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => new Date(),
};
