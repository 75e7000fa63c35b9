/** The advice on a run as the screen shows it: made once, and only of a run that does not change any more. */
import type { RunState } from '../../profile/run/run-state.js';
import type { Advice } from './advice-call.js';
import { listAdvice } from './list-advice.js';

/** A longer run is not searched while the screen waits; `pflow trace show` does. */
const MOST_SPANS = 20_000;

const known = new WeakMap<object, readonly Advice[]>();

/** The advice on a finished run, the most valuable first; memoized by its last event. */
export function adviseOnRun(state: RunState): readonly Advice[] {
  const { finished, spans, prices } = state;
  if (!finished || spans.size > MOST_SPANS) return [];
  const advice = known.get(finished) ?? listAdvice(state, prices);
  known.set(finished, advice);
  return advice;
}
