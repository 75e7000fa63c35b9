/** Starts a run and connects its log, trace file, collector and controls. */
import { systemClock } from '../lib/clock.js';
import { messageOf } from '../lib/error.js';
import { newRunId } from '../lib/id.js';
import { openEntry, type LedgerEntry } from '../ledger/enter-run.js';
import { MetricsCollector } from '../metrics/collector.js';
import { summarize, type RunSummary } from '../metrics/summary.js';
import type { RunState } from '../profile/run/run-state.js';
import { computeElapsed } from '../profile/run/waiting.js';
import { observeCalls } from '../runtime/calls/observe-calls.js';
import { watchConsole } from '../runtime/spans/console-capture.js';
import { RunControl } from '../runtime/control/run-control.js';
import { interceptExit } from '../runtime/node/uncaught.js';
import { createCapture, type CaptureLevel } from '../trace/capture/capture.js';
import { LiveFile, toLivePath } from '../trace/live/live-file.js';
import { LiveTexts } from '../trace/live/live-texts.js';
import { TraceFile } from '../trace/write/trace-file.js';
import { formatTraceFileName } from '../trace/files/trace-file-name.js';
import { TraceLog } from '../trace/write/event-log.js';
import { createRedactor, noRedactor } from '../trace/redact/redact.js';
import { BlobFile, toBlobPath } from '../trace/blobs/blob-writer.js';
import { openBlobs } from '../trace/blobs/blob-reader.js';
import { NO_BLOBS, createMemoryBlobs, type BlobWriter, type BlobStore } from '../trace/blobs/blob-store.js';
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
  const { clock = systemClock, env, onWarning = () => {} } = options;
  const runId = newRunId();
  const startedAt = clock.date();
  const log = new TraceLog(clock);
  const redactor = (options.redact ?? true) ? createRedactor({ env }) : noRedactor;
  const file = openFile(
    options,
    formatTraceFileName(redactor.text(options.name), startedAt, runId),
    onWarning,
  );
  const level = options.capture ?? 'preview';
  const { values, keep, flushNow, close } =
    level === 'none' ? keepsNothing : keepValues(file, level, onWarning);
  const capture = createCapture({ level, redactor, storeBlob: keep });
  const texts = new LiveTexts(() => ((options.redact ?? true) ? createRedactor({ env }) : noRedactor));
  const liveFile = file && new LiveFile(toLivePath(file.path), texts);
  // Where no values are captured, none are shown either.
  const stream = (span: number, textSoFar: string | undefined) => {
    if (level === 'none') return;
    texts.set(span, textSoFar);
    liveFile?.touch();
  };
  const collector = new MetricsCollector({ log, capture, prices: options.prices, values, stream });
  // Blobs are written before the event that refers to them, so that a killed process leaves a consistent trace.
  log.writeTo((reported) => {
    flushNow();
    file?.write(reported);
  });
  const entry = openLedgerEntry(options, { run: runId, startedAt, trace: file?.path }, onWarning);
  collector.emit(createRunStarted(options, collector, redactor, { run: runId, startedAt }));
  const stopObserving = observeCalls();
  const restoreExit = interceptExit();
  const unwatchConsole = watchConsole(options.echo);
  const control = new RunControl({
    limits: options.limits ?? {},
    spent: () => ({ ...collector.totals(), ms: computeElapsed(collector.state(), log.now()) }),
    onChange: (change, { reason, span, cause }) =>
      collector.emit({
        type: 'control.changed',
        change,
        ...(cause === undefined ? {} : { cause }),
        ...(reason === undefined ? {} : { reason }),
        ...(span === undefined ? {} : { span }),
      }),
  });
  const onCancel = () => collector.emit({ type: 'control.changed', change: 'cancel-requested' });
  options.signal?.addEventListener('abort', onCancel, { once: true });
  return {
    log,
    collector,
    control,
    tracePath: file?.path,
    values,
    texts,
    flushNow() {
      flushNow();
      file?.flushNow();
      liveFile?.close();
    },
    done: execute(options, collector, control).then(async (end) => {
      await collector.settled();
      stopObserving();
      restoreExit();
      unwatchConsole();
      options.signal?.removeEventListener('abort', onCancel);
      collector.emit(createRunFinished(end, collector, redactor));
      log.close();
      close();
      file?.close();
      liveFile?.close();
      const state = collector.state();
      const tracePath = file && !file.failed ? file.path : undefined;
      await entry?.enter(state, tracePath);
      const summary = summarize(state, { result: end.result, tracePath });
      return { ...end, summary, state, tracePath };
    }),
  };
}

type KeptValues = Readonly<{
  values: BlobStore;
  keep?: BlobWriter['storeBlob'];
  flushNow: () => void;
  close: () => void;
}>;

const keepsNothing: KeptValues = { values: NO_BLOBS, flushNow: () => {}, close: () => {} };

/** Stores full values in a blob file next to the trace; in memory without a trace. */
function keepValues(
  trace: TraceFile | undefined,
  level: CaptureLevel,
  onWarning: (message: string) => void,
): KeptValues {
  if (!trace) {
    const values = level === 'full' ? createMemoryBlobs(Infinity) : createMemoryBlobs();
    return { ...keepsNothing, values, keep: values.storeBlob };
  }
  const path = toBlobPath(trace.path);
  const file = new BlobFile(path, (why) =>
    onWarning(`Full values are no longer saved: ${why}. The run continues; its trace shows them truncated.`),
  );
  return {
    values: openBlobs(path),
    keep: (whole) => file.storeBlob(whole),
    flushNow: () => file.flushNow(),
    close: () => file.close(),
  };
}

/** Before the first event of the trace: a process that is killed right after it leaves its run marked. */
function openLedgerEntry(
  { ledger, simulated, choice }: SessionOptions,
  { run, startedAt, trace }: Readonly<{ run: string; startedAt: Date; trace: string | undefined }>,
  onWarning: (message: string) => void,
): LedgerEntry | undefined {
  if (!ledger || simulated) return undefined;
  const pending = {
    run,
    at: startedAt.toISOString(),
    model: `${choice.provider}/${choice.model}`,
    ...(trace === undefined ? {} : { trace }),
  };
  return openEntry(ledger, pending, onWarning);
}

function openFile(
  options: SessionOptions,
  name: string,
  onWarning: (message: string) => void,
): TraceFile | undefined {
  if (options.traceDir === undefined) return undefined;
  const warn = (why: string) => onWarning(`The trace is not saved: ${why}. The run continues.`);
  try {
    return new TraceFile(options.traceDir, name, warn);
  } catch (error) {
    warn(messageOf(error));
    return undefined;
  }
}
