/** Opens what a run is recorded with: its log, its trace file with the full values next to it, its collector and its ledger entry. */
import { systemClock, type Clock } from '../lib/clock.js';
import { messageOf } from '../lib/error.js';
import { newRunId } from '../lib/id.js';
import { openEntry, type LedgerEntry } from '../ledger/enter/enter-run.js';
import { MetricsCollector } from '../metrics/collector.js';
import type { RunState } from '../profile/run/run-state.js';
import type { PriceTable } from '../pricing/table/price-table.js';
import { NO_BLOBS, createMemoryBlobs, type BlobStore, type BlobWriter } from '../trace/blobs/blob-store.js';
import { openBlobs } from '../trace/blobs/blob-reader.js';
import { BlobFile, toBlobPath } from '../trace/blobs/blob-writer.js';
import { createCapture, type CaptureLevel } from '../trace/capture/capture.js';
import { formatTraceFileName } from '../trace/files/trace-file-name.js';
import { LiveFile, toLivePath } from '../trace/live/live-file.js';
import { LiveTexts } from '../trace/live/live-texts.js';
import { createRedactor, noRedactor, type Redactor } from '../trace/redact/redact.js';
import { TraceLog } from '../trace/write/event-log.js';
import { TraceFile } from '../trace/write/trace-file.js';

/** How a run is recorded. */
export type RecordingOptions = Readonly<{
  /** Display name of the run, in lists and file names. */
  name: string;
  prices: PriceTable;
  env: Readonly<Record<string, string | undefined>>;
  /** Folder for the trace file; undefined writes none. */
  traceDir?: string | undefined;
  /** Folder of the ledger; absent enters nothing, and false records in the trace that nothing is to be entered. */
  ledger?: string | false | undefined;
  capture?: CaptureLevel;
  redact?: boolean;
  simulated?: boolean;
  onWarning?: (message: string) => void;
  /** Keeps the process from exiting until telemetry has been exported, at most two seconds. */
  holdExit?: (until: Promise<void>) => void;
  clock?: Clock;
}>;

/** The recording of a run in progress. */
export type Recording = Readonly<{
  runId: string;
  startedAt: Date;
  log: TraceLog;
  collector: MetricsCollector;
  redactor: Redactor;
  tracePath: string | undefined;
  /** The full values of what the run's events show truncated. */
  values: BlobStore;
  /** The text of calls in progress. */
  texts: LiveTexts;
  /** Writes everything buffered to disk, for a process that is about to exit. */
  flushNow(): void;
  /** Closes log and files and enters the run into the ledger. Returns the trace's path unless it could not be written. */
  close(): Promise<{ state: RunState; tracePath: string | undefined }>;
}>;

/** Opens the recording of a run that starts now. `model` is the chosen one, as `provider/model`. */
export function openRecording(options: RecordingOptions, model: string | undefined): Recording {
  const { clock = systemClock, env, onWarning = () => {} } = options;
  const runId = newRunId();
  const startedAt = clock.date();
  const log = new TraceLog(clock);
  const createOwnRedactor = () => ((options.redact ?? true) ? createRedactor({ env }) : noRedactor);
  const redactor = createOwnRedactor();
  const file = openFile(
    options,
    formatTraceFileName(redactor.text(options.name), startedAt, runId),
    onWarning,
  );
  const level = options.capture ?? 'preview';
  const kept = level === 'none' ? keepsNothing : keepValues(file, level, onWarning);
  const { values, keep } = kept;
  const capture = createCapture({ level, redactor, storeBlob: keep });
  const texts = new LiveTexts(createOwnRedactor);
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
    kept.flushNow();
    file?.write(reported);
  });
  const entry = openLedgerEntry(options, { run: runId, startedAt, trace: file?.path, model }, onWarning);
  return {
    runId,
    startedAt,
    log,
    collector,
    redactor,
    tracePath: file?.path,
    values,
    texts,
    flushNow() {
      kept.flushNow();
      file?.flushNow();
      liveFile?.close();
    },
    async close() {
      log.close();
      kept.close();
      file?.close();
      liveFile?.close();
      const state = collector.state();
      const tracePath = file && !file.failed ? file.path : undefined;
      await entry?.enter(state, tracePath);
      return { state, tracePath };
    },
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
  { ledger, simulated }: RecordingOptions,
  {
    run,
    startedAt,
    trace,
    model,
  }: Readonly<{ run: string; startedAt: Date; trace: string | undefined; model: string | undefined }>,
  onWarning: (message: string) => void,
): LedgerEntry | undefined {
  if (!ledger || simulated) return undefined;
  const pending = {
    run,
    at: startedAt.toISOString(),
    ...(model === undefined ? {} : { model }),
    ...(trace === undefined ? {} : { trace }),
  };
  return openEntry(ledger, pending, onWarning);
}

function openFile(
  options: RecordingOptions,
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
