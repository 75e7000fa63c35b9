import type { RunState } from './run-state.js';

/** How long the run stood still for a person, in ms: it had a question, or was paused. What still ran beside it is not told apart. */
export function waitedMs(state: RunState, now: number): number {
  let waited = 0;
  let since: number | undefined;
  let asking = false;
  let paused = false;
  const end = state.finished?.at ?? now;
  for (const { at, change } of state.controls) {
    if (change === 'asked' || change === 'answered') asking = change === 'asked';
    if (change === 'paused' || change === 'breakpoint') paused = true;
    if (change === 'resumed') paused = false;
    if (asking || paused) since ??= at;
    else if (since !== undefined) {
      waited += at - since;
      since = undefined;
    }
  }
  return waited + (since === undefined ? 0 : Math.max(0, end - since));
}
