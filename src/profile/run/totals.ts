import type { Call, Totals } from './run-state.js';

/** The totals of nothing: no call was made. */
export const NO_TOTALS: Totals = Object.freeze({
  calls: 0,
  input: 0,
  cacheRead: 0,
  cacheWrite: 0,
  output: 0,
  reasoning: 0,
  tokens: 0,
  estimated: false,
  usd: 0,
  priced: false,
  free: false,
  byRules: false,
  unpriced: Object.freeze([]),
  wastedUsd: 0,
  cacheSavedUsd: 0,
  cachePenaltyUsd: 0,
});

/** What one call adds to every sum that it is part of; `unpriced` is its model, when its cost is not known. */
export type Share = Readonly<Omit<Totals, 'unpriced'> & { unpriced: string | undefined }>;

/** The share of a call that has not been made. */
export const NO_SHARE: Share = { ...NO_TOTALS, unpriced: undefined };

/** The share of a call as it stands. While it streams, its tokens are estimates; the reported ones replace them. */
export function shareOf(call: Call): Share {
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
    priced: cost !== null && cost.usd !== null && cost.state !== 'free',
    free: cost?.state === 'free',
    byRules: cost?.state === 'n/a',
    unpriced:
      cost !== null && cost.usd === null && cost.state !== 'n/a'
        ? (call.model ?? call.requestedModel)
        : undefined,
  };
}

/**
 * A sum that calls enter and change in. It counts what Totals only says yes or no to, so that a share can be taken out
 * again without looking at the others.
 */
export type Tally = { -readonly [K in keyof Totals]: Totals[K] } & {
  estimatedCalls: number;
  pricedCalls: number;
  freeCalls: number;
  ruleCalls: number;
  /** By model; absent until there is one. */
  unpricedCalls: Map<string, number> | undefined;
};

/** A sum of nothing. */
export function createTally(): Tally {
  return {
    // Spelled out: what is spread from a frozen object gets a hidden class of its own, which is larger than it is.
    calls: 0,
    input: 0,
    cacheRead: 0,
    cacheWrite: 0,
    output: 0,
    reasoning: 0,
    tokens: 0,
    estimated: false,
    usd: 0,
    priced: false,
    free: false,
    byRules: false,
    unpriced: NO_TOTALS.unpriced,
    wastedUsd: 0,
    cacheSavedUsd: 0,
    cachePenaltyUsd: 0,
    estimatedCalls: 0,
    pricedCalls: 0,
    freeCalls: 0,
    ruleCalls: 0,
    unpricedCalls: undefined,
  };
}

/** A sum of the same that goes on by itself. */
export function copyTally(tally: Tally): Tally {
  return { ...tally, unpricedCalls: tally.unpricedCalls && new Map(tally.unpricedCalls) };
}

/** Puts `next` in the place of `previous`, a share that the sum already holds (`NO_SHARE` for a new call). */
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
  tally.pricedCalls += Number(next.priced) - Number(previous.priced);
  tally.freeCalls += Number(next.free) - Number(previous.free);
  tally.ruleCalls += Number(next.byRules) - Number(previous.byRules);
  tally.estimated = tally.estimatedCalls > 0;
  tally.priced = tally.pricedCalls > 0;
  tally.free = tally.freeCalls > 0;
  tally.byRules = tally.ruleCalls > 0;
  if (next.unpriced !== previous.unpriced) {
    countUnpriced(tally, previous.unpriced, -1);
    countUnpriced(tally, next.unpriced, 1);
  }
}

/** The sum as a record that never changes again. */
export function totalsOf(tally: Tally): Totals {
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
  return totalsOf(tallyOfCalls(calls));
}

/** The sum of some calls, to go on with. */
export function tallyOfCalls(calls: Iterable<Call>): Tally {
  const tally = createTally();
  for (const call of calls) replaceShare(tally, NO_SHARE, shareOf(call));
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
