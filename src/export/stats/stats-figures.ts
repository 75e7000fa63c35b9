/** Converts the figures of a group of calls to the names and units of JSON and CSV; what is unknown is null. */
import { stripNoise } from '../../lib/text/format.js';
import type { CallGroup, Quantiles } from '../../ledger/stats/aggregate-calls.js';

/** The figures of a group. Durations in ms, costs in USD, shares from 0 to 1. */
export type GroupFigures = Readonly<{
  calls: number;
  runs: number;
  failed: number;
  /** Calls that were second or later attempts, and calls whose response was discarded. */
  retries: number;
  wasted_calls: number;
  /** Answers that the user's commands verified, the share of them that passed, and the cost of one that did. */
  verified: number;
  pass_rate: number | null;
  cost_per_pass_usd: number | null;
  tokens_total: number;
  tokens_input: number;
  tokens_output: number;
  tokens_cache_read: number;
  tokens_cache_write: number;
  tokens_reasoning: number;
  tokens_estimated: boolean;
  /** null if the price of any call is unknown; `partial_cost_usd` is the known part. */
  cost_usd: number | null;
  partial_cost_usd: number;
  /** `bound`: the cost is at least this much. */
  cost_certainty: CostCertainty;
  unpriced_models: readonly string[];
  wasted_cost_usd: number;
  cache_saved_usd: number;
  cache_penalty_usd: number;
  /** The share of the input tokens that were read from a cache. */
  cache_share: number | null;
  duration_ms: Quantiles | null;
  first_token_ms: Quantiles | null;
  tokens_per_second: number | null;
  /** Calls on a subscription, and what they would have cost; not part of `cost_usd`. */
  subscription_calls: number;
  api_equivalent_usd: number;
  /** What replayed calls had cost when they were recorded. */
  replayed_cost_usd: number;
  first_at: string | null;
  last_at: string | null;
}>;

export type CostCertainty = 'exact' | 'estimated' | 'bound' | 'unknown';

/** The figures of a group, in the order of the columns. */
export function toFigures(group: CallGroup): GroupFigures {
  const { totals, plan, verified } = group;
  const certainty = certaintyOf(group);
  return {
    calls: totals.calls,
    runs: group.runs,
    failed: group.failed,
    retries: group.retries,
    wasted_calls: group.wasted,
    verified: verified.answers,
    pass_rate: verified.answers > 0 ? verified.passed / verified.answers : null,
    cost_per_pass_usd:
      verified.passed > 0 && verified.usd !== undefined ? stripNoise(verified.usd / verified.passed) : null,
    tokens_total: totals.tokens,
    tokens_input: totals.input,
    tokens_output: totals.output,
    tokens_cache_read: totals.cacheRead,
    tokens_cache_write: totals.cacheWrite,
    tokens_reasoning: totals.reasoning,
    tokens_estimated: totals.estimated,
    cost_usd: certainty === 'unknown' ? null : stripNoise(totals.usd),
    partial_cost_usd: stripNoise(totals.usd),
    cost_certainty: certainty,
    unpriced_models: totals.unpriced,
    wasted_cost_usd: stripNoise(totals.wastedUsd),
    cache_saved_usd: stripNoise(totals.cacheSavedUsd),
    cache_penalty_usd: stripNoise(totals.cachePenaltyUsd),
    cache_share: totals.input > 0 ? totals.cacheRead / totals.input : null,
    duration_ms: group.ms ?? null,
    first_token_ms: group.firstTokenMs ?? null,
    tokens_per_second: group.tokensPerSecond ?? null,
    subscription_calls: plan.calls,
    api_equivalent_usd: stripNoise(plan.usd),
    replayed_cost_usd: stripNoise(group.recordedUsd),
    first_at: group.firstAt || null,
    last_at: group.lastAt || null,
  };
}

function certaintyOf({ totals, plan }: CallGroup): CostCertainty {
  const { calls, priced, free, unpriced, bound, estimated, approximate } = totals;
  if (unpriced.length > 0 || !(priced || free || plan.calls > 0 || calls === 0)) return 'unknown';
  return bound ? 'bound' : priced && (estimated || approximate) ? 'estimated' : 'exact';
}
