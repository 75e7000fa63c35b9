/** Runs the planner and the workflow of a session. */
import { isCancellation, PflowError } from '../lib/error.js';
import { createLlmCaller } from '../llm/client/caller.js';
import { stripNoise } from '../lib/text/format.js';
import { priceAnswer } from '../pricing/price-answer.js';
import type { Approve } from '../compile/data-uses.js';
import type { MetricsCollector } from '../metrics/collector.js';
import type { Warning } from '../profile/analysis/warnings.js';
import { planOf, type Plan } from '../planner/plan/planner-state.js';
import { untilAborted } from '../runtime/control/abort.js';
import type { RunControl, WaitCause } from '../runtime/control/run-control.js';
import { createDeadline } from '../runtime/control/deadline.js';
import { NodeFailure } from '../runtime/flow/flow.js';
import { requireOutputs, resolveOutputs, type MissingOutput } from '../runtime/flow/outputs.js';
import type { RunContext, Shared } from '../runtime/contract/runnable.js';
import { runStage } from '../runtime/flow/stage.js';
import { createStore, isSpecialKey, METRICS_KEY } from '../runtime/store/store.js';
import type { RunStatus } from '../trace/event/event.js';
import type { Agreement, Job, Proposal, SessionOptions } from './session-options.js';
import { findVendor } from './models/find-vendor.js';
import { findResultOutput, selectNodeOutput, selectPrinted, selectResult } from './result.js';

/** How a run finished. */
export type End = Readonly<{
  status: RunStatus;
  outputs: Readonly<Record<string, unknown>>;
  /** The run's result as one value: its only output, or all of them. */
  result: unknown;
  /** The part of it that is printed. */
  printed: unknown;
  /** What went wrong without failing the run, where no event of the trace implies it. */
  warnings: readonly Warning[];
  error: unknown;
  /** The name of the output that is the result, if it is one output. */
  resultOutput?: string | undefined;
  /** The main output of a node; undefined without one. */
  outputOf?: (node: string) => unknown;
}>;

/** Runs planner and workflow. Never throws: errors become part of the returned value. */
export async function execute(
  options: SessionOptions,
  collector: MetricsCollector,
  control: RunControl,
  traceparentOf?: RunContext['traceparentOf'],
): Promise<End> {
  const limit = createDeadline(
    options.signal,
    options.timeoutMs,
    () =>
      new PflowError('node_timeout', `The run took longer than ${seconds(options.timeoutMs!)}.`, {
        hint: 'Raise --timeout, or find the slow node in the trace.',
      }),
  );
  const llm = createLlmCaller(options.models, {
    ...(options.idleMs === undefined ? {} : { idleMs: options.idleMs }),
    price: ({ provider, model: requestedModel, free }, { model, usage, usageOrigin }) => {
      if (usage === null) return null;
      const estimated = usageOrigin === 'estimated';
      const { prices } = options;
      const { cost } = priceAnswer(usage, { provider, free, model, requestedModel, prices, estimated });
      return cost.usd === null ? null : stripNoise(cost.usd);
    },
  });
  const log = (text: string, stream?: string) =>
    stream === 'warning' ? options.onWarning?.(text) : undefined;
  const uncaught: { failure?: NodeFailure } = {};
  let finished = false;
  const onUncaught = (node: string, error: PflowError) => {
    if (finished) return false;
    uncaught.failure ??= new NodeFailure(node, error);
    limit.abort(error);
    return true;
  };
  const stage = { llm, log, control, signal: limit.signal, onUncaught, traceparentOf };
  const { job } = options;
  let shared: Shared | undefined;
  let plan: Plan | undefined;
  let isAgreed = true;
  try {
    if (job.kind === 'flow') {
      shared = createStore({ ...job.shared, [METRICS_KEY]: collector });
      await runStage({ ...stage, name: 'workflow', runnable: job.runnable, shared });
      if (uncaught.failure) throw uncaught.failure;
      return done(contentOf(shared), null);
    }
    plan = await planFor(job, options, collector, stage);
    if (options.planOnly) return done({}, plan.workflow);
    const agreed = await agreement(plan, options, collector, limit.signal).catch((error: unknown) => {
      // Without a terminal; a time limit that is reached meanwhile is a failure.
      isAgreed = !(error instanceof PflowError && error.code === 'usage');
      throw error;
    });
    plan = agreed.plan;
    await requireReachable(plan, options);
    if (options.verify) {
      const { requireNodes } = await import('./verify/verify-run.js');
      requireNodes(
        options.verify,
        plan.workflow.nodes.map(({ id }) => id),
      );
    }
    const resume = job.kind === 'plan' ? job.resume : undefined;
    const { compileWorkflow } = await import('../compile/compile.js');
    shared = createStore({ ...resume?.store, ...plan.params, ...agreed.consent, [METRICS_KEY]: collector });
    await runStage({
      ...stage,
      name: 'workflow',
      runnable: compileWorkflow(plan.workflow, options.types, {
        ...(resume ? { start: resume.start } : {}),
        ...(agreed.approve ? { approve: approveInTurn(agreed.approve, collector, limit.signal) } : {}),
      }),
      shared,
    });
    if (uncaught.failure) throw uncaught.failure;
    const { outputs, missing } = requireOutputs(plan.workflow, shared);
    const result = selectResult(plan.workflow, outputs, shared);
    const printed = selectPrinted(plan.workflow, outputs, result);
    const warnings = missing.map(warnOfMissing);
    const store = shared;
    return {
      ...done(outputs, result, printed),
      warnings,
      resultOutput: findResultOutput(plan.workflow),
      outputOf: (node) => selectNodeOutput(store, node),
    };
  } catch (thrown) {
    const error = uncaught.failure ?? explainRefusal(thrown, control);
    const outputs = shared ? (plan ? resolveOutputs(plan.workflow, shared).outputs : contentOf(shared)) : {};
    // A plan that was not approved did not fail: it was not run.
    const status = isAgreed || endStatus(error) !== 'failed' ? endStatus(error) : 'cancelled';
    return { status, outputs, result: null, printed: null, warnings: [], error };
  } finally {
    finished = true;
    limit.clear();
  }
}

