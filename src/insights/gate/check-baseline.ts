/** Compares runs with a baseline: beyond the tolerance and beyond the noise of the baseline's own runs, they fail. */
import { priceCallLine } from '../../ledger/prices/price-call-line.js';
import { getOwn } from '../../lib/data/own-property.js';
import type { CallLine } from '../../ledger/files/ledger-line.js';
import type { PriceTable } from '../../pricing/table/price-table.js';
import { median, MAD_TO_SIGMA } from '../history/robust-stats.js';
import { FLOORS, METRICS, type Metric } from '../history/run-sample.js';
import type { Middle, WorkflowBaseline } from './baseline.js';
import { isWithin, type GateCall, type GateSample } from './gate-sample.js';

/** An amount of the checked runs (their median) against the baseline. Units: ms, USD, counts. */
export type Comparison = Readonly<{
  metric: Metric;
  /** undefined for the whole run. */
  node: string | undefined;
  /** The baseline's median; of a cost, at the prices with which the checked runs are priced. */
  baseline: number;
  value: number;
  /** The most that passes: the baseline with tolerance or noise, whichever is larger. */
  allowed: number;
  /** `unclear`: above the tolerance, but too few runs are known to distinguish it from noise. */
  verdict: 'pass' | 'fail' | 'unclear';
  /** Of a cost: how much of its change since the baseline comes from changed prices, in USD. */
  priceChange?: number;
}>;

/** What is compared, and what could not be. */
export type BaselineCheck = Readonly<{ comparisons: readonly Comparison[]; notes: readonly string[] }>;

/** Below this number of runs the noise of a time is unknown. */
const LEAST_RUNS = 5;

/**
 * Compares runs of one workflow with its baseline; `tolerance` is a part, such as 0.1. A cost is compared at one price table and
 * day for both, so that only a change in what was used can fail.
 */
export function checkBaseline(
  samples: readonly GateSample[],
  baseline: WorkflowBaseline,
  { tolerance, prices }: Readonly<{ tolerance: number; prices: PriceTable }>,
): BaselineCheck {
  const { at } = samples.at(-1)!;
  const notes = new Set<string>();
  const comparisons: Comparison[] = [];
  const paths = new Set(samples.flatMap(({ nodes }) => [...nodes.keys()]));
  for (const node of [undefined, ...paths]) {
    const middles = node === undefined ? baseline.total : getOwn(baseline.nodes, node);
    if (!middles) {
      notes.add(`node ${node} is not in the baseline`);
      continue;
    }
    for (const metric of METRICS) {
      const value = middleOf(samples, node, metric);
      const middle = middles[metric];
      if (value === undefined || !middle) {
        if (node === undefined) notes.add('the cost is not compared: a price is unknown');
        continue;
      }
      const priced = metric === 'cost' ? repriceMiddle(middle, baseline.calls, node, prices, at) : undefined;
      if (metric === 'cost' && !priced && middle.median > 0 && node === undefined)
        notes.add('the effect of changed prices is unknown: the baseline has no calls');
      comparisons.push({
        metric,
        node,
        ...judge(value, priced?.middle ?? middle, metric, baseline.runs, tolerance),
        ...(priced && Math.abs(priced.change) > 1e-9 ? { priceChange: priced.change } : {}),
      });
    }
  }
  for (const node of Object.keys(baseline.nodes))
    if (!paths.has(node)) notes.add(`node ${node} of the baseline did not run`);
  if (comparisons.some(({ verdict }) => verdict === 'unclear'))
    notes.add(`times need a baseline of ${LEAST_RUNS} runs, this one has ${baseline.runs}`);
  return { comparisons, notes: [...notes] };
}

function middleOf(
  samples: readonly GateSample[],
  node: string | undefined,
  metric: Metric,
): number | undefined {
  const values = samples.map(({ total, nodes }) => (node === undefined ? total : nodes.get(node))?.[metric]);
  const known = values.filter((value) => value !== null && value !== undefined);
  return known.length < values.length || known.length === 0 ? undefined : median(known);
}

function judge(
  value: number,
  middle: Middle,
  metric: Metric,
  runs: number,
  tolerance: number,
): Pick<Comparison, 'baseline' | 'value' | 'allowed' | 'verdict'> {
  const noise = 3 * MAD_TO_SIGMA * middle.mad * (1 + 2 / runs);
  const allowed = middle.median + Math.max(tolerance * middle.median, noise, FLOORS[metric]);
  const isAbove = value > allowed;
  const isUnclear = metric === 'time' && runs < LEAST_RUNS;
  return {
    baseline: middle.median,
    value,
    allowed,
    verdict: isAbove ? (isUnclear ? 'unclear' : 'fail') : 'pass',
  };
}

/** The cost of the baseline at other prices, and the difference; undefined if its calls are not known or not priced. */
function repriceMiddle(
  middle: Middle,
  calls: readonly GateCall[] | undefined,
  node: string | undefined,
  prices: PriceTable,
  at: Date,
): { middle: Middle; change: number } | undefined {
  const own = calls?.filter((call) => node === undefined || isWithin(call.node, node));
  if (!own || own.length === 0) return undefined;
  let before = 0;
  let after = 0;
  for (const call of own) {
    const { cost } = priceCallLine({ ...call, at: at.toISOString(), source: 'run' } as CallLine, prices);
    if (cost?.usd == null || call.usd == null) return undefined;
    before += call.usd;
    after += cost.usd;
  }
  const factor = before > 0 ? after / before : 1;
  return {
    middle: { median: middle.median * factor, mad: middle.mad * factor },
    change: middle.median * (factor - 1),
  };
}
