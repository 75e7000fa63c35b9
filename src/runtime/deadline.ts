import type { PflowError } from '../lib/error.js';
import { timerMs } from '../lib/timer.js';

/** A signal that is aborted with the outer one, or after `ms`. */
export function deadline(
  outer: AbortSignal | undefined,
  ms: number | undefined,
  reason: () => PflowError,
): { signal: AbortSignal; clear(): void } {
  const controller = new AbortController();
  const stop = () => controller.abort(outer?.reason);
  if (outer?.aborted) stop();
  outer?.addEventListener('abort', stop, { once: true });
  const timer = ms === undefined ? undefined : setTimeout(() => controller.abort(reason()), timerMs(ms));
  return {
    signal: controller.signal,
    clear() {
      clearTimeout(timer);
      outer?.removeEventListener('abort', stop);
    },
  };
}
