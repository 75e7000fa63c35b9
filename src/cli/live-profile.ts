import type { PriceTable } from '../pricing/table.js';
import { createProfile } from '../profile/profile.js';
import type { RunState } from '../profile/state.js';
import type { TraceEvent } from '../trace/event.js';

/** A profile that says when it has changed: what a screen draws from. */
export type LiveProfile = Readonly<{
  state(): RunState;
  apply(events: Iterable<TraceEvent>): void;
  subscribe(listener: () => void): () => void;
}>;

/** An empty profile to begin with: a screen can stand before its run has begun. */
export function createLiveProfile(prices: PriceTable): LiveProfile {
  const profile = createProfile({ prices });
  const listeners = new Set<() => void>();
  return {
    state: () => profile.state,
    apply(events) {
      for (const event of events) profile.apply(event);
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
