/** Sums tokens and costs over LLM calls, incrementally. */
import type { Call, Totals } from './run-state.js';

/** Zero totals. */
export const ZERO_TOTALS: Totals = Object.freeze({
  calls: 0,
  input: 0,
  cacheRead: 0,
  cacheWrite: 0,
  output: 0,
  reasoning: 0,
  tokens: 0,
  estimated: false,
  usd: 0,
  bound: false,
  approximate: false,
  priced: false,
  free: false,
  byRules: false,
  unpriced: Object.freeze([]),
  wastedUsd: 0,
  cacheSavedUsd: 0,
  cachePenaltyUsd: 0,
});

/** What one call contributes to each sum that contains it; `unpriced` is its model if its cost is unknown. */
export type Share = Readonly<Omit<Totals, 'unpriced'> & { unpriced: string | undefined }>;

/** The contribution of a call that does not exist yet. */
export const ZERO_SHARE: Share = { ...ZERO_TOTALS, unpriced: undefined };

/** The contribution of a call. While it streams its tokens are estimates, replaced by the reported ones. */
export function computeShare(call: Call): Share {
  if (call.sameAs !== undefined) return ZERO_SHARE;
  const { usage, cost } = call;
  const streamed = usage ? undefined : call.progressTokens;
  const input = usage?.input ?? 0;
  const output = usage?.output ?? streamed ?? 0;
  const counted = usage === null || usage.input !== undefined || usage.output !== undefined;
  return {
    calls: 1,
    input,
    cacheRead: usage?.cacheRead ?? 0,
    cacheWrite: usage?.cacheWrite ?? 0,
    output,
    reasoning: usage?.reasoning ?? 0,
    tokens: counted ? input + output : (usage.total ?? 0),
    usd: cost?.usd ?? 0,
    wastedUsd: call.wasted ? (cost?.usd ?? 0) : 0,
    cacheSavedUsd: call.cacheEffect?.savedUsd ?? 0,
    cachePenaltyUsd: call.cacheEffect?.penaltyUsd ?? 0,
    estimated: streamed !== undefined || call.usageOrigin === 'estimated',
    bound: cost?.certainty === 'bound',
    approximate: cost?.certainty === 'estimated' || cost?.certainty === 'borrowed',
    priced: cost !== null && cost.usd !== null && cost.state !== 'free',
    free: cost?.state === 'free',
    byRules: cost?.state === 'n/a',
    unpriced:
      cost !== null && cost.usd === null && cost.state !== 'n/a'
        ? (call.model ?? call.requestedModel)
        : undefined,
  };
}

/** A mutable sum from which contributions can be removed again: it counts what Totals has as flags. */
export type Tally = { -readonly [K in keyof Totals]: Totals[K] } & {
  estimatedCalls: number;
  boundCalls: number;
  approximateCalls: number;
  pricedCalls: number;
  freeCalls: number;
  ruleCalls: number;
  /** Number per model; absent until the first. */
  unpricedCalls: Map<string, number> | undefined;
};

/** An empty tally. */
export function createTally(): Tally {
  return {
    // Written out: spreading a frozen object gives each copy a hidden class of its own, which is larger than the
    // object.
    calls: 0,
    input: 0,
    cacheRead: 0,
    cacheWrite: 0,
    output: 0,
    reasoning: 0,
    tokens: 0,
    estimated: false,
    usd: 0,
    bound: false,
    approximate: false,
    priced: false,
    free: false,
    byRules: false,
    unpriced: ZERO_TOTALS.unpriced,
    wastedUsd: 0,
    cacheSavedUsd: 0,
    cachePenaltyUsd: 0,
    estimatedCalls: 0,
    boundCalls: 0,
    approximateCalls: 0,
    pricedCalls: 0,
    freeCalls: 0,
    ruleCalls: 0,
    unpricedCalls: undefined,
  };
}

/** A copy that continues independently. */
export function copyTally(tally: Tally): Tally {
  return { ...tally, unpricedCalls: tally.unpricedCalls && new Map(tally.unpricedCalls) };
}

/** Replaces a contribution that the tally contains (`NO_SHARE` for a new call) by another. */
export function replaceShare(tally: Tally, previous: Share, next: Share): void {
  tally.calls += next.calls - previous.calls;
  tally.input += next.input - previous.input;
  tally.cacheRead += next.cacheRead - previous.cacheRead;
  tally.cacheWrite += next.cacheWrite - previous.cacheWrite;
  tally.output += next.output - previous.output;
  tally.reasoning += next.reasoning - previous.reasoning;
  tally.tokens += next.tokens - previous.tokens;
  tally.usd += next.usd - previous.usd;
  tally.wastedUsd += next.wastedUsd - previous.wastedUsd;
  tally.cacheSavedUsd += next.cacheSavedUsd - previous.cacheSavedUsd;
  tally.cachePenaltyUsd += next.cachePenaltyUsd - previous.cachePenaltyUsd;
  tally.estimatedCalls += Number(next.estimated) - Number(previous.estimated);
  tally.boundCalls += Number(next.bound) - Number(previous.bound);
  tally.approximateCalls += Number(next.approximate) - Number(previous.approximate);
  tally.pricedCalls += Number(next.priced) - Number(previous.priced);
  tally.freeCalls += Number(next.free) - Number(previous.free);
  tally.ruleCalls += Number(next.byRules) - Number(previous.byRules);
  tally.estimated = tally.estimatedCalls > 0;
  tally.bound = tally.boundCalls > 0;
  tally.approximate = tally.approximateCalls > 0;
  tally.priced = tally.pricedCalls > 0;
  tally.free = tally.freeCalls > 0;
  tally.byRules = tally.ruleCalls > 0;
  if (next.unpriced !== previous.unpriced) {
    countUnpriced(tally, previous.unpriced, -1);
    countUnpriced(tally, next.unpriced, 1);
  }
}

/** The tally as an immutable record. */
export function toTotals(tally: Tally): Totals {
  return {
    calls: tally.calls,
    input: tally.input,
    cacheRead: tally.cacheRead,
    cacheWrite: tally.cacheWrite,
    output: tally.output,
    reasoning: tally.reasoning,
    tokens: tally.tokens,
    estimated: tally.estimated,
    usd: tally.usd,
    bound: tally.bound,
    approximate: tally.approximate,
    priced: tally.priced,
    free: tally.free,
    byRules: tally.byRules,
    unpriced: tally.unpriced,
    wastedUsd: tally.wastedUsd,
    cacheSavedUsd: tally.cacheSavedUsd,
    cachePenaltyUsd: tally.cachePenaltyUsd,
  };
}

/** The totals of some calls. */
export function sumCalls(calls: Iterable<Call>): Totals {
  return toTotals(tallyCalls(calls));
}

/** The mutable tally of some calls. */
export function tallyCalls(calls: Iterable<Call>): Tally {
  const tally = createTally();
  for (const call of calls) replaceShare(tally, ZERO_SHARE, computeShare(call));
  return tally;
}

function countUnpriced(tally: Tally, model: string | undefined, by: number): void {
  if (model === undefined) return;
  const calls = (tally.unpricedCalls ??= new Map());
  const count = (calls.get(model) ?? 0) + by;
  if (count > 0) calls.set(model, count);
  else calls.delete(model);
  tally.unpriced = [...calls.keys()];
}
