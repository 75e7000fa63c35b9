import type { RunState, Span } from '../../profile/run/run-state.js';

/** A span that began (`before` is undefined) or became another since it was last looked at. */
export type SpanChange = Readonly<{ before: Span | undefined; after: Span }>;

/**
 * Something made from all spans of a run that is brought up to date by those that changed. Drawing stays a pure function of
 * the run; that most of a run stands still from one frame to the next is merely made use of. Another run begins it anew.
 */
export function foldSpans<Value>(
  begin: (run: RunState) => Value,
  apply: (value: Value, change: SpanChange, run: RunState) => void,
): (run: RunState) => Value {
  let last: { run: RunState; events: number; seen: Span[]; value: Value } | undefined;
  return (run) => {
    if (last === undefined || last.run !== run || run.events < last.events)
      last = { run, events: -1, seen: [], value: begin(run) };
    if (run.events === last.events) return last.value;
    const { seen, value } = last;
    let i = 0;
    // Spans keep their place in the map and are replaced when they change, so to compare them is to find what happened.
    for (const after of run.spans.values()) {
      const before = seen[i];
      if (before !== after) {
        seen[i] = after;
        apply(value, { before, after }, run);
      }
      i++;
    }
    last.events = run.events;
    return value;
  };
}
