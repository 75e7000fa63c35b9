/** Incremental aggregation over the spans of a run: recomputes only spans whose identity changed. */

import type { RunState, Span } from '../run/run-state.js';

/** A span that started (`before` is undefined) or changed since the last update. */
export type SpanChange = Readonly<{ before: Span | undefined; after: Span }>;

/**
 * An aggregate over all spans of a run, updated from the changed spans only. Rendering stays a pure function of the run;
 * this is a cache. A different run resets it.
 */
export function aggregateSpans<Value>(
  begin: (run: RunState) => Value,
  apply: (value: Value, change: SpanChange, run: RunState) => void,
): (run: RunState) => Value {
  let last: { run: RunState; events: number; version: number; seen: Span[]; value: Value } | undefined;
  return (run) => {
    if (last === undefined || last.run !== run || run.events < last.events)
      last = { run, events: -1, version: -1, seen: [], value: begin(run) };
    if (run.events === last.events) return last.value;
    const { seen, value, version } = last;
    // Spans keep their position and are replaced on change, so comparing identities finds the changes.
    run.spans.visitChanged(version, (after, place) => {
      const before = seen[place];
      if (before === after) return;
      seen[place] = after;
      apply(value, { before, after }, run);
    });
    last.version = run.spans.version;
    last.events = run.events;
    return value;
  };
}
