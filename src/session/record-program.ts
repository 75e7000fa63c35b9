/** Records an observed program as a run: its processes, its calls, its limits and its end. */
import { messageOf, PflowError } from '../lib/error.js';
import { formatUsd } from '../lib/text/format.js';
import { createGateway } from '../collect/gateway/gateway.js';
import { ObservedClock } from '../collect/program/observed-clock.js';
import { ProgramObserver } from '../collect/program/observe-program.js';
import { ProgramTree } from '../collect/program/program-tree.js';
import { serveProgram } from '../collect/program/serve-program.js';
import { OtlpForwarder } from '../collect/receiver/forward-otlp.js';
import { TelemetryRecorder } from '../collect/telemetry/telemetry-recorder.js';
import { joinIds } from '../importers/formats/otlp-span.js';
import type { ProgramExit, StartedProgram } from '../collect/program/start-program.js';
import { LoopWatch } from '../insights/advice/advise-loops.js';
import type { MetricsCollector } from '../metrics/collector.js';
import type { RunState } from '../profile/run/run-state.js';
import type { BlobStore } from '../trace/blobs/blob-store.js';
import type { RunStatus } from '../trace/event/event.js';
import type { LiveTexts } from '../trace/live/live-texts.js';
import { toTracedError } from '../trace/record/trace-span.js';
import type { TraceLog } from '../trace/write/event-log.js';
import type { ProgramCalls } from './models/program-calls.js';
import { openRecording, type Recording } from './recording.js';
import { createProgramStarted, type RunOrigin } from './run-events.js';

/** The recording of a program that runs. */
export type ProgramRecording = Readonly<{
  log: TraceLog;
  collector: MetricsCollector;
  values: BlobStore;
  texts: Pick<LiveTexts, 'textOf'>;
  /** Records output of the program as its log. */
  logOutput(stream: 'stdout' | 'stderr', text: string): void;
  /** Resolves when the program has exited and everything is recorded. */
  done: Promise<ProgramResult>;
  flushNow(): void;
}>;

export type ProgramResult = Readonly<{
  exit: ProgramExit;
  state: RunState;
  tracePath: string | undefined;
}>;

/** How long an exited program is waited for: for its last requests, and for telemetry to reach the user's own endpoint. In ms. */
const DRAIN_MS = 500;
const FORWARD_MS = 2000;

/** Begins to record a program that was started. Of the limits, those on cost and tokens apply to its next calls through the gateway. */
export function recordProgram(
  program: StartedProgram,
  origin: RunOrigin,
  { file, answer }: ProgramCalls = {},
): ProgramRecording {
  const clock = new ObservedClock();
  let opened: Recording | undefined;
  let tree: ProgramTree | undefined;
  // The run begins when the program did, which is some time before this is loaded.
  clock.at(program.startedAtMs, () => {
    opened = openRecording({ ...origin, clock }, undefined);
    const { collector, redactor, runId: run, startedAt } = opened;
    const { traceparent } = program;
    collector.emit(createProgramStarted({ ...origin, traceparent }, collector, redactor, { run, startedAt }));
    tree = new ProgramTree(collector, origin.name);
  });
  const recording = opened!;
  const { collector } = recording;
  const root = tree!;
  if (program.child.pid !== undefined) root.setRoot(program.child.pid);
  const onError = (error: unknown): void =>
    origin.onWarning?.(`The program is no longer fully recorded: ${messageOf(error)}. It continues.`);
  const observer = new ProgramObserver({
    sink: collector,
    clock,
    tree: root,
    spool: program.spool,
    gateway: { url: program.server.url, upstreams: program.upstreams },
    recorder: file?.listen(() => clock.now()),
    replayed: answer !== undefined,
    onError,
  });
  const telemetry = new TelemetryRecorder({
    sink: collector,
    root: root.root,
    parentId: joinTraceparent(program.traceparent),
    startedAtMs: program.startedAtMs,
    onCall: (call) => observer.link(call),
    onError,
  });
  const forwarder = new OtlpForwarder(origin.onWarning ?? (() => {}));
  const limit = new ProgramLimit(collector, origin.limits ?? {});
  const gateway = createGateway({
    upstreams: program.upstreams,
    listener: observer.gatewayListener,
    refusal: () => limit.refuse(),
    answer,
  });
  serveProgram(program, {
    gateway,
    forwarder,
    onTelemetry: (received) => telemetry.add(received),
    answer,
  });
  recording.log.subscribe((event) => {
    if (event.type === 'span.finished') limit.watch(event.span);
  });
  observer.start();
  const done = program.exited.then(async (exit): Promise<ProgramResult> => {
    // What an agent sends while it exits may still be on its way.
    await program.server.drain(DRAIN_MS);
    observer.close();
    await program.server.close();
    gateway.close();
    telemetry.close();
    await forwarder.close(FORWARD_MS);
    await collector.settled();
    const error = explainExit(exit, origin.name);
    root.close(error ? { error } : undefined);
    const status = statusOf(exit, limit.refused);
    collector.emit({
      type: 'run.finished',
      status,
      ...(error ? { error: toTracedError(error, collector) } : {}),
      ...(recording.redactor.masked > 0 ? { masked: recording.redactor.masked } : {}),
    });
    return { exit, ...(await recording.close()) };
  });
  return {
    log: recording.log,
    collector,
    values: recording.values,
    texts: recording.texts,
    logOutput: (stream, text) =>
      collector.emit({
        type: 'log.written',
        span: root.root,
        stream,
        text: recording.redactor.text(text),
      }),
    done,
    flushNow: () => recording.flushNow(),
  };
}

