/** Shows the progress of a run on a terminal: a live line, a line for each finished node, and the answer as it streams. */
import { lineFor } from '../../export/text-summary.js';
import type { RunState, Span } from '../../profile/run/run-state.js';
import { iterateAncestors } from '../../profile/run/span-tree.js';
import { findAnswerNode } from '../../session/result.js';
import type { Session } from '../../session/session.js';
import type { TraceEvent } from '../../trace/event/event.js';
import { colourDepth } from '../../view/base/theme.js';
import type { Workflow } from '../../workflow/format/ir.js';
import { say } from '../io/console.js';
import { AnswerStream } from './answer-stream.js';
import { formatLiveLine, nameItem } from './live-line.js';
import { columnsOfStderr, warnOfLoop } from './print-progress.js';
import { StatusLine } from './status-line.js';

/** Time in ms between two images of the spinner. */
const TICK_MS = 100;

/** The progress of a run on a terminal. */
export type LiveProgress = Readonly<{
  /** The workflow is known: the answer that becomes its output is streamed from now on. */
  knows(workflow: Workflow): void;
  /** Erases the live line. Returns the answer that was printed in full while it streamed. */
  close(): string | undefined;
}>;

/** Shows the progress until `close`. An answer is streamed only if stdout is this terminal too. */
export function showProgress(session: Pick<Session, 'log' | 'collector' | 'texts'>): LiveProgress {
  const { log, collector, texts } = session;
  const { stdout, stderr } = process;
  const isColoured = colourDepth(process.env) !== 'none';
  let frame = 0;
  const status = new StatusLine({
    stream: stderr,
    others: stdout.isTTY ? [stdout] : [],
    render(columns) {
      const line = formatLiveLine(collector.state(), log.now(), { columns, frame });
      return isColoured && line !== '' ? `\u001b[36m${line[0]}\u001b[39m${line.slice(1)}` : line;
    },
  });
  const answer = stdout.isTTY ? new AnswerStream(texts, (text) => void stdout.write(text)) : undefined;
  const onEvent = (event: TraceEvent): void => {
    const state = collector.state();
    answer?.apply(event, state);
    warnOfLoop(event, state);
    if (event.type === 'span.finished') printFinished(state, state.spans.get(event.span));
  };
  log.all.forEach(onEvent);
  log.subscribe(onEvent);
  const timer = setInterval(() => {
    frame++;
    answer?.update();
    status.update();
  }, TICK_MS).unref();
  const close = (): void => {
    clearInterval(timer);
    status.close();
  };
  process.once('exit', close);
  return {
    knows(workflow) {
      if (answer) answer.node = findAnswerNode(workflow);
    },
    close() {
      close();
      process.off('exit', close);
      return answer?.complete;
    },
  };
}

/** Prints the line of a finished node; the planner is one line. */
function printFinished(state: RunState, span: Span | undefined): void {
  if (span?.kind === 'stage' && span.name === 'planner') return say(formatPlannerLine(state, span));
  if (span?.kind !== 'node') return;
  const above = [...iterateAncestors(state, span.parent)];
  if (above.at(-1)?.name === 'planner') return;
  const items = above.filter(({ kind }) => kind === 'item').toReversed();
  const name = span.visit > 1 ? `${span.name} #${span.visit}` : span.name;
  const place = items.length > 0 ? ` (${items.map(nameItem).join(', ')})` : '';
  const indent = '  '.repeat(Math.max(0, span.depth - 1));
  say(indent + lineFor(state, span, { columns: columnsOfStderr() - indent.length, name: name + place }));
}

function formatPlannerLine(state: RunState, stage: Span): string {
  const repairs = stage.children.filter((id) => state.spans.get(id)?.outcome?.retryReason !== undefined);
  const name = `${stage.status === 'ok' ? 'planned' : 'planning'}${repairs.length > 0 ? ' ↻ after a repair' : ''}`;
  return lineFor(state, stage, { columns: columnsOfStderr(), name });
}
