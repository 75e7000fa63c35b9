/** Aggregates model calls of the ledger in groups: counts, tokens, costs, and quantiles of duration and first token. */
import type { PriceTable } from '../../pricing/table/price-table.js';
import {
  createTally,
  replaceShare,
  toTotals,
  ZERO_SHARE,
  type Share,
  type Tally,
} from '../../profile/run/totals.js';
import type { Totals } from '../../profile/run/run-state.js';
import { createKeyReader, readTime, type Dimension, type KeyReader } from './group-key.js';
import type { CallLine } from '../files/ledger-line.js';
import { createBasisPricer, type PriceBasis } from '../prices/price-basis.js';
import type { PricedShare } from '../prices/price-share.js';
import { stepCalls, type MoreCalls, type TimeRange } from '../files/read-calls.js';

/** The median, 95th and 99th percentile, in ms: the smallest value that at least this share of all values does not exceed. */
export type Quantiles = Readonly<{ p50: number; p95: number; p99: number }>;

/** A group of calls. Costs in USD. */
export type CallGroup = Readonly<{
  /** Its key in each dimension; empty where calls have none. */
  keys: readonly string[];
  runs: number;
  /** Sums over its calls. The costs exclude calls on a subscription. */
  totals: Totals;
  /** The calls on a subscription: their number, what they would have cost through the API, and how many have no price. */
  plan: Readonly<{ usd: number; calls: number; unpriced: number }>;
  /** The cost of replayed calls at the time of their recording. */
  recordedUsd: number;
  /** Calls that failed. */
  failed: number;
  /** Calls that were second or later attempts. */
  retries: number;
  /** Calls whose response was billed and discarded. */
  wasted: number;
  /** Answers that were verified and those that passed; `usd` is what the verified ones cost together, undefined if a price is unknown. */
  verified: Readonly<{ answers: number; passed: number; usd: number | undefined }>;
  /** Of the durations of finished calls; undefined without any. */
  ms: Quantiles | undefined;
  /** Of the times to the first token, where they are known. */
  firstTokenMs: Quantiles | undefined;
  /** Output tokens per second of their calls' duration, of calls that succeeded; undefined without any. */
  tokensPerSecond: number | undefined;
  /** The start of its first and of its last call: ISO 8601, UTC. */
  firstAt: string;
  lastAt: string;
  /** Cost by time, in USD, one value per period of the series; empty without one. */
  series: readonly number[];
}>;

/** Divides a range of time into `count` equal periods. */
export type Series = Readonly<{ from: Date; to: Date; count: number }>;

export type AggregateOptions = TimeRange &
  Readonly<{
    prices: PriceTable;
    /** The time zone of days, weeks and months: see createKeyReader. */
    timeZone?: string | undefined;
    /** By default `day`. */
    basis?: PriceBasis;
    /** Which calls to count; by default all. */
    where?: (call: CallLine) => boolean;
    /** Further calls, which are in no file of the ledger. */
    more?: MoreCalls | undefined;
    /** Also sum up the cost of each group by time. */
    series?: Series;
    /** The groupings with a series, by their index; by default all. */
    seriesOf?: readonly number[];
  }>;

/**
 * Groups the calls in the ledger in several ways at once, each by some dimensions or other keys, in order of the groups' first
 * calls. Without dimensions all calls are one group.
 */
export function aggregateCalls(
  folder: string,
  groupings: readonly (readonly (Dimension | KeyReader)[])[],
  options: AggregateOptions,
): CallGroup[][] {
  return runSteps(stepAggregation(folder, groupings, options));
}

/** The same in slices of a few milliseconds. */
export function* stepAggregation(
  folder: string,
  groupings: readonly (readonly (Dimension | KeyReader)[])[],
  { prices, timeZone, basis = 'day', where = () => true, more, series, seriesOf, ...range }: AggregateOptions,
): Generator<void, CallGroup[][]> {
  const priceLine = createBasisPricer(prices, basis);
  // A session log has no cost of its time.
  const priceLogged = basis === 'recorded' ? createBasisPricer(prices, 'day') : priceLine;
  const price = (line: CallLine) => (line.source === 'session' ? priceLogged : priceLine)(line);
  const periodOf = createPeriodReader(series);
  const all = groupings.map((by, i) =>
    createGrouping(by, timeZone, !seriesOf || seriesOf.includes(i) ? (series?.count ?? 0) : 0),
  );
  yield* stepCalls(
    folder,
    range,
    (line) => {
      if (!where(line)) return;
      const priced = price(line);
      const period = periodOf(line);
      for (const { groupOf } of all) addCall(groupOf(line), line, priced, period);
    },
    more,
  );
  return all.map(({ groups }) => Array.from(groups.values(), finishDraft));
}

/** Runs an iterator to its end and returns its result. */
export function runSteps<T>(steps: Iterator<unknown, T>): T {
  for (let next = steps.next(); ; next = steps.next()) if (next.done) return next.value;
}

/** A group without calls. */
export function createEmptyGroup(keys: readonly string[], periods: number): CallGroup {
  return finishDraft(createDraft(keys, periods));
}

/** The period that a call started in; -1 outside the series. */
function createPeriodReader(series: Series | undefined): (line: CallLine) => number {
  if (!series) return () => -1;
  const from = series.from.getTime();
  const length = (series.to.getTime() - from) / series.count;
  return (line) => {
    const period = Math.floor((readTime(line) - from) / length);
    return period >= 0 && period < series.count ? period : -1;
  };
}

