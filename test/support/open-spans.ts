import type { TraceEvent } from '../../src/trace/event/event.js';

/** The names of the spans that start and never finish. */
export function openSpans(events: readonly TraceEvent[]): string[] {
  const open = new Map<number, string>();
  for (const event of events) {
    if (event.type === 'span.started') open.set(event.span, event.name);
    if (event.type === 'span.finished') open.delete(event.span);
  }
  return [...open.values()];
}
