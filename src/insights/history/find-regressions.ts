/** Finds what a run needed more of than the earlier runs of its workflow: time, cost, tokens, calls, in total and by node. */
import { MAD_TO_SIGMA, median, medianDeviation } from './robust-stats.js';
import { FLOORS, METRICS, type Metric, type RunSample } from './run-sample.js';

/** An amount above what earlier runs needed: ms, USD or a count. */
export type Regression = Readonly<{
  metric: Metric;
  /** The path of the node; undefined for the whole run. */
  node: string | undefined;
  value: number;
  median: number;
  /** value / median; Infinity where earlier runs needed nothing. */
  ratio: number;
  /** The number of earlier runs that were compared. */
  runs: number;
}>;

/** Below this number of earlier runs nothing is compared. */
const LEAST_RUNS = 5;

/** The smallest difference that is reported, as a part of the median. */
const LEAST_PART = 0.1;

/** A node alone is one of many values: it must exceed 1.5 times the noise unless the whole run regressed in the same metric. */
const NODE_FACTOR = 1.5;

/**
 * The regressions of a run against earlier ones, those of the whole run first, then by node, the largest ratio first. A value is
 * reported if it is above the median by more than max(3 × 1.4826 × MAD, 10 %, 200 ms or $0.0005 or 50 tokens or 1 call), and
 * above every earlier value. The median deviation of few runs is too small by chance: it counts 1 + 2 / n times.
 */
export function findRegressions(run: RunSample, earlier: readonly RunSample[]): Regression[] {
  const total = METRICS.flatMap((metric) => {
    const found = compare(
      run.total[metric],
      earlier.map(({ total }) => total[metric]),
      metric,
      1,
    );
    return found ? [{ ...found, metric, node: undefined }] : [];
  });
  const nodes = [...run.nodes].flatMap(([node, amounts]) =>
    METRICS.flatMap((metric) => {
      const factor = total.some((each) => each.metric === metric) ? 1 : NODE_FACTOR;
      const past = earlier.flatMap(({ nodes }) => nodes.get(node)?.[metric] ?? []);
      const found = compare(amounts[metric], past, metric, factor);
      return found ? [{ ...found, metric, node }] : [];
    }),
  );
  return [...total, ...nodes.sort((a, b) => b.ratio - a.ratio)];
}

function compare(
  value: number | null,
  history: readonly (number | null)[],
  metric: Metric,
  factor: number,
): Omit<Regression, 'metric' | 'node'> | undefined {
  const past = history.filter((each) => each !== null);
  const runs = past.length;
  if (value === null || runs < LEAST_RUNS) return undefined;
  const middle = median(past);
  const noise = computeNoise(past) * factor;
  const threshold = Math.max(noise, LEAST_PART * middle, FLOORS[metric]);
  if (value - middle <= threshold || value <= Math.max(...past)) return undefined;
  return { value, median: middle, ratio: middle > 0 ? value / middle : Infinity, runs };
}

/** How far a value may be from the median of some values by chance. */
function computeNoise(values: readonly number[]): number {
  return 3 * MAD_TO_SIGMA * medianDeviation(values) * (1 + 2 / values.length);
}
