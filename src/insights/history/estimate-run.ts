/** Estimates what a run will need from earlier runs of its workflow: time, cost, tokens and calls. */
import { formatCompact, formatCount, formatDuration, formatUsd, plural } from '../../lib/text/format.js';
import { median } from './robust-stats.js';
import { METRICS, type Amounts, type Metric, type RunSample } from './run-sample.js';

/** A band that holds about five of six actual values, and the middle; ms, USD or a count. */
export type Band = Readonly<{ low: number; likely: number; high: number }>;

/** By metric; a metric that is not known exactly in enough runs is absent. */
export type Estimate = Readonly<{
  runs: number;
  /** From earlier calls of its nodes in any workflow; absent for earlier runs of the workflow itself. */
  basis?: 'nodes';
}> &
  Readonly<Partial<Record<Metric, Band>>>;

/** Below this number of earlier runs there is no estimate. */
export const LEAST_RUNS = 3;

/** The estimate from earlier runs, whatever their order; undefined for fewer than 3. What planning needed is not in it. */
export function estimateRun(earlier: readonly RunSample[]): Estimate | undefined {
  if (earlier.length < LEAST_RUNS) return undefined;
  const work = earlier.map(sumWork);
  const bands = METRICS.flatMap((metric) => {
    const values = work.flatMap((amounts) => amounts[metric] ?? []);
    return values.length < LEAST_RUNS ? [] : [[metric, predictBand(values, COUNTED.has(metric))] as const];
  });
  return { runs: earlier.length, ...Object.fromEntries(bands) };
}

const COUNTED: ReadonlySet<Metric> = new Set(['tokens', 'calls']);

/** What the nodes of the workflow needed, one after the other; of a run whose nodes are not known, the whole run. */
function sumWork({ total, nodes }: RunSample): Amounts {
  const outermost = [...nodes].flatMap(([path, amounts]) => (path.includes('/') ? [] : [amounts]));
  if (outermost.length === 0) return total;
  const sum = (metric: Metric) =>
    outermost.some((each) => each[metric] === null)
      ? null
      : outermost.reduce((amount, each) => amount + each[metric]!, 0);
  return { time: sum('time'), cost: sum('cost'), tokens: sum('tokens'), calls: sum('calls') };
}

/**
 * A prediction interval for the next value: of Student's t in the logarithms, which are nearer to a normal distribution than
 * durations and costs are. It widens for few values.
 */
export function predictBand(values: readonly number[], counted = false): Band {
  const isPositive = values.every((value) => value > 0);
  const scaled = isPositive ? values.map(Math.log) : values;
  const n = scaled.length;
  const mean = scaled.reduce((sum, value) => sum + value, 0) / n;
  const variance = scaled.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  const reach = studentQuantile(n - 1) * Math.sqrt(variance * (1 + 1 / n));
  const [low, high] = [mean - reach, mean + reach].map((value) =>
    isPositive ? Math.exp(value) : Math.max(0, value),
  );
  const likely = median(values);
  const round = (value: number, to: (x: number) => number) => (counted ? to(value) : value);
  return {
    low: round(Math.min(low!, likely), (value) => Math.floor(value + 1e-9)),
    likely: round(likely, Math.round),
    high: round(Math.max(high!, likely), (value) => Math.ceil(value - 1e-9)),
  };
}

/** The normal quantile of a two-sided interval of 82.6 %, in the middle of the 75 to 90 % that a band should hold. */
const Z = 1.36;

/** The quantile of Student's t for the same part, by the expansion of Fisher and Cornish (Abramowitz and Stegun, 26.7.5). */
function studentQuantile(freedom: number): number {
  const [z3, z5, z7] = [Z ** 3, Z ** 5, Z ** 7];
  return (
    Z +
    (z3 + Z) / (4 * freedom) +
    (5 * z5 + 16 * z3 + 3 * Z) / (96 * freedom ** 2) +
    (3 * z7 + 19 * z5 + 17 * z3 - 15 * Z) / (384 * freedom ** 3)
  );
}

/** An estimate in words: `~9 calls · ~12.1k tok · ~$0.0060 ($0.0051–$0.0070) · ~11s (9.2s–13s), from 3 earlier runs`. */
export function describeEstimate(estimate: Estimate): string {
  return `${formatEstimate(estimate)}, ${formatBasis(estimate)}`;
}

/** What an estimate is from: `from 3 earlier runs`. */
export function formatBasis({ runs, basis }: Estimate): string {
  return `from ${plural(runs, 'earlier run')}${basis === 'nodes' ? ' of its nodes' : ''}`;
}

/** The figures of an estimate, without what they are from; `short` leaves the ranges out. */
export function formatEstimate(
  { time, cost, tokens, calls }: Estimate,
  { short = false }: Readonly<{ short?: boolean }> = {},
): string {
  const ranged = (band: Band, format: (amount: number) => string) => {
    const [low, likely, high] = [format(band.low), format(band.likely), format(band.high)];
    return short || (low === likely && high === likely) ? `~${likely}` : `~${likely} (${low}–${high})`;
  };
  const parts = [
    calls && calls.high > 0 ? `${ranged(calls, formatCount)} ${calls.high === 1 ? 'call' : 'calls'}` : '',
    tokens && tokens.high > 0 ? `~${formatCompact(tokens.likely)} tok` : '',
    cost && cost.high > 0 ? ranged(cost, formatUsd) : '',
    time ? ranged(time, formatDuration) : '',
  ];
  return parts.filter(Boolean).join(' · ');
}
