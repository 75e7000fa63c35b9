import { lineFor } from '../export/text.js';
import type { RunState } from '../profile/state.js';
import type { Session } from '../session/session.js';
import type { TraceEvent } from '../trace/event.js';
import { say } from './console.js';

/** Says a line on stderr for each node of a run as it ends. */
export function reportProgress({ log, collector }: Pick<Session, 'log' | 'collector'>): void {
  log.subscribe((event) => sayProgress(event, collector.state()));
}

/** Says the line of the node that an event ends, if it ends one. */
export function sayProgress(event: TraceEvent, state: RunState): void {
  const span = event.type === 'span.finished' ? state.spans.get(event.span) : undefined;
  if (span?.kind !== 'node') return;
  const indent = '  '.repeat(Math.max(0, span.depth - 1));
  say(indent + lineFor(span, { columns: columnsOfStderr() - indent.length }));
}

/** The width of the terminal that stderr is; without end where it is none. */
export function columnsOfStderr(): number {
  return process.stderr.isTTY ? process.stderr.columns : Number.POSITIVE_INFINITY;
}
