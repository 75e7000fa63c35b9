/** Runs a computation in slices between which key presses and frames are handled. */
import { setImmediate } from 'node:timers/promises';

/** How long a slice may take: a key press waits for it. */
const SLICE_MS = 8;

/** Runs the steps of a computation to its end; undefined if it was aborted meanwhile. */
export async function runSliced<S, T>(
  steps: Generator<S, T>,
  { signal, onStep }: Readonly<{ signal: AbortSignal; onStep?: (step: S) => void }>,
): Promise<T | undefined> {
  let until = performance.now() + SLICE_MS;
  for (let next = steps.next(); ; next = steps.next()) {
    if (next.done) return next.value;
    onStep?.(next.value);
    if (performance.now() < until) continue;
    await setImmediate();
    if (signal.aborted) return undefined;
    until = performance.now() + SLICE_MS;
  }
}
