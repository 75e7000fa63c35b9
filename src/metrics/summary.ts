/** Summarizes a run as the JSON object that the command line prints. */
import {
  groupByModel,
  groupByNode,
  groupByStage,
  type NodeRow,
  type StageRow,
} from '../profile/analysis/breakdown.js';
import { CriticalPath } from '../profile/analysis/critical-path.js';
import { listErrors } from '../profile/analysis/findings.js';
import { Slack } from '../profile/analysis/slack.js';
import type { RunState, Span, Totals } from '../profile/run/run-state.js';
import { ZERO_TOTALS } from '../profile/run/totals.js';
import { stripNoise } from '../lib/text/format.js';
import { deriveWarnings, type Warning } from '../profile/analysis/warnings.js';
import { findStage } from '../profile/run/span-tree.js';
import { computeElapsed, computeWaitedMs } from '../profile/run/waiting.js';

/** Tokens that not every model reports; present only if not zero. */
type SpecialTokens = { tokens_cache_read?: number; tokens_cache_write?: number; tokens_reasoning?: number };

/** Cost of discarded responses; cost saved and added by prompt caching; present only if not zero. */
type SpecialMoney = { wasted_cost_usd?: number; cache_saved_usd?: number; cache_penalty_usd?: number };

/** If the price of a call is unknown the cost is null, and this is the known part. */
type PartialCost = { partial_cost_usd?: number; unpriced_models?: readonly string[] };

type Estimated = { tokens_estimated?: true };

/** What the model calls of one node used, over all of its visits. */
export type NodeUsage = Readonly<
  { calls: number; cost_usd: number | null } & PartialCost & {
      tokens_input: number;
      tokens_output: number;
    } & SpecialTokens & { tokens_total: number } & Estimated
>;

/** By the node's path (`enrich/ask` in a nested workflow), only nodes that called a model; they add up to the stage. */
type NodeUsages = { node_usage?: Readonly<Record<string, NodeUsage>> };

/** The planner's part of a summary. Milliseconds are rounded; timings are per node, over all visits. */
export type PlannerMetrics = Readonly<
  { duration_ms: number; cost_usd: number | null } & PartialCost & {
      node_timings: Readonly<Record<string, number>>;
    } & NodeUsages & {
      tokens_input: number;
      tokens_output: number;
    } & SpecialTokens & { tokens_total: number } & Estimated & { models_used: readonly string[] }
>;

export type WorkflowMetrics = Readonly<
  { duration_ms: number; cost_usd: number | null } & PartialCost & {
      node_timings: Readonly<Record<string, number>>;
    } & NodeUsages
>;

export type TotalMetrics = Readonly<
  { duration_ms: number; cost_usd: number | null } & PartialCost &
    SpecialMoney &
    SpecialTokens & { tokens_total: number } & Estimated
>;

/** A run as one JSON object, as `--output-format json` prints it. The order of keys is part of the format. */
export type RunSummary = Readonly<
  {
    result: unknown;
    is_error: boolean;
    /** The models were simulated: nothing was billed. */
    simulated?: boolean;
    error?: Readonly<{ node: string | null; message: string }>;
    /** What went wrong without failing the run; present only if there is any. */
    warnings?: readonly Warning[];
    /** Verdicts of the user's commands on the result, or on the output of a node; present only if there are any. */
    verified?: NonNullable<NonNullable<RunState['finished']>['verified']>;
    /** Without the time in which the run waited for its user. */
    duration_ms: number;
    /** Length of the critical path: the chain of work that determined the duration, without waiting for the user. */
    critical_path_ms: number;
    /** Slack of each node that is not on it, by its path (`enrich/fetch`); zero is omitted. */
    slack_ms?: Readonly<Record<string, number>>;
    /** How long the run waited for its user while nothing ran. Not part of any duration; present only if not zero. */
    waited_ms?: number;
    /** null if nothing was planned. */
    duration_planner_ms: number | null;
    /** null if unknown, or if no model was called, which `cost_note` then states. */
    total_cost_usd: number | null;
    cost_note?: string;
  } & PartialCost & {
      /** Number of node visits, in the planner and in the workflow. */
      num_nodes: number;
      metrics: Readonly<{ planner?: PlannerMetrics; workflow: WorkflowMetrics; total: TotalMetrics }>;
      trace_path: string | null;
    }
