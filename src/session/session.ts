/** Starts a run and connects its log, trace file, collector and controls. */
import { LoopWatch } from '../insights/advice/advise-loops.js';
import { summarize, type RunSummary } from '../metrics/summary.js';
import type { Warning } from '../profile/analysis/warnings.js';
import type { RunState } from '../profile/run/run-state.js';
import { computeElapsed } from '../profile/run/waiting.js';
import { observeCalls } from '../runtime/calls/observe-calls.js';
import { refuseCalls } from '../runtime/calls/refuse-calls.js';
import { watchConsole } from '../runtime/spans/console-capture.js';
import { RunControl } from '../runtime/control/run-control.js';
import { interceptExit } from '../runtime/node/uncaught.js';
import type { MetricsCollector } from '../metrics/collector.js';
import type { BlobStore } from '../trace/blobs/blob-store.js';
import type { LiveTexts } from '../trace/live/live-texts.js';
import type { TraceLog } from '../trace/write/event-log.js';
import { startLiveExport } from './live-export.js';
import type { Verified } from './verify/verify-run.js';
import { openRecording, type Recording } from './recording.js';
import { execute, type End } from './execute.js';
import type { SessionOptions } from './session-options.js';
import { createRunFinished, createRunStarted } from './run-events.js';

/** How a run finished, with its metrics. */
export type SessionResult = End &
  Readonly<{
    summary: RunSummary;
    state: RunState;
    tracePath: string | undefined;
  }>;

/** A run in progress. */
export type Session = Readonly<{
  log: TraceLog;
  collector: MetricsCollector;
  /** Pause, step and breakpoints. */
  control: RunControl;
  tracePath: string | undefined;
  /** The full values of what its events show truncated. */
  values: BlobStore;
  /** The text of calls in progress. */
  texts: Pick<LiveTexts, 'textOf'>;
  /** Resolves when the run has finished, whatever its status; never rejects. */
  done: Promise<SessionResult>;
  /** Writes everything buffered to disk, for a process that is about to exit. */
  flushNow(): void;
}>;

/** Starts a run: planner (for a request), then workflow, with one MetricsCollector and one trace. */
export function startSession(options: SessionOptions): Session {
  const { choice } = options;
  const recording = openRecording(options, `${choice.provider}/${choice.model}`);
  const { log, collector, redactor } = recording;
  collector.emit(
    createRunStarted(options, collector, redactor, { run: recording.runId, startedAt: recording.startedAt }),
  );
  const exporting = startLiveExport(recording, options, collector.state().started?.traceparent);
  const stopObserving = observeCalls();
  const restoreExit = interceptExit();
  const unwatchConsole = watchConsole(options.echo);
  const loops = new LoopWatch();
  const control = new RunControl({
    limits: options.limits ?? {},
    spent: () => ({ ...collector.totals(), ms: computeElapsed(collector.state(), log.now()) }),
    findLoop: () => loops.check(collector.state()),
    onChange: (change, { reason, span, cause }) =>
      collector.emit({
        type: 'control.changed',
        change,
        ...(cause === undefined ? {} : { cause }),
        ...(reason === undefined ? {} : { reason }),
        ...(span === undefined ? {} : { span }),
      }),
  });
  const stopRefusing = control.mayRefuse ? refuseCalls(collector, () => control.beforeCall()) : undefined;
  const onCancel = () => collector.emit({ type: 'control.changed', change: 'cancel-requested' });
  options.signal?.addEventListener('abort', onCancel, { once: true });
  return {
    log,
    collector,
    control,
    tracePath: recording.tracePath,
    values: recording.values,
    texts: recording.texts,
    flushNow: () => recording.flushNow(),
    done: execute(options, collector, control, exporting.traceparentOf).then(async (ended) => {
      const end = {
        ...ended,
        warnings: [...(options.warnings ?? []), ...ended.warnings, ...unusedInput(options, ended)],
      };
      await collector.settled();
      const { verified, failure, unverified = [] } = await verify(options, ended, recording);
      stopObserving();
      stopRefusing?.();
      restoreExit();
      unwatchConsole();
      options.signal?.removeEventListener('abort', onCancel);
      const finished = { ...end, ...failure, warnings: [...end.warnings, ...unverified] };
      collector.emit(createRunFinished(finished, collector, redactor, verified));
      const { state, tracePath } = await recording.close();
      exporting.finish();
      const summary = summarize(state, { result: end.result, tracePath });
      return { ...end, ...failure, summary, state, tracePath };
    }),
  };
}

/** The verdicts on a run that succeeded; a command that cannot be run, or is interrupted, ends the run as the error states. */
async function verify(
  { verify: verifications = [], signal }: SessionOptions,
  { status, printed, outputOf }: End,
  { collector, redactor }: Recording,
): Promise<{ verified?: Verified[]; unverified?: Warning[]; failure?: Pick<End, 'status' | 'error'> }> {
  if (verifications.length === 0 || status !== 'ok') return {};
  const answerOf = (node: string | undefined) => (node === undefined ? printed : outputOf?.(node));
  try {
    const { verifyRun } = await import('./verify/verify-run.js');
    return {
      unverified: verifications.flatMap(({ node }) =>
        answerOf(node) === undefined ? [warnOfUnverified(node)] : [],
      ),
      verified: await verifyRun(verifications, answerOf, {
        collector,
        redactor,
        ...(signal ? { signal } : {}),
      }),
    };
  } catch (error) {
    return { failure: { status: signal?.aborted ? 'cancelled' : 'failed', error: signal?.reason ?? error } };
  }
}

function warnOfUnverified(node: string | undefined): Warning {
  const what = node === undefined ? 'The result' : `The output of node '${node}'`;
  return { code: 'answer_unverified', message: `${what} was not verified: it is missing.` };
}

/** The warning of piped input that nothing has read; it may explain a failure too. */
function unusedInput({ hasUnusedInput }: SessionOptions, { status }: End): Warning[] {
  if (status === 'cancelled' || !hasUnusedInput?.()) return [];
  const message = 'The piped input was not used: no input of the workflow is declared with `stdin: true`.';
  return [{ code: 'stdin_unused', message }];
}
