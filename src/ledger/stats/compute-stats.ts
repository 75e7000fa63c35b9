/** Computes statistics over the calls of many runs: groups, their totals, and the period before for comparison. */
import type { PriceTable } from '../../pricing/table/price-table.js';
import {
  createEmptyGroup,
  runSteps,
  stepAggregation,
  type CallGroup,
  type Series,
} from './aggregate-calls.js';
import type { Dimension } from './group-key.js';
import { listMonths } from '../files/ledger-files.js';
import type { CallLine } from '../files/ledger-line.js';
import type { MoreCalls } from '../files/read-calls.js';
import type { PriceBasis } from '../prices/price-basis.js';

/** What to compute. Times: `from` is inclusive, `to` exclusive. */
export type StatsQuery = Readonly<{
  by: readonly Dimension[];
  from: Date;
  to: Date;
  prices: PriceTable;
  basis: PriceBasis;
  /** See createKeyReader. */
  timeZone?: string | undefined;
  where?: (call: CallLine) => boolean;
  /** Further calls, which are in no file of the ledger, and when the first of them was made. */
  more?: Readonly<{ step: MoreCalls; since: string | undefined }> | undefined;
}>;

/** A group of calls, and what it is compared with: undefined if there were no calls. */
export type StatsGroup = Readonly<{ now: CallGroup; before: CallGroup | undefined }>;

/** Statistics over a period. The sums over `groups` are those of `total`. */
export type Stats = Readonly<{
  query: StatsQuery;
  /** Groups by time in their order, versions of prompts by node and age, all others by cost, highest first. */
  groups: readonly StatsGroup[];
  total: StatsGroup;
  /** What `before` is: the period of the same length before this one, or the preceding group. */
  compared: 'period' | 'group';
  /** The periods of the values in the `series` of groups. */
  series: Series;
}>;

/** Computes the statistics of a ledger in one pass over the files of both periods. */
export function computeStats(folder: string, query: StatsQuery): Stats {
  return runSteps(stepStats(folder, query));
}

/** The same in slices of a few milliseconds. */
export function* stepStats(folder: string, query: StatsQuery): Generator<void, Stats> {
  const { by, from, to, prices, basis, timeZone, where, more } = query;
  const series = divideRange(folder, from, to, more?.since);
  const start = new Date(2 * from.getTime() - to.getTime());
  const first = from.toISOString();
  const periodOf = (call: CallLine) => (call.at < first ? 'before' : 'now');
  const [all = [], totals = []] = yield* stepAggregation(folder, [[periodOf, ...by], [periodOf]], {
    prices,
    basis,
    timeZone,
    series,
    // A group of one day needs none, and there may be 70,000 of them.
    seriesOf: by.some(isTime) ? [1] : [0, 1],
    from: start,
    to,
    ...(where ? { where } : {}),
    more: more?.step,
  });
  const before = new Map(all.flatMap((group) => (group.keys[0] === 'before' ? [[keyOf(group), group]] : [])));
  const now = all.filter(({ keys }) => keys[0] === 'now').toSorted(compareGroups(by));
  const byTime = by.length === 1 && isTime(by[0]!);
  const total = (period: string) => totals.find(({ keys }) => keys[0] === period);
  return {
    query,
    groups: now.map((group, i) => ({
      now: withoutPeriod(group),
      before: byTime ? now[i - 1] : before.get(keyOf(group)),
    })),
    total: {
      now: withoutPeriod(total('now') ?? createEmptyGroup(['now'], series.count)),
      before: total('before'),
    },
    compared: byTime ? 'group' : 'period',
    series,
  };
}

/** Whether a dimension is a period of time. */
function isTime(dimension: Dimension): boolean {
  return dimension === 'day' || dimension === 'week' || dimension === 'month';
}

function keyOf({ keys }: CallGroup): string {
  return keys.slice(1).join('\0');
}

function withoutPeriod(group: CallGroup): CallGroup {
  return { ...group, keys: group.keys.slice(1) };
}

/** The keys of groups still begin with their period. */
function compareGroups(by: readonly Dimension[]): (a: CallGroup, b: CallGroup) => number {
  const times = by.flatMap((dimension, i) => (isTime(dimension) ? [i + 1] : []));
  const names = by.includes('prompt')
    ? by.flatMap((dimension, i) => (dimension === 'prompt' ? [] : [i + 1]))
    : [];
  const cost = ({ totals, plan }: CallGroup) => totals.usd + plan.usd;
  return (a, b) => {
    for (const i of [...times, ...names]) {
      if (a.keys[i] !== b.keys[i]) return a.keys[i]! < b.keys[i]! ? -1 : 1;
    }
    if (names.length > 0) return a.firstAt < b.firstAt ? -1 : 1;
    return cost(b) - cost(a) || b.totals.tokens - a.totals.tokens || (keyOf(a) < keyOf(b) ? -1 : 1);
  };
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MOST_PERIODS = 60;

/** Divides a range in hours, days, or equal numbers of days; it starts no earlier than the ledger. */
function divideRange(folder: string, from: Date, to: Date, since: string | undefined): Series {
  const [oldest] = [
    ...listMonths(folder).slice(0, 1),
    ...(since === undefined ? [] : [since.slice(0, 7)]),
  ].toSorted();
  const start = Math.max(from.getTime(), oldest === undefined ? 0 : Date.parse(`${oldest}-01`));
  const length = Math.max(1, to.getTime() - start);
  const unit =
    length < 3 * DAY_MS ? HOUR_MS : DAY_MS * Math.max(1, Math.ceil(length / DAY_MS / MOST_PERIODS));
  const count = Math.max(1, Math.ceil(length / unit - 1e-9));
  return { from: new Date(to.getTime() - count * unit), to, count };
}
