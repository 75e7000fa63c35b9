/** Forecasts what will have been spent at the end of a day, week or month. */
import type { PriceTable } from '../../pricing/table/price-table.js';
import { createEmptyGroup, runSteps, stepAggregation, type CallGroup } from './aggregate-calls.js';
import { listMonths, monthOf } from '../files/ledger-files.js';
import type { CallLine } from '../files/ledger-line.js';
import type { MoreCalls } from '../files/read-calls.js';

/** A day, a week from Monday, or a month, in the time zone of this process. */
export type Period = 'day' | 'week' | 'month';

/** When a period with `now` in it starts and ends: `from` is inclusive, `to` exclusive. */
export function findPeriod(period: Period, now: Date): { from: Date; to: Date } {
  const [year, month, day] = [now.getFullYear(), now.getMonth(), now.getDate()];
  if (period === 'month') return { from: new Date(year, month, 1), to: new Date(year, month + 1, 1) };
  const first = period === 'week' ? day - ((now.getDay() + 6) % 7) : day;
  return {
    from: new Date(year, month, first),
    to: new Date(year, month, first + (period === 'week' ? 7 : 1)),
  };
}

/** A forecast in USD, and what it is based on: the mean cost of the last `days` days. */
export type Forecast = Readonly<{ usd: number; usdPerDay: number; days: number }>;

/** The calls of the current period so far, and its forecast; undefined with less than three days of history. */
export type Spending = Readonly<{ spent: CallGroup; forecast: Forecast | undefined }>;

const HISTORY_DAYS = 28;
const FEWEST_DAYS = 3;
const DAY_MS = 86_400_000;

/** Computes the spending of several periods in one pass: what was spent so far, at the costs as recorded. */
export function computeSpending<P extends Period>(
  folder: string,
  periods: readonly P[],
  options: SpendingOptions,
): Record<P, Spending> {
  return runSteps(stepSpending(folder, periods, options));
}

export type SpendingOptions = Readonly<{
  prices: PriceTable;
  now: Date;
  where?: (call: CallLine) => boolean;
  more?: MoreCalls | undefined;
}>;

/** The same in slices of a few milliseconds. */
export function* stepSpending<P extends Period>(
  folder: string,
  periods: readonly P[],
  { prices, now, where, more }: SpendingOptions,
): Generator<void, Record<P, Spending>> {
  const history = new Date(now.getTime() - HISTORY_DAYS * DAY_MS);
  const starts = periods.map((period) => findPeriod(period, now).from);
  // The whole month: earlier calls in it show that the history is complete.
  const month = new Date(`${monthOf(history.toISOString())}-01`);
  const from = new Date(Math.min(...[month, ...starts].map(Number)));
  const since = (start: Date) => {
    const first = start.toISOString();
    return (call: CallLine) => (call.at >= first ? 'in' : 'out');
  };
  const groupings = [history, ...starts].map((start) => [since(start)]);
  const found = yield* stepAggregation(folder, groupings, {
    prices,
    basis: 'recorded',
    from,
    to: now,
    more,
    ...(where ? { where } : {}),
  });
  const pick = (groups: readonly CallGroup[], name: string) => groups.find(({ keys }) => keys[0] === name);
  const [recent = [], ...spent] = found;
  const isOlder =
    pick(recent, 'out') !== undefined || (listMonths(folder)[0] ?? '~') < monthOf(month.toISOString());
  const first = isOlder ? history.getTime() : Date.parse(pick(recent, 'in')?.firstAt ?? '');
  const usd = pick(recent, 'in')?.totals.usd ?? 0;
  return Object.fromEntries(
    periods.map((period, i): [P, Spending] => {
      const own = pick(spent[i]!, 'in') ?? createEmptyGroup([], 0);
      const rest = (findPeriod(period, now).to.getTime() - now.getTime()) / DAY_MS;
      return [
        period,
        { spent: own, forecast: forecast(own.totals.usd, usd, (now.getTime() - first) / DAY_MS, rest) },
      ];
    }),
  ) as Record<P, Spending>;
}

/** Adds the mean cost per day for the `rest` of the period, in days. */
function forecast(spent: number, recent: number, days: number, rest: number): Forecast | undefined {
  if (!(days >= FEWEST_DAYS)) return undefined;
  const usdPerDay = recent / days;
  return { usd: spent + rest * usdPerDay, usdPerDay, days: Math.round(days) };
}
