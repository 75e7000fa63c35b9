import { systemClock, type Clock } from './lib/clock.js';
import { isCancellation, messageOf, PflowError } from './lib/error.js';
import { newRunId } from './lib/id.js';
import { pflowVersion } from './lib/version.js';
import { compileWorkflow, type NodeTypes } from './compile/compile.js';
import { createLlmCaller } from './llm/caller.js';
import type { ModelChoice } from './llm/choose.js';
import type { ModelSource } from './llm/client.js';
import { MetricsCollector } from './metrics/collector.js';
import { summarize, type RunSummary } from './metrics/summary.js';
import { planOf, type Plan } from './planner/plan.js';
import type { PriceTable } from './pricing/table.js';
import type { RunState } from './profile/state.js';
import { watchFetch } from './runtime/calls/fetch-watch.js';
import { RunControl, type Limits } from './runtime/control.js';
import { NodeFailure } from './runtime/flow.js';
import { plannedEvent } from './runtime/nested.js';
import { resolveOutputs } from './runtime/outputs.js';
import type { Runnable, Shared } from './runtime/runnable.js';
import { tracedError } from './runtime/span.js';
import { runStage } from './runtime/stage.js';
import { createStore, METRICS_KEY } from './runtime/store.js';
import { createCapture, type CaptureLevel } from './trace/capture.js';
import { capturedText } from './trace/captured.js';
import { TRACE_FORMAT, TRACE_VERSION, type EventBody, type EventOf, type RunStatus } from './trace/event.js';
import { TraceFile } from './trace/file.js';
import { traceFileName } from './trace/file-name.js';
import { TraceLog } from './trace/log.js';
import { createRedactor, noRedactor } from './trace/redact.js';
import { resultOf } from './result.js';

/** What is to be run: a request for the planner, or a plan that is already there. */
export type Job =
  | Readonly<{
      kind: 'request';
      request: string;
      given?: Readonly<Record<string, unknown>>;
      planner: Runnable;
    }>
  | Readonly<{
      kind: 'plan';
      plan: Omit<Plan, 'origin' | 'reading'> & { origin: EventOf<'workflow.planned'>['origin'] };
      /** Where an earlier run stood, for one that goes on from there. */
      resume?: Readonly<{ start: string; store: Shared }>;
    }>;

export type SessionOptions = Readonly<{
  /** What to call the run in lists and file names. */
  name: string;
  job: Job;
  types: NodeTypes;
  choice: ModelChoice;
  models: ModelSource;
  prices: PriceTable;
  env: Readonly<Record<string, string | undefined>>;
  /** The folder for the trace file; undefined writes none. */
  traceDir?: string | undefined;
  capture?: CaptureLevel;
  redact?: boolean;
  simulated?: boolean;
  /** Cancels the run. */
  signal?: AbortSignal;
  /** What the run may spend; past it no new node or call is begun. */
  limits?: Limits;
  /** The whole run's limit in ms. */
  timeoutMs?: number | undefined;
  plannerTimeoutMs?: number | undefined;
  /** Reads what is piped in, for a planned workflow with an input marked `stdin`. */
  stdin?: () => Promise<string>;
  /** Ends the run with the plan: its workflow is the result. */
  planOnly?: boolean;
  /**
   * Asked with the workflow that is about to run: throws to stop it, or gives what only a person can put into the store
   * (the consent to delete).
   */
  confirm?: (plan: Plan) => Promise<Readonly<Record<string, unknown>>>;
  onWarning?: (message: string) => void;
  clock?: Clock;
}>;

export type SessionResult = Readonly<{
  status: RunStatus;
  outputs: Readonly<Record<string, unknown>>;
  /** What the run is for, as one value: its only output, or all of them. */
  result: unknown;
  error: unknown;
  summary: RunSummary;
  state: RunState;
  tracePath: string | undefined;
}>;

/** A run under way. */
export type Session = Readonly<{
  log: TraceLog;
  collector: MetricsCollector;
  /** Pause, step and breakpoints. */
  control: RunControl;
  tracePath: string | undefined;
  /** Resolves when the run is over, however it ended; it never rejects. */
  done: Promise<SessionResult>;
  /** Puts what is known on disk at once, for a process that is about to end. */
  flushNow(): void;
}>;

