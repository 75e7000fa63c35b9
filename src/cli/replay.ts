import { textSummary } from '../export/text.js';
import { loadPrices } from '../pricing/load.js';
import type { TraceEvent } from '../trace/event.js';
import { defaultTraceDir } from '../trace/file-name.js';
import { findTrace } from '../trace/find.js';
import { followTrace } from '../trace/follow.js';
import type { TraceWarning } from '../trace/parse.js';
import { readTraceInPieces } from '../trace/read.js';
import { isFullTerminal, say, warn } from './console.js';
import { exitCodes, type ExitCode } from './exit-code.js';
import { createLiveProfile } from './live-profile.js';
import { columnsOfStderr, sayProgress } from './progress.js';

export type ReplayOptions = Readonly<{
  /** A file, a run id or `latest`. */
  reference: string;
  /** Whether another process is still writing it. */
  follow: boolean;
  traceDir?: string | undefined;
}>;

/** Opens a trace in the profiler, or tells it in lines where there is no full terminal. */
export async function replay({ reference, follow, traceDir }: ReplayOptions): Promise<ExitCode> {
  const { env, stdin, stdout } = process;
  const path = findTrace(reference, traceDir ?? defaultTraceDir(env));
  const profile = createLiveProfile(loadPrices().prices);
  const onScreen = isFullTerminal();
  const closing = new AbortController();
  const notes: string[] = [];
  const onWarning = ({ line, message }: TraceWarning) => void notes.push(`${path}:${line}: ${message}`);
  let isWritten = follow;
  const onWriterGone = () => void (isWritten = false);
  const pieces = follow
    ? inPieces(followTrace(path, { signal: closing.signal, onWarning, onWriterGone }))
    : readTraceInPieces(path, { onWarning });

  // What is no trace is found out before there is a screen.
  const first = await pieces.next();
  take(first.value ?? []);
  const reading = readRest();
  if (onScreen) {
    const { runTui } = await import('../tui/run-tui.js');
    await runTui({ source: { ...profile, now }, live: follow, stdin, stdout, env });
    closing.abort();
  }
  await reading;

  for (const note of notes) warn(note);
  const { finished } = profile.state();
  if (!finished && !isWritten)
    warn('The trace has no end: the process that wrote it was stopped, or is still writing it.');
  say(textSummary(profile.state(), { tracePath: path, columns: columnsOfStderr() }));
  return exitCodes.done;

  async function readRest(): Promise<void> {
    for await (const events of pieces) {
      if (closing.signal.aborted) return;
      take(events);
    }
  }

  function take(events: readonly TraceEvent[]): void {
    profile.apply(events);
    if (!onScreen) for (const event of events) sayProgress(event, profile.state());
  }

  /** The time of a run that is being written goes on between its events. */
  function now(): number {
    const { lastAt, started } = profile.state();
    return isWritten && started ? Math.max(lastAt, Date.now() - Date.parse(started.startedAt)) : lastAt;
  }
}

async function* inPieces(events: AsyncIterable<TraceEvent>): AsyncGenerator<readonly TraceEvent[]> {
  for await (const event of events) yield [event];
}
