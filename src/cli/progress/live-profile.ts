/** A run state that notifies its subscribers of new events. */
import { createHistory, type History, type HistoryOptions } from '../../profile/store/store-history.js';
import { indexStores } from '../../profile/store/snapshot.js';
import type { RunState } from '../../profile/run/run-state.js';
import type { TraceEvent } from '../../trace/event/event.js';

/** The state and history of a run in progress; subscribers are notified of every change. */
export type LiveProfile = Readonly<{
  state(): RunState;
  history: History;
  apply(events: Iterable<TraceEvent>): void;
  subscribe(listener: () => void): () => void;
}>;

/** Creates an empty profile: the screen opens before the run starts. */
export function createLiveProfile(options: HistoryOptions): LiveProfile {
  const history = createHistory(options);
  const listeners = new Set<() => void>();
  return {
    state: () => history.state,
    history,
    apply(events) {
      for (const event of events) history.apply(event);
      indexStores(history.state);
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
