/** Runs `pflow whatif --really`: reruns a node with other models, after confirmation, and compares the answers. */
import { PflowError } from '../../../lib/error.js';
import { formatUsd, plural } from '../../../lib/text/format.js';
import { findMainOutput } from '../../../lib/data/main-output.js';
import { repriceRun } from '../../../insights/whatif/reprice-run.js';
import { resolveTarget } from '../../../insights/whatif/target-model.js';
import { effectsOf } from '../../../planner/plan/effects.js';
import { computeDuration } from '../../../profile/run/span-tree.js';
import type { RunState } from '../../../profile/run/run-state.js';
import { computeElapsed } from '../../../profile/run/waiting.js';
import { listVisits } from '../../../session/resume/resume-point.js';
import { restoreStore } from '../../../session/resume/resume-run.js';
import { startSession } from '../../../session/session.js';
import { askYesNo } from '../../plan-review/confirm-plan.js';
import type { RunOptions } from '../../args/run-options.js';
import { canAsk, say, warn } from '../../io/console.js';
import { cancelOnSignals } from '../../io/interrupt.js';
import type { Leave } from '../../io/invocation.js';
import { prepareRerun, type Prepared } from '../../run/prepare.js';
import { verifyAnswer, type Verdict } from '../../../session/verify/verify-answer.js';
import { ensureTrust } from '../../trust/ensure-trust.js';

/** One rerun of the node, or how it ran in the recorded run (`model` undefined). USD is null where it is unknown. */
export type Trial = Readonly<{
  model: string | undefined;
  models: readonly string[];
  usd: number | null;
  tokens: number;
  ms: number;
  answer: unknown;
  /** Why there is no answer. */
  error: string | undefined;
  verdict: Verdict | undefined;
  tracePath: string | undefined;
}>;

export type TryOptions = Readonly<{
  models: readonly string[];
  node: string | undefined;
  verify: string | undefined;
  /** How often each model is tried. */
  times: number;
  yes: boolean;
  overBudget: boolean;
  maxCost: number | undefined;
  traceDir: string | undefined;
}>;

/**
 * Reruns one node of a run with each of the models, in the store as the run recorded it. The first trial is the node as it ran.
 * Throws a PflowError, before anything is spent, if a model cannot be used, if the user declines, and without a terminal unless
 * `yes` is set.
 */
export async function tryModels(
  { path, state }: Readonly<{ path: string; state: RunState }>,
  options: TryOptions,
  leave: Leave,
): Promise<{ node: string; trials: Trial[] }> {
  const node = options.node ?? findOnlyNode(state);
  await ensureTrust({ rerun: path, traceDir: options.traceDir }, {});
  const { signal, release } = cancelOnSignals(leave);
  try {
    const prepared: Prepared[] = [];
    for (const model of options.models) prepared.push(await prepareTrial(path, node, model, options, signal));
    await confirm(state, node, prepared[0]!, options, signal);
    const recorded = readRecorded(state, node);
    const trials = [await judge(recorded, options.verify, signal)];
    for (const [i, each] of prepared.entries())
      for (let time = 0; time < options.times; time++)
        trials.push(await judge(await runTrial(each, options.models[i]!, signal), options.verify, signal));
    return { node, trials };
  } finally {
    release();
  }
}

async function prepareTrial(
  path: string,
  node: string,
  model: string,
  { traceDir, overBudget, maxCost }: TryOptions,
  signal: AbortSignal,
): Promise<Prepared> {
  const run: RunOptions = {
    outputFormat: 'text',
    capture: 'preview',
    redact: true,
    plannerTimeout: 60,
    idleTimeout: 120,
    model,
    overBudget,
    ...(traceDir === undefined ? {} : { traceDir }),
    ...(maxCost === undefined ? {} : { maxCost }),
  };
  const prepared = await prepareRerun({ reference: path, from: undefined, only: node, inputs: {} }, run)(
    warn,
    signal,
  );
  const { job } = prepared;
  if (job.kind !== 'plan') return prepared;
  // The node's own choice of a model would win over that of the run.
  const nodes = job.plan.workflow.nodes.map((each) =>
    each.id === node && each.params['model'] !== undefined
      ? { ...each, params: { ...each.params, model } }
      : each,
  );
  return { ...prepared, job: { ...job, plan: { ...job.plan, workflow: { ...job.plan.workflow, nodes } } } };
}

