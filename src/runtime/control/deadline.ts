/** Derives an abort signal with a timeout from another signal. */
import type { PflowError } from '../../lib/error.js';
import { clampDelay } from '../../lib/timer.js';

/**
 * A signal that aborts with the outer one, after `ms`, or when `abort` is called. `clear` releases timer and listener.
 */
export function createDeadline(
  outer: AbortSignal | undefined,
  ms: number | undefined,
  reason: () => PflowError,
): { signal: AbortSignal; abort(reason: PflowError): void; clear(): void } {
  const controller = new AbortController();
  const stop = () => controller.abort(outer?.reason);
  if (outer?.aborted) stop();
  outer?.addEventListener('abort', stop, { once: true });
  const timer = ms === undefined ? undefined : setTimeout(() => controller.abort(reason()), clampDelay(ms));
  return {
    signal: controller.signal,
    abort: (reason) => controller.abort(reason),
    clear() {
      clearTimeout(timer);
      outer?.removeEventListener('abort', stop);
    },
  };
}
