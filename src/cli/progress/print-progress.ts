/** Prints a line for each node of a run on stderr as it finishes. */
import { spokenEnd, spokenStart } from '../../export/spoken.js';
import { lineFor } from '../../export/text-summary.js';
import { deriveWarnings, formatWarning } from '../../profile/analysis/warnings.js';
import type { RunState, Span } from '../../profile/run/run-state.js';
import type { Session } from '../../session/session.js';
import type { TraceEvent } from '../../trace/event/event.js';
import { say, warn } from '../io/console.js';

/** How progress is printed: short lines, or sentences for a screen reader. */
export type ProgressOptions = Readonly<{
  aloud: boolean;
  /** Whether the run is in progress, so that starting nodes are reported too. */
  live: boolean;
}>;

/** Prints a line on stderr for each node of a run as it finishes. */
export function reportProgress({ log, collector }: Pick<Session, 'log' | 'collector'>, aloud = false): void {
  const sayEvent = (event: TraceEvent) => printProgress(event, collector.state(), { aloud, live: true });
  // Nodes that have started already.
  if (aloud) log.all.forEach(sayEvent);
  log.subscribe(sayEvent);
}

/** Prints the line of the node that an event finishes, if it finishes one. */
export function printProgress(event: TraceEvent, state: RunState, telling: ProgressOptions): void {
  warnOfLoop(event, state);
  if (telling.aloud) return saySentence(event, state, telling);
  const span = event.type === 'span.finished' ? state.spans.get(event.span) : undefined;
  if (span?.kind !== 'node') return;
  say(nodeLine(state, span));
}

/** Prints the warning of a loop as it is found: the summary at the end, which repeats no warning, may be far away. */
export function warnOfLoop(event: TraceEvent, state: RunState): void {
  if (event.type !== 'control.changed' || event.change !== 'loop-warned') return;
  const warning = deriveWarnings(state).findLast(({ code }) => code === 'loop_without_progress');
  if (warning) warn(formatWarning(warning));
}

/** The lines of the nodes that finished at or after an event, in that order. */
export function nodeLinesSince(state: RunState, seq: number): readonly string[] {
  return [...state.spans.values()]
    .filter(({ kind, finishedSeq }) => kind === 'node' && finishedSeq !== undefined && finishedSeq >= seq)
    .toSorted((a, b) => a.finishedSeq! - b.finishedSeq!)
    .map((span) => nodeLine(state, span));
}

function nodeLine(state: RunState, span: Span): string {
  const indent = '  '.repeat(Math.max(0, span.depth - 1));
  return indent + lineFor(state, span, { columns: columnsOfStderr() - indent.length });
}

/** Screen-reader mode also reports starting nodes: silence would not show progress. */
function saySentence(event: TraceEvent, state: RunState, { live }: ProgressOptions): void {
  if (event.type !== 'span.started' && event.type !== 'span.finished') return;
  const span = state.spans.get(event.span);
  if (span?.kind !== 'node' && span?.kind !== 'stage') return;
  if (event.type === 'span.finished') say(spokenEnd(span));
  else if (live) say(spokenStart(span));
}

/** The width of the terminal on stderr; infinite if stderr is not a terminal. */
export function columnsOfStderr(): number {
  return process.stderr.isTTY ? process.stderr.columns : Number.POSITIVE_INFINITY;
}