/** Starts a run: planner (for a request), then workflow, under one MetricsCollector and into one trace. */
export function startSession(options: SessionOptions): Session {
  const { clock = systemClock, env, onWarning = () => {} } = options;
  const runId = newRunId();
  const startedAt = clock.date();
  const log = new TraceLog(clock);
  const redactor = (options.redact ?? true) ? createRedactor({ env }) : noRedactor;
  const capture = createCapture({ level: options.capture ?? 'preview', redactor });
  const collector = new MetricsCollector({ log, capture, prices: options.prices });
  const file = openFile(options, traceFileName(redactor.text(options.name), startedAt, runId), onWarning);
  if (file) log.subscribe((event) => file.write(event));
  collector.emit(runStarted(options, collector, runId, startedAt));
  const unwatchFetch = watchFetch();
  const control = new RunControl({
    limits: options.limits ?? {},
    spent: () => ({ ...collector.totals(), ms: log.now() }),
    onChange: (change, { reason, span }) =>
      collector.emit({
        type: 'control.changed',
        change,
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
    flushNow: () => file?.flushNow(),
    done: execute(options, collector, control).then(async (end) => {
      await collector.settled();
      unwatchFetch();
      options.signal?.removeEventListener('abort', onCancel);
      collector.emit(runFinished(end, collector));
      log.close();
      await file?.close();
      const state = collector.state();
      const tracePath = file && !file.failed ? file.path : undefined;
      const summary = summarize(state, { result: end.result, tracePath });
      return { ...end, summary, state, tracePath };
    }),
  };
}

type End = Pick<SessionResult, 'status' | 'outputs' | 'result' | 'error'>;

async function execute(
  options: SessionOptions,
  collector: MetricsCollector,
  control: RunControl,
): Promise<End> {
  const limit = deadline(
    options.signal,
    options.timeoutMs,
    () =>
      new PflowError('node_timeout', `The run took longer than ${seconds(options.timeoutMs!)}.`, {
        hint: 'Raise --timeout, or find the slow node in the trace.',
      }),
  );
  const llm = createLlmCaller(options.models);
  const log = (text: string, stream?: string) =>
    stream === 'warning' ? options.onWarning?.(text) : undefined;
  const stage = { llm, log, control, signal: limit.signal };
  let shared: Shared | undefined;
  let plan: Plan | undefined;
  try {
    plan = await planFor(options, collector, stage);
    if (options.planOnly) return { status: 'ok', outputs: {}, result: plan.workflow, error: undefined };
    const consent = await options.confirm?.(plan);
    const resume = options.job.kind === 'plan' ? options.job.resume : undefined;
    shared = createStore({ ...resume?.store, ...plan.params, ...consent, [METRICS_KEY]: collector });
    await runStage({
      ...stage,
      name: 'workflow',
      runnable: compileWorkflow(plan.workflow, options.types, resume ? { start: resume.start } : {}),
      shared,
    });
    const outputs = resolveOutputs(plan.workflow, shared);
    return { status: 'ok', outputs, result: resultOf(plan.workflow, outputs, shared), error: undefined };
  } catch (error) {
    const outputs = plan && shared ? resolveOutputs(plan.workflow, shared, { partial: true }) : {};
    return { status: endStatus(error), outputs, result: null, error };
  } finally {
    limit.clear();
  }
}

type StageParts = Readonly<{
  llm: ReturnType<typeof createLlmCaller>;
  log: (text: string, stream?: string) => void;
  control: RunControl;
  signal: AbortSignal;
}>;

async function planFor(
  options: SessionOptions,
  collector: MetricsCollector,
  stage: StageParts,
): Promise<Plan> {
  const plan =
    options.job.kind === 'plan'
      ? { ...options.job.plan, reading: [] }
      : await planRequest(options.job, options, collector, stage);
  collector.emit(plannedEvent(plan, collector));
  return plan as Plan;
}

async function planRequest(
  job: Extract<Job, { kind: 'request' }>,
  options: SessionOptions,
  collector: MetricsCollector,
  stage: StageParts,
): Promise<Plan> {
  const ms = options.plannerTimeoutMs ?? 60_000;
  const limit = deadline(
    stage.signal,
    ms,
    () =>
      new PflowError('planner_timeout', `The planner took longer than ${seconds(ms)}.`, {
        hint: 'Raise --planner-timeout, or say the request in fewer steps.',
      }),
  );
  const shared = createStore({
    request: job.request,
    ...(job.given ? { given: job.given } : {}),
    [METRICS_KEY]: collector,
  });
  try {
    await runStage({
      ...stage,
      signal: limit.signal,
      name: 'planner',
      runnable: job.planner,
      shared,
      ownStore: true,
    });
    return await withPipedInput(planOf(shared), options.stdin);
  } finally {
    limit.clear();
  }
}

async function withPipedInput(plan: Plan, read: SessionOptions['stdin']): Promise<Plan> {
  const input = Object.entries(plan.workflow.inputs).find(
    ([name, { stdin }]) => stdin && !Object.hasOwn(plan.params, name),
  );
  return input && read ? { ...plan, params: { ...plan.params, [input[0]]: await read() } } : plan;
}

function openFile(
  options: SessionOptions,
  name: string,
  onWarning: (message: string) => void,
): TraceFile | undefined {
  if (options.traceDir === undefined) return undefined;
  const warn = (why: string) => onWarning(`The trace is not saved: ${why}. The run goes on.`);
  try {
    return new TraceFile(options.traceDir, name, warn);
  } catch (error) {
    warn(messageOf(error));
    return undefined;
  }
}

function runStarted(
  options: SessionOptions,
  collector: MetricsCollector,
  run: string,
  startedAt: Date,
): EventBody {
  const { choice, job } = options;
  const params = job.kind === 'plan' ? job.plan.params : {};
  return {
    type: 'run.started',
    format: TRACE_FORMAT,
    version: TRACE_VERSION,
    run,
    startedAt: startedAt.toISOString(),
    pflow: pflowVersion(),
    pid: process.pid,
    name: capturedText(collector.capture(options.name)),
    ...(job.kind === 'request' ? { request: capturedText(collector.capture(job.request)) } : {}),
    params: Object.fromEntries(
      Object.entries(params).map(([key, value]) => [key, collector.capture(value, key)]),
    ),
    model: {
      provider: choice.provider,
      model: choice.model,
      reason: choice.reason,
      ...(choice.free ? { free: true } : {}),
    },
    flags: {
      simulated: options.simulated ?? false,
      capture: options.capture ?? 'preview',
      redact: options.redact ?? true,
      ...(options.limits ? { limits: options.limits } : {}),
    },
  };
}

function runFinished(end: End, collector: MetricsCollector): EventBody {
  const failure = end.error instanceof NodeFailure ? end.error : undefined;
  const outputs = Object.entries(end.outputs).map(
    ([key, value]) => [key, collector.capture(value, key)] as const,
  );
  return {
    type: 'run.finished',
    status: end.status,
    ...(outputs.length ? { outputs: Object.fromEntries(outputs) } : {}),
    ...(failure ? { node: failure.node } : {}),
    ...(end.status === 'ok' ? {} : { error: tracedError(failure ? failure.cause : end.error, collector) }),
  };
}

function endStatus(error: unknown): RunStatus {
  if (isCancellation(error)) return 'cancelled';
  const cause = error instanceof NodeFailure ? error.cause : error;
  return cause instanceof PflowError && cause.code === 'budget_exceeded' ? 'budget' : 'failed';
}

/** A signal that is aborted with the outer one, or after `ms`. */
function deadline(
  outer: AbortSignal | undefined,
  ms: number | undefined,
  reason: () => PflowError,
): { signal: AbortSignal; clear(): void } {
  const controller = new AbortController();
  const stop = () => controller.abort(outer?.reason);
  if (outer?.aborted) stop();
  outer?.addEventListener('abort', stop, { once: true });
  const timer = ms === undefined ? undefined : setTimeout(() => controller.abort(reason()), ms);
  return {
    signal: controller.signal,
    clear() {
      clearTimeout(timer);
      outer?.removeEventListener('abort', stop);
    },
  };
}

function seconds(ms: number): string {
  return `${ms / 1000} s`;
}