/** States what is about to be run and what it may cost, and asks. */
async function confirm(
  state: RunState,
  node: string,
  { job, types, limits }: Prepared,
  { models, times, yes }: TryOptions,
  signal: AbortSignal,
): Promise<void> {
  const effects = job.kind === 'plan' ? effectsOf(job.plan.workflow, types, job.plan.params) : [];
  const lines = [
    `Rerun '${node}' with ${plural(models.length, 'model')}${times > 1 ? `, ${times} times each` : ''}:`,
    ...models.map((model) => `  ${model}  ${estimateCost(state, node, model)} each time`),
    ...effects
      .filter(({ effect }) => effect !== 'model' && effect !== 'reads')
      .map(({ what }) => `  ! ${what}`),
    ...(limits?.maxCostUsd === undefined ? [] : [`  at most ${formatUsd(limits.maxCostUsd)} each time`]),
  ];
  if (yes) return;
  if (!canAsk())
    throw new PflowError('usage', lines.join('\n'), { hint: 'Nothing was run. Add --yes to run it.' });
  say(lines.join('\n'));
  if (!(await askYesNo('Run it?', signal))) throw new PflowError('cancelled', 'Nothing was run.');
}

function estimateCost(state: RunState, node: string, model: string): string {
  const { prices } = state;
  const run = repriceRun(state, { node, target: resolveTarget(model, prices) }, prices);
  const own = run.nodes.find(({ path }) => path.join('/') === node || path.at(-1) === node);
  if (!own || own.after.unpriced.length > 0 || own.after.bound) return 'cost unknown';
  const { low, high, likely } = own.usd;
  return low === high ? `~${formatUsd(likely)}` : `${formatUsd(low)} – ${formatUsd(high)}`;
}

type Tried = Omit<Trial, 'verdict'>;

async function runTrial(prepared: Prepared, model: string, signal: AbortSignal): Promise<Tried> {
  const session = startSession({ ...prepared, signal });
  process.once('exit', session.flushNow);
  const { status, printed, error, state, tracePath } = await session.done;
  process.off('exit', session.flushNow);
  if (status === 'cancelled') throw error;
  const { totals } = state;
  return {
    model,
    models: listModels(state),
    usd: totals.unpriced.length > 0 || totals.bound ? null : totals.usd,
    tokens: totals.tokens,
    ms: computeElapsed(state),
    answer: printed,
    error: status === 'ok' ? undefined : error instanceof Error ? error.message : String(error),
    tracePath,
  };
}

/** The node as it ran: its last visit, and its main output. */
function readRecorded(state: RunState, node: string): Tried {
  const visit = listVisits(state).findLast(({ name }) => name === node)!;
  const { totals } = state.spans.get(visit.id)!;
  const own = restoreStore(state, visit.id, 'after').values[node];
  const outputs = (typeof own === 'object' && own !== null ? own : {}) as Readonly<Record<string, unknown>>;
  const main = findMainOutput(outputs);
  return {
    model: undefined,
    models: listModels(state, visit.id),
    usd: totals.unpriced.length > 0 || totals.bound ? null : totals.usd,
    tokens: totals.tokens,
    ms: computeDuration(state.spans.get(visit.id)!, state.lastAt),
    answer: main === undefined ? own : outputs[main],
    error: undefined,
    tracePath: undefined,
  };
}

function listModels(state: RunState, within?: number): string[] {
  const isWithin = (id: number | undefined): boolean => {
    for (let at = id; at !== undefined; at = state.spans.get(at)?.parent) if (at === within) return true;
    return within === undefined;
  };
  const called = [...state.spans.values()].flatMap(({ id, call }) => (call && isWithin(id) ? [call] : []));
  return [
    ...new Set(called.map(({ provider, model, requestedModel }) => `${provider}/${model ?? requestedModel}`)),
  ];
}

async function judge(tried: Tried, verify: string | undefined, signal: AbortSignal): Promise<Trial> {
  const verdict =
    verify === undefined || tried.error !== undefined
      ? undefined
      : await verifyAnswer(verify, tried.answer, signal);
  return { ...tried, verdict };
}

/** The node that called a model, if it is one. */
function findOnlyNode(state: RunState): string {
  const names = new Set(
    listVisits(state)
      .filter(({ totals }) => totals.calls > 0 && !totals.byRules)
      .map(({ name }) => name),
  );
  if (names.size === 1) return [...names][0]!;
  throw new PflowError(
    'usage',
    names.size === 0 ? 'No node of the run called a model.' : 'Several nodes of the run called a model.',
    {
      hint:
        names.size === 0
          ? 'Only such a node can be tried with others.'
          : `Choose one with --node: ${[...names].join(', ')}.`,
    },
  );
}
