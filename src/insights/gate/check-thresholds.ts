/** Checks runs against fixed limits on cost, time, tokens, calls and the duration of calls. */
import { median, quantile } from '../history/robust-stats.js';
import type { Metric } from '../history/run-sample.js';
import { isWithin, type GateSample } from './gate-sample.js';

/**
 * What a limit is on; `p95` is the 95th percentile of the durations of the model calls, in ms; `passed` the share of verified answers
 * that passed, of which `most` is the least; `per-pass` the cost of an answer that passed, those that did not included.
 */
export type Limited = Metric | 'p95' | 'passed' | 'per-pass';

/** A limit on the whole run or on a node; ms, USD, a count or a share. */
export type Threshold = Readonly<{ limited: Limited; node: string | undefined; most: number }>;

/** A limit and what the runs needed: the median of several runs, and of `p95` all of their calls. */
export type ThresholdCheck = Threshold &
  Readonly<{
    /** undefined if the node did not run, no call finished, or no answer was verified or passed. */
    value: number | undefined;
    /** `unknown`: a price is not known, and the known part is below the limit; or no answer was verified. */
    verdict: 'pass' | 'fail' | 'unknown';
    /** Of a cost: no call had a price, because no model was called or the calls were free. */
    isFree?: boolean;
  }>;

/** Checks each limit. A node that did not run needed nothing. */
export function checkThresholds(
  samples: readonly GateSample[],
  thresholds: readonly Threshold[],
): ThresholdCheck[] {
  return thresholds.map((threshold) => {
    const { limited, node, most } = threshold;
    if (limited === 'passed' || limited === 'per-pass')
      return checkVerdicts(samples, { ...threshold, limited });
    if (limited === 'p95') {
      const times = samples
        .flatMap(({ callTimes }) => callTimes)
        .filter((each) => node === undefined || isWithin(each.node, node));
      const value =
        times.length > 0
          ? quantile(
              times.map(({ ms }) => ms),
              0.95,
            )
          : undefined;
      return { ...threshold, value, verdict: value !== undefined && value > most ? 'fail' : 'pass' };
    }
    const amounts = samples.map(({ total, nodes }) => (node === undefined ? total : nodes.get(node)));
    const isUnknown = amounts.some((each) => each?.[limited] === null);
    const known = samples.map(
      (sample, i) => amounts[i]?.[limited] ?? (node === undefined && isUnknown ? sample.knownUsd : 0),
    );
    const value = median(known);
    const verdict = value > most ? 'fail' : isUnknown ? 'unknown' : 'pass';
    const isFree = limited === 'cost' && verdict === 'pass' && samples.every(({ isPriced }) => !isPriced);
    return { ...threshold, value, verdict, ...(isFree ? { isFree } : {}) };
  });
}

/** How many answers were verified and passed, and what those runs, or the node in them, cost together in USD; null if unknown. */
export function sumVerdicts(
  samples: readonly GateSample[],
  node: string | undefined,
): Readonly<{ answers: number; passed: number; usd: number | null }> {
  const verified = samples.filter(({ verdicts }) => verdicts.has(node));
  const costs = verified.map(
    ({ total, nodes }) => (node === undefined ? total : nodes.get(node))?.cost ?? null,
  );
  return {
    answers: verified.length,
    passed: verified.filter(({ verdicts }) => verdicts.get(node)).length,
    usd: costs.includes(null) ? null : costs.reduce<number>((sum, usd) => sum + (usd ?? 0), 0),
  };
}

function checkVerdicts(
  samples: readonly GateSample[],
  threshold: Threshold & { limited: 'passed' | 'per-pass' },
): ThresholdCheck {
  const { limited, node, most } = threshold;
  const { answers, passed, usd } = sumVerdicts(samples, node);
  if (answers === 0) return { ...threshold, value: undefined, verdict: 'unknown' };
  if (limited === 'passed') {
    const value = passed / answers;
    return { ...threshold, value, verdict: value < most ? 'fail' : 'pass' };
  }
  if (passed === 0) return { ...threshold, value: undefined, verdict: 'fail' };
  if (usd === null) return { ...threshold, value: undefined, verdict: 'unknown' };
  return { ...threshold, value: usd / passed, verdict: usd / passed > most ? 'fail' : 'pass' };
}
