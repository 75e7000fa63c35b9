/** Aggregates model calls of the ledger in groups: counts, tokens, costs, and quantiles of duration and first token. */
import type { PriceTable } from '../pricing/table/price-table.js';
import {
  createTally,
  replaceShare,
  toTotals,
  ZERO_SHARE,
  type Share,
  type Tally,
} from '../profile/run/totals.js';
import type { Totals } from '../profile/run/run-state.js';
import { createKeyReader, type Dimension } from './group-key.js';
import type { CallLine } from './ledger-line.js';
import { createSharePricer, type PricedShare } from './price-share.js';
import { visitCalls, type TimeRange } from './read-calls.js';

/** The median, 95th and 99th percentile, in ms: the smallest value that at least this share of all values does not exceed. */
export type Quantiles = Readonly<{ p50: number; p95: number; p99: number }>;

/** A group of calls. Costs in USD. */
export type CallGroup = Readonly<{
  /** Its key in each dimension; empty where calls have none. */
  keys: readonly string[];
  runs: number;
  /** Sums over its calls. The costs exclude calls on a subscription. */
  totals: Totals;
  /** What the calls on a subscription would have cost through the API, and their number. */
  plan: Readonly<{ usd: number; calls: number }>;
  /** The cost of replayed calls at the time of their recording. */
  recordedUsd: number;
  /** Calls that failed. */
  failed: number;
  /** Calls that were second or later attempts. */
  retries: number;
  /** Calls whose response was billed and discarded. */
  wasted: number;
  /** Of the durations of finished calls; undefined without any. */
  ms: Quantiles | undefined;
  /** Of the times to the first token, where they are known. */
  firstTokenMs: Quantiles | undefined;
  /** Output tokens per second of their calls' duration, of calls that succeeded; undefined without any. */
  tokensPerSecond: number | undefined;
  /** The start of its first and of its last call: ISO 8601, UTC. */
  firstAt: string;
  lastAt: string;
}>;

export type AggregateOptions = TimeRange &
  Readonly<{
    prices: PriceTable;
    /** The time zone of days, weeks and months: see createKeyReader. */
    timeZone?: string | undefined;
    /** Price calls at the rates of this moment instead of those of their days. */
    pricedAt?: Date | undefined;
    /** Which calls to count; by default all. */
    where?: (call: CallLine) => boolean;
  }>;

/**
 * Groups the calls in the ledger in several ways at once, each by some dimensions, in order of the groups' first calls.
 * Without dimensions all calls are one group. Calls are priced at the rates of their days in a table; a cost that was
 * reported takes precedence.
 */
export function aggregateCalls(
  folder: string,
  groupings: readonly (readonly Dimension[])[],
  { prices, timeZone, pricedAt, where = () => true, ...range }: AggregateOptions,
): CallGroup[][] {
  const price = createSharePricer(prices);
  const now = pricedAt?.toISOString();
  const all = groupings.map((by) => createGrouping(by, timeZone));
  visitCalls(folder, range, (line) => {
    if (!where(line)) return;
    const priced = price(now === undefined ? line : { ...line, at: now });
    for (const { groupsOf } of all) for (const group of groupsOf(line)) addCall(group, line, priced);
  });
  return all.map(({ groups }) => Array.from(groups.values(), finishDraft));
}

function createGrouping(
  by: readonly Dimension[],
  timeZone: string | undefined,
): { groups: Map<string, Draft>; groupsOf: (line: CallLine) => readonly Draft[] } {
  const readers = by.map((dimension) => createKeyReader(dimension, timeZone));
  const groups = new Map<string, Draft>();
  const findGroup = (line: CallLine): Draft => {
    let key = '';
    for (const read of readers) key += `${read(line)}\0`;
    let group = groups.get(key);
    if (!group) groups.set(key, (group = createDraft(key.split('\0').slice(0, -1))));
    return group;
  };
  if (!by.includes('tag')) return { groups, groupsOf: (line) => [findGroup(line)] };
  return {
    groups,
    groupsOf(line) {
      const tags = Object.entries(line.tags ?? {});
      if (tags.length < 2) return [findGroup(line)];
      // Once for each tag, as if the call had no other.
      return tags.map(([name, value]) => findGroup({ ...line, tags: { [name]: value } }));
    },
  };
}

type Draft = {
  readonly keys: readonly string[];
  readonly tally: Tally;
  readonly runs: Set<string>;
  readonly ms: number[];
  readonly firstTokenMs: number[];
  planUsd: number;
  planCalls: number;
  recordedUsd: number;
  failed: number;
  retries: number;
  wasted: number;
  timedTokens: number;
  timedMs: number;
  firstAt: string;
  lastAt: string;
};

function createDraft(keys: readonly string[]): Draft {
  return {
    keys,
    tally: createTally(),
    runs: new Set(),
    ms: [],
    firstTokenMs: [],
    planUsd: 0,
    planCalls: 0,
    recordedUsd: 0,
    failed: 0,
    retries: 0,
    wasted: 0,
    timedTokens: 0,
    timedMs: 0,
    firstAt: '',
    lastAt: '',
  };
}

function addCall(draft: Draft, line: CallLine, { share, recordedUsd }: PricedShare): void {
  replaceShare(draft.tally, ZERO_SHARE, line.plan === true ? withoutCost(share) : share);
  draft.runs.add(line.run);
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
  if (draft.firstAt === '' || line.at < draft.firstAt) draft.firstAt = line.at;
  if (line.at > draft.lastAt) draft.lastAt = line.at;
  if (line.wasted === true) draft.wasted++;
  if (line.plan === true) {
    draft.planUsd += share.usd;
    draft.planCalls++;
  }
}

function withoutCost(share: Share): Share {
  const { usd, wastedUsd, cacheSavedUsd, cachePenaltyUsd, priced, bound, approximate, unpriced } = ZERO_SHARE;
  return { ...share, usd, wastedUsd, cacheSavedUsd, cachePenaltyUsd, priced, bound, approximate, unpriced };
}

function finishDraft(draft: Draft): CallGroup {
  const { keys, tally, runs, planUsd, planCalls, recordedUsd, failed, retries, wasted } = draft;
  return {
    keys,
    runs: runs.size,
    totals: toTotals(tally),
    plan: { usd: planUsd, calls: planCalls },
    recordedUsd,
    failed,
    retries,
    wasted,
    tokensPerSecond: draft.timedMs > 0 ? (1000 * draft.timedTokens) / draft.timedMs : undefined,
    firstAt: draft.firstAt,
    lastAt: draft.lastAt,
    ms: quantilesOf(draft.ms),
    firstTokenMs: quantilesOf(draft.firstTokenMs),
  };
}

function quantilesOf(values: readonly number[]): Quantiles | undefined {
  if (values.length === 0) return undefined;
  const sorted = Float64Array.from(values).sort();
  const at = (part: number) => sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)]!;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}
