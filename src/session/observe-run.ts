/** Runs a job as a library call: observed and controlled by the calling program. */
import { PflowError } from '../lib/error.js';
import { chooseModel, type ModelChoice } from '../llm/select/choose-model.js';
import { createModelSource } from '../llm/providers/ai-sdk-models.js';
import type { RunSummary } from '../metrics/summary.js';
import type { NodeType } from '../nodes/definition/node-type.js';
import { selectLedger } from '../ledger/files/ledger-files.js';
import { loadPrices } from '../pricing/table/load-prices.js';
import type { Limits, RunControl } from '../runtime/control/run-control.js';
import { currentNode } from '../runtime/spans/span-observer.js';
import type { Warning } from '../profile/analysis/warnings.js';
import { estimatePlan } from './budgets/estimate-plan.js';
import { limitByBudgets } from './budgets/limit-by-budgets.js';
import { findVendor } from './models/find-vendor.js';
import { openRecordedCalls } from './models/recorded-calls.js';
import type { SessionOptions } from './session-options.js';
import { startSession } from './session.js';
import type { RunStatus, TraceEvent } from '../trace/event/event.js';

export type RunOptions = Readonly<{
  /** Input values. */
  inputs?: Readonly<Record<string, unknown>>;
  /** Custom node types. */
  nodes?: readonly NodeType[];
  /** `provider/model`; by default selected as on the command line. */
  model?: string;
  /** Called with every event of the run as it happens. */
  onEvent?: (event: TraceEvent) => void;
  /** Cancels the run. */
  signal?: AbortSignal;
  /**
   * Past cost, tokens or duration no new node or call starts and the run finishes as `budget`; at the timeout it is
   * aborted.
   */
  limits?: Limits & Readonly<{ timeoutMs?: number }>;
  /**
   * Called before the first node starts, with the controls to pause, step and resume the run and to set breakpoints.
   */
  onStart?: (control: RunControl) => void;
  /**
   * File to record the model calls of the run in, without secrets; an earlier recording there is replaced. Not together with
   * `replay`. Both concern every request of the process to a model while the run lasts.
   */
  record?: string;
  /** File of recorded calls that answers model calls: no network, no cost, no key. */
  replay?: string;
  /** Folder for the trace file; without it no file is written. */
  traceDir?: string;
  /**
   * Starts the run even if a budget of `~/.pflow/settings.json` is used up, or if the run is expected to exceed it, without the limit
   * of what is left of it. Otherwise the run is refused with the error code `budget_exceeded`.
   */
  overBudget?: boolean;
  /** Tags of the run, to find and group it later. */
  tags?: Readonly<Record<string, string>>;
  /**
   * Whether to enter the run into the ledger, `~/.pflow/ledger`, which keeps calls and costs but no text. By default true, unless
   * the environment has PFLOW_LEDGER=off.
   */
  ledger?: boolean;
}>;

/** How a run finished. Also returned for failed and cancelled runs, with the reason as `error`. */
export type RunResult = Readonly<{
  status: RunStatus;
  /** The declared outputs; of a failed run those that it produced. */
  outputs: Readonly<Record<string, unknown>>;
  error: unknown;
  /** The object that `--output-format json` prints. */
  metrics: RunSummary;
  tracePath: string | undefined;
  /** Requests that a replay did not have, each with the nearest recorded one and where the two differ. */
  misses: readonly string[];
}>;

/** How a library run is observed and controlled. */
export type Observing = Pick<
  RunOptions,
  | 'onEvent'
  | 'signal'
  | 'limits'
  | 'onStart'
  | 'traceDir'
  | 'tags'
  | 'ledger'
  | 'overBudget'
  | 'record'
  | 'replay'
  | 'model'
>;

/** Runs a job for a library caller: console output of its nodes is printed and recorded. */
export async function runObserved(
  job: Pick<SessionOptions, 'name' | 'job' | 'types'>,
  options: Observing,
): Promise<RunResult> {
  const { record, replay, model } = options;
  if (record !== undefined && replay !== undefined)
    throw new PflowError('usage', 'A run either records its calls or replays them.');
  const misses: string[] = [];
  const recorded = await openRecordedCalls({ record, replay, model }, (message) => void misses.push(message));
  try {
    const choice = recorded.choice ?? (await chooseModel({ flag: model, env: process.env, findVendor }));
    recorded.onChosen(choice);
    const limited = recorded.isReplay ? { options, warnings: [] } : await limit(job.name, options, choice);
    const result = await observe(
      { ...job, choice, warnings: limited.warnings },
      limited.options,
      recorded.isReplay,
    );
    return { ...result, misses };
  } finally {
    recorded.stop();
  }
}

/** The options with the limit that the budgets of the settings set, and the warnings about them for the trace. */
async function limit(
  workflow: string,
  options: Observing,
  { provider, model, free }: ModelChoice,
): Promise<{ options: Observing; warnings: Warning[] }> {
  const { limits = {}, ledger, overBudget } = options;
  const { maxCostUsd } = limits;
  const warnings: Warning[] = [];
  const { maxCost } = await limitByBudgets(
    {
      ...(maxCostUsd === undefined ? {} : { maxCost: maxCostUsd }),
      ...(ledger === undefined ? {} : { ledger }),
      ...(overBudget === undefined ? {} : { overBudget }),
    },
    {
      workflow,
      model: `${provider}/${model}`,
      free,
      estimate: async () => (await estimatePlan(workflow, { provider, model }))?.estimate.cost?.low,
    },
    (message) => void warnings.push({ code: 'budget_low', message }),
    'With overBudget: true it runs anyway.',
  );
  if (maxCost === undefined) return { options, warnings };
  return { options: { ...options, limits: { ...limits, maxCostUsd: maxCost } }, warnings };
}

async function observe(
  job: Pick<SessionOptions, 'name' | 'job' | 'types' | 'choice' | 'warnings'>,
  { onEvent, onStart, signal, traceDir, tags, ledger, limits: given = {} }: Observing,
  replayed: boolean,
): Promise<Omit<RunResult, 'misses'>> {
  const { timeoutMs, ...limits } = given;
  const { env } = process;
  const session = startSession({
    ...job,
    models: createModelSource(job.choice, { env, replayed, skills: {}, findVendor }),
    prices: loadPrices().prices,
    env,
    traceDir,
    ledger: selectLedger(env, ledger),
    timeoutMs,
    limits,
    echo: 'plain',
    ...(signal ? { signal } : {}),
    ...(tags ? { tags } : {}),
  });
  if (onEvent) {
    for (const event of session.log.all) onEvent(event);
    // The listener does not belong to the node that the event is about: its output must not be attributed to it.
    session.log.subscribe((event) => currentNode.exit(() => onEvent(event)));
  }
  onStart?.(session.control);
  const { status, outputs, error, summary, tracePath } = await session.done;
  return { status, outputs, error, metrics: summary, tracePath };
}
