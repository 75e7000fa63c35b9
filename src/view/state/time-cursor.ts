/** A moment of the run at which the screen stands instead of now. */
export type TimeCursor = Readonly<{
  /** How many events have happened. */
  at: number;
  /** ms since the run began. */
  now: number;
  /** How many times as fast as the run it moves; 0 stands still. */
  speed: number;
}>;

/** The fastest that a run is played. */
export const MAX_SPEED = 64;
