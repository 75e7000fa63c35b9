/** The time cursor: the moment at which the screen shows the run, instead of now. */
export type TimeCursor = Readonly<{
  /** The number of events applied. */
  at: number;
  /** Milliseconds since the run began. */
  now: number;
  /** Playback speed as a multiple of real time; 0 is paused. */
  speed: number;
}>;

/** Maximum playback speed. */
export const MAX_SPEED = 64;