/** A model that cannot be reached ends the run before its first node. */
async function requireReachable({ workflow, params }: Plan, options: SessionOptions): Promise<void> {
  const { choice, prices, env, job, onWarning = () => {} } = options;
  const start = job.kind === 'plan' ? job.resume?.start : undefined;
  const { listModelsUsed } = await import('./models/models-used.js');
  const uses = listModelsUsed(workflow, params, { start });
  if (uses.length === 0) return;
  const { checkModels, requireModels } = await import('./models/check-models.js');
  requireModels(checkModels(uses, choice, { env, prices, findVendor }), onWarning);
}

function done(outputs: End['outputs'], result: unknown, printed = result): End {
  return { status: 'ok', outputs, result, printed, warnings: [], error: undefined };
}

function warnOfMissing({ name, error }: MissingOutput): Warning {
  return { code: 'output_missing', message: `Output '${name}' was not produced: ${error.message}` };
}

/** The content of a store without the runtime's own keys. */
function contentOf(shared: Shared): End['outputs'] {
  return Object.fromEntries(Object.entries(shared).filter(([key]) => !isSpecialKey(key)));
}

type StageParts = Readonly<{
  llm: ReturnType<typeof createLlmCaller>;
  log: (text: string, stream?: string) => void;
  control: RunControl;
  signal: AbortSignal;
  onUncaught: (node: string, error: PflowError) => boolean;
  traceparentOf: RunContext['traceparentOf'];
}>;

async function planFor(
  job: Exclude<Job, { kind: 'flow' }>,
  options: SessionOptions,
  collector: MetricsCollector,
  stage: StageParts,
): Promise<Plan> {
  const plan =
    job.kind === 'plan' ? { ...job.plan, reading: [] } : await planRequest(job, options, collector, stage);
  const { createRunPlanned } = await import('./planned.js');
  collector.emit(createRunPlanned(plan as Plan, options.types, collector));
  return plan as Plan;
}

/** Asks for approval of the plan if there is a `confirm`. A plan that the user edited is announced again. */
async function agreement(
  plan: Plan,
  { confirm, types }: SessionOptions,
  collector: MetricsCollector,
  signal: AbortSignal,
): Promise<Agreement> {
  if (!confirm) return { plan, consent: {} };
  const record = createRecord(collector, signal);
  const agreed = await untilAborted(confirm({ plan, record }), signal);
  const { createRunPlanned } = await import('./planned.js');
  if (agreed.plan !== plan)
    collector.emit({ ...createRunPlanned(agreed.plan, types, collector), edited: true });
  return agreed;
}

function createRecord(
  collector: MetricsCollector,
  signal: AbortSignal,
  cause: WaitCause = 'question',
): Proposal['record'] {
  return (change, reason) => {
    // An answer after the end does not belong to the run.
    if (signal.aborted) return;
    const wait = change === 'asked' ? 'wait-started' : 'wait-finished';
    collector.emit({ type: 'control.changed', change, ...(reason === undefined ? {} : { reason }) });
    collector.emit({ type: 'control.changed', change: wait, cause });
  };
}

/** Asks one question at a time, however many nodes run at once. Rejects when the user declines. */
function approveInTurn(
  ask: NonNullable<Agreement['approve']>,
  collector: MetricsCollector,
  signal: AbortSignal,
): Approve {
  const record = createRecord(collector, signal, 'trust');
  let last: Promise<unknown> = Promise.resolve();
  return (use) => {
    const turn = last.then(async () => {
      signal.throwIfAborted();
      record('asked');
      const agreed = await untilAborted(ask(use), signal);
      record('answered', agreed ? 'run' : 'cancel');
      if (!agreed)
        throw new PflowError('cancelled', `Node '${use.node}' was not run, and the run was stopped.`);
    });
    last = turn.catch(() => {});
    return turn;
  };
}

async function planRequest(
  job: Extract<Job, { kind: 'request' }>,
  options: SessionOptions,
  collector: MetricsCollector,
  stage: StageParts,
): Promise<Plan> {
  const ms = options.plannerTimeoutMs ?? 60_000;
  const limit = createDeadline(
    stage.signal,
    ms,
    () =>
      new PflowError('planner_timeout', `The planner took longer than ${seconds(ms)}.`, {
        hint: 'Raise --planner-timeout, or describe the request in fewer steps.',
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
    return await untilAborted(withPipedInput(planOf(shared), options.stdin), limit.signal);
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

/** The refusal of a call that a node's own client made into an error of its own. */
function explainRefusal(thrown: unknown, { refusal }: RunControl): unknown {
  if (!refusal || !(thrown instanceof NodeFailure)) return thrown;
  let text = '';
  for (let cause: unknown = thrown, depth = 0; cause instanceof Error && depth < 10; depth++) {
    text += cause.message;
    cause = cause.cause;
  }
  return text.includes(refusal.message) ? new NodeFailure(thrown.node, refusal) : thrown;
}

function endStatus(error: unknown): RunStatus {
  if (isCancellation(error)) return 'cancelled';
  const cause = error instanceof NodeFailure ? error.cause : error;
  return cause instanceof PflowError && cause.code === 'budget_exceeded' ? 'budget' : 'failed';
}

function seconds(ms: number): string {
  return `${ms / 1000} s`;
}