>;

/** Summarizes a run; `result` is what it printed. An unfinished run is an error: it has no result. */
export function summarize(
  state: RunState,
  options: {
    result?: unknown;
    tracePath?: string | undefined;
    /** Warnings besides those of the run itself, such as a result that the trace does not have in full. */
    warnings?: readonly Warning[];
  } = {},
): RunSummary {
  const duration_ms = Math.round(computeElapsed(state));
  const waited_ms = Math.round(computeWaitedMs(state));
  const nodes = groupByNode(state);
  const stages = new Map(groupByStage(state).map((row) => [row.stage, row]));
  const planner = stages.get('planner');
  const workflow = stages.get('workflow');
  const noModel = calledNoModel(state);
  const warnings = [...deriveWarnings(state), ...(options.warnings ?? [])];
  const { cost_usd, ...partial } = costIn(state.totals, noModel);
  return {
    result: options.result ?? null,
    is_error: state.status !== 'ok',
    ...(state.started?.flags.simulated ? { simulated: true } : {}),
    ...(state.status === 'ok' ? {} : { error: errorOf(state) }),
    ...(warnings.length > 0 ? { warnings } : {}),
    ...(state.finished?.verified ? { verified: state.finished.verified } : {}),
    duration_ms,
    ...criticalPathOf(state, nodes),
    ...(waited_ms > 0 ? { waited_ms } : {}),
    duration_planner_ms: planner ? Math.round(planner.ms) : null,
    total_cost_usd: cost_usd,
    ...(noModel ? { cost_note: 'n/a (no model called)' } : {}),
    ...partial,
    num_nodes: [...state.spans.values()].filter(isNodeThatRan).length,
    metrics: {
      ...(planner ? { planner: plannerMetrics(state, nodes, planner, noModel) } : {}),
      workflow: {
        duration_ms: Math.round(workflow?.ms ?? 0),
        ...costIn(workflow?.totals ?? ZERO_TOTALS, noModel),
        node_timings: timingsIn(state, nodes, 'workflow'),
        ...usagesIn(nodes, 'workflow'),
      },
      total: {
        duration_ms,
        cost_usd,
        ...partial,
        ...specialMoney(state.totals),
        ...specialTokens(state.totals),
        tokens_total: state.totals.tokens,
        ...estimatedMark(state.totals),
      },
    },
    trace_path: options.tracePath ?? null,
  };
}

/** A node has slack if none of its visits is on the path: the least of theirs. */
function criticalPathOf(
  state: RunState,
  nodes: readonly NodeRow[],
): Pick<RunSummary, 'critical_path_ms' | 'slack_ms'> {
  const path = new CriticalPath(state);
  const slack = new Slack(state, path);
  const off = nodes.filter((row) => row.path.length > 0 && !row.spans.some((id) => path.includes(id)));
  const slacks = off.flatMap(({ path: names, spans }) => {
    const least = Math.round(spans.reduce((ms, id) => Math.min(ms, slack.of(id) ?? 0), Infinity));
    return least > 0 ? [[names.join('/'), least] as const] : [];
  });
  return {
    critical_path_ms: Math.round(path.length()),
    ...(slacks.length > 0 ? { slack_ms: Object.fromEntries(slacks) } : {}),
  };
}

function plannerMetrics(
  state: RunState,
  nodes: readonly NodeRow[],
  { ms, totals }: StageRow,
  noModel: boolean,
): PlannerMetrics {
  return {
    duration_ms: Math.round(ms),
    ...costIn(totals, noModel),
    node_timings: timingsIn(state, nodes, 'planner'),
    ...usagesIn(nodes, 'planner'),
    ...tokensIn(totals),
    models_used: modelsIn(state, 'planner'),
  };
}