/** The span that the program was given as its parent, as received spans refer to it. */
function joinTraceparent(traceparent: string): string {
  const [, trace = '', span = ''] = traceparent.split('-');
  return joinIds(trace, span);
}

/** Refuses calls once the limit is reached. */
class ProgramLimit {
  readonly #collector: MetricsCollector;
  readonly #limits: NonNullable<RunOrigin['limits']>;
  readonly #loops = new LoopWatch();
  #loop: string | undefined;
  #refused = 0;

  constructor(collector: MetricsCollector, limits: NonNullable<RunOrigin['limits']>) {
    this.#collector = collector;
    this.#limits = limits;
  }

  get refused(): number {
    return this.#refused;
  }

  /** Looks for a loop without progress once a call has finished. */
  watch(span: number): void {
    const state = this.#collector.state();
    const loop = state.spans.get(span)?.call && this.#loops.check(state);
    if (!loop) return;
    const { message: reason } = loop;
    this.#collector.emit({ type: 'control.changed', change: 'loop-warned', reason, span: loop.span });
    if (this.#limits.stopOnLoop) this.#loop = `pflow: stopped in a loop: ${reason}.`;
  }

  /** Why the next call is refused; undefined if it is not. */
  refuse(): string | undefined {
    const reason = this.#exceeded();
    if (reason === undefined) return undefined;
    if (this.#refused++ === 0 && this.#loop === undefined)
      this.#collector.emit({ type: 'control.changed', change: 'budget-exceeded', reason });
    this.#collector.emit({ type: 'control.changed', change: 'call-refused', reason });
    return reason;
  }

  #exceeded(): string | undefined {
    if (this.#loop !== undefined) return this.#loop;
    const { maxCostUsd, maxTokens } = this.#limits;
    if (maxCostUsd === undefined && maxTokens === undefined) return undefined;
    const { usd, tokens } = this.#collector.totals();
    if (maxCostUsd !== undefined && usd >= maxCostUsd)
      return `pflow: the limit of ${formatUsd(maxCostUsd)} is reached (${formatUsd(usd)} spent).`;
    if (maxTokens !== undefined && tokens >= maxTokens)
      return `pflow: the limit of ${maxTokens} tokens is reached (${tokens} used).`;
    return undefined;
  }
}

function statusOf(exit: ProgramExit, refused: number): RunStatus {
  if ('code' in exit && exit.code === 0) return 'ok';
  if (refused > 0) return 'budget';
  return 'signal' in exit && ['SIGINT', 'SIGTERM', 'SIGHUP'].includes(exit.signal) ? 'cancelled' : 'failed';
}

function explainExit(exit: ProgramExit, name: string): PflowError | undefined {
  if ('error' in exit) {
    const { code } = exit.error;
    const why =
      code === 'ENOENT' ? 'there is no such command' : code === 'EACCES' ? 'it is not executable' : code;
    return new PflowError('not_found', `'${name}' could not be started: ${why}.`);
  }
  if ('signal' in exit) return new PflowError('cancelled', `The program was ended by ${exit.signal}.`);
  return exit.code === 0
    ? undefined
    : new PflowError('node_failed', `The program exited with code ${exit.code}.`);
}