function createGrouping(
  by: readonly (Dimension | KeyReader)[],
  timeZone: string | undefined,
  periods: number,
): { groups: Map<string, Draft>; groupOf: (line: CallLine) => Draft } {
  const readers = by.map((each) => (typeof each === 'string' ? createKeyReader(each, timeZone) : each));
  const groups = new Map<string, Draft>();
  return {
    groups,
    groupOf(line) {
      let key = readers.length === 1 ? readers[0]!(line) : '';
      if (readers.length > 1) for (const read of readers) key += `${read(line)}\0`;
      let group = groups.get(key);
      if (!group)
        groups.set(
          key,
          (group = createDraft(
            readers.map((read) => read(line)),
            periods,
          )),
        );
      return group;
    },
  };
}

type Draft = {
  readonly keys: readonly string[];
  readonly tally: Tally;
  readonly runs: Set<string>;
  lastRun: string;
  readonly ms: number[];
  readonly firstTokenMs: number[];
  planUsd: number;
  planCalls: number;
  planUnpriced: number;
  recordedUsd: number;
  failed: number;
  retries: number;
  wasted: number;
  /** By run and node: whether the answer passed. */
  readonly verdicts: Map<string, boolean>;
  verifiedUsd: number | undefined;
  timedTokens: number;
  timedMs: number;
  firstTime: number;
  lastTime: number;
  readonly series: number[];
};

function createDraft(keys: readonly string[], periods: number): Draft {
  return {
    keys,
    tally: createTally(),
    runs: new Set(),
    lastRun: '',
    ms: [],
    firstTokenMs: [],
    planUsd: 0,
    planCalls: 0,
    planUnpriced: 0,
    recordedUsd: 0,
    failed: 0,
    retries: 0,
    wasted: 0,
    verdicts: new Map(),
    verifiedUsd: 0,
    timedTokens: 0,
    timedMs: 0,
    firstTime: Infinity,
    lastTime: -Infinity,
    series: Array.from({ length: periods }, () => 0),
  };
}

function addCall(draft: Draft, line: CallLine, { share, recordedUsd }: PricedShare, period: number): void {
  replaceShare(draft.tally, ZERO_SHARE, line.plan === true ? withoutCost(share) : share);
  if (draft.lastRun !== line.run) {
    draft.lastRun = line.run;
    draft.runs.add(line.run);
  }
  if (line.ms !== null && line.source !== 'replayed') draft.ms.push(line.ms);
  if (line.firstTokenMs !== undefined && line.source !== 'replayed')
    draft.firstTokenMs.push(line.firstTokenMs);
  draft.recordedUsd += recordedUsd;
  if (line.status === 'failed') draft.failed++;
  if (line.attempt !== undefined) draft.retries++;
  if (line.ms !== null && line.status === 'ok' && line.source !== 'replayed' && share.output > 0) {
    draft.timedTokens += share.output;
    draft.timedMs += line.ms;
  }
  const time = readTime(line);
  if (time > draft.lastTime) draft.lastTime = time;
  if (time < draft.firstTime) draft.firstTime = time;
  if (line.wasted === true) draft.wasted++;
  if (line.verdict !== undefined) {
    draft.verdicts.set(`${line.run}/${line.verdict.node ?? ''}`, line.verdict.passed);
    const isKnown = share.unpriced === undefined && line.plan !== true;
    if (!isKnown) draft.verifiedUsd = undefined;
    else if (draft.verifiedUsd !== undefined) draft.verifiedUsd += share.usd;
  }
  if (period >= 0 && draft.series.length > 0 && line.plan !== true) draft.series[period]! += share.usd;
  if (line.plan === true) {
    draft.planUsd += share.usd;
    draft.planCalls++;
    if (share.unpriced !== undefined) draft.planUnpriced++;
  }
}

function withoutCost(share: Share): Share {
  const { usd, wastedUsd, cacheSavedUsd, cachePenaltyUsd, priced, bound, approximate, unpriced } = ZERO_SHARE;
  return { ...share, usd, wastedUsd, cacheSavedUsd, cachePenaltyUsd, priced, bound, approximate, unpriced };
}

function finishDraft(draft: Draft): CallGroup {
  const { keys, tally, runs, planUsd, planCalls, planUnpriced, recordedUsd, failed, retries, wasted } = draft;
  return {
    keys,
    runs: runs.size,
    totals: toTotals(tally),
    plan: { usd: planUsd, calls: planCalls, unpriced: planUnpriced },
    recordedUsd,
    failed,
    retries,
    wasted,
    verified: {
      answers: draft.verdicts.size,
      passed: [...draft.verdicts.values()].filter(Boolean).length,
      usd: draft.verifiedUsd,
    },
    tokensPerSecond: draft.timedMs > 0 ? (1000 * draft.timedTokens) / draft.timedMs : undefined,
    firstAt: toText(draft.firstTime),
    lastAt: toText(draft.lastTime),
    series: draft.series,
    ms: quantilesOf(draft.ms),
    firstTokenMs: quantilesOf(draft.firstTokenMs),
  };
}

/** Empty without calls. */
function toText(time: number): string {
  return Number.isFinite(time) ? new Date(time).toISOString() : '';
}

function quantilesOf(values: readonly number[]): Quantiles | undefined {
  if (values.length === 0) return undefined;
  const sorted = Float64Array.from(values).sort();
  const at = (part: number) => sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)]!;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}
