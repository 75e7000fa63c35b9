/** Decides when to draw: at once after a key, and at most once an interval for everything else. */
export interface Scheduler {
  /** Something changed; it shows within the interval. */
  touch(): void;
  /** Draws now. */
  flush(): void;
  stop(): void;
}

/** A scheduler that calls `draw`. */
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
