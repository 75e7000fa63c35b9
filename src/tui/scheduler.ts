/** Schedules rendering: immediately after a key press, at most once per interval otherwise. */

/** A render scheduler. */
export interface Scheduler {
  /** Marks the screen as changed; it renders within the interval. */
  touch(): void;
  /** Renders now. */
  flush(): void;
  stop(): void;
}

/** Creates a scheduler that calls `draw`. */
export function createScheduler(draw: () => void, intervalMs: number): Scheduler {
  let timer: NodeJS.Timeout | undefined;
  let drawnAt = Number.NEGATIVE_INFINITY;
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    drawnAt = performance.now();
    draw();
  };
  return {
    touch() {
      timer ??= setTimeout(flush, Math.max(0, drawnAt + intervalMs - performance.now()));
    },
    flush,
    stop() {
      clearTimeout(timer);
    },
  };
}