/** The cost is null if any price is unknown or any cost a lower bound; the known part is then given separately. */
function costIn(
  { usd, bound, unpriced }: Totals,
  noModel: boolean,
): { cost_usd: number | null } & PartialCost {
  if (unpriced.length > 0)
    return { cost_usd: null, partial_cost_usd: stripNoise(usd), unpriced_models: unpriced };
  if (bound) return { cost_usd: null, partial_cost_usd: stripNoise(usd) };
  return { cost_usd: noModel ? null : stripNoise(usd) };
}

/**
 * Whether no model was called, or offline rules answered: a cost does not apply, unlike for a free local model, whose
 * cost is 0.
 */
function calledNoModel(state: RunState): boolean {
  return groupByModel(state).every((row) => row.provider === 'offline');
}

/** The nodes of the stage itself; nested workflows are included in the node that ran them. */
function timingsIn(state: RunState, nodes: readonly NodeRow[], stage: string): Record<string, number> {
  const rows = nodes.filter((row) => row.stage === stage && row.path.length === 1);
  const ran = rows.filter((row) => row.spans.some((id) => isNodeThatRan(state.spans.get(id)!)));
  return Object.fromEntries(ran.map((row) => [row.path[0]!, Math.round(row.ms)]));
}

function usagesIn(nodes: readonly NodeRow[], stage: string): NodeUsages {
  const rows = nodes.filter((row) => row.stage === stage && calledModel(row.totals));
  if (rows.length === 0) return {};
  const usages = rows.map(({ path, totals }) => {
    const usage: NodeUsage = { calls: totals.calls, ...costIn(totals, false), ...tokensIn(totals) };
    return [path.join('/'), usage] as const;
  });
  return { node_usage: Object.fromEntries(usages) };
}

/** Offline rules are not a model. */
function calledModel({ calls, byRules, priced, free, unpriced }: Totals): boolean {
  return calls > 0 && (!byRules || priced || free || unpriced.length > 0);
}

function tokensIn(totals: Totals) {
  return {
    tokens_input: totals.input,
    tokens_output: totals.output,
    ...specialTokens(totals),
    tokens_total: totals.tokens,
    ...estimatedMark(totals),
  };
}

function isNodeThatRan(span: Span): boolean {
  return span.kind === 'node' && span.status !== 'skipped';
}

function modelsIn(state: RunState, stage: string): string[] {
  const calls = [...state.spans.values()].filter(
    // Offline rules are not a model.
    ({ id, call }) => call && call.provider !== 'offline' && findStage(state, id)?.name === stage,
  );
  return [...new Set(calls.map(({ call }) => call!.model ?? call!.requestedModel))];
}

function specialTokens({ cacheRead, cacheWrite, reasoning }: Totals): SpecialTokens {
  return {
    ...(cacheRead ? { tokens_cache_read: cacheRead } : {}),
    ...(cacheWrite ? { tokens_cache_write: cacheWrite } : {}),
    ...(reasoning ? { tokens_reasoning: reasoning } : {}),
  };
}

function specialMoney({ wastedUsd, cacheSavedUsd, cachePenaltyUsd }: Totals): SpecialMoney {
  return {
    ...(wastedUsd > 0 ? { wasted_cost_usd: stripNoise(wastedUsd) } : {}),
    ...(cacheSavedUsd > 0 ? { cache_saved_usd: stripNoise(cacheSavedUsd) } : {}),
    ...(cachePenaltyUsd > 0 ? { cache_penalty_usd: stripNoise(cachePenaltyUsd) } : {}),
  };
}

function estimatedMark({ estimated }: Totals): Estimated {
  return estimated ? { tokens_estimated: true } : {};
}

function errorOf(state: RunState): { node: string | null; message: string } {
  const failure = listErrors(state).findLast((error) => !error.recovered);
  return {
    node: state.finished?.node ?? failure?.node ?? null,
    message: state.finished?.error?.message ?? failure?.message ?? endInWords(state.status),
  };
}

function endInWords(status: RunState['status']): string {
  switch (status) {
    case 'cancelled':
      return 'The run was cancelled.';
    case 'budget':
      return 'The run went over its budget.';
    case 'running':
      return 'The run has not finished.';
    default:
      return 'The run failed.';
  }
}
