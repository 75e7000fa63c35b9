import type { RunState } from './run-state.js';

/** How long the run waited for its user, in ms: it asked a question or was paused. What still ran meanwhile is not separated. */
export function waitedMs(state: RunState, now: number): number {
  return waitingIntervals(state, now).reduce((sum, { from, to }) => sum + to - from, 0);
}

/** The stretches of time, in ms since the run began, in which it waited for its user. They do not overlap. */
export function waitingIntervals(state: RunState, now: number): { from: number; to: number }[] {
  const intervals: { from: number; to: number }[] = [];
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
      intervals.push({ from: since, to: at });
      since = undefined;
    }
  }
  if (since !== undefined && end > since) intervals.push({ from: since, to: end });
  return intervals;
}
