/** Describes the regressions of a run in one sentence each. */
import { formatCount, formatDuration, formatUsd, plural } from '../../lib/text/format.js';
import type { Regression } from './find-regressions.js';
import { METRICS, type Metric } from './run-sample.js';

/** How many nodes a sentence names as the cause. */
const MOST_CAUSES = 2;

/**
 * The regressions of a run in words, one sentence for each metric: `digest is 2.1× slower than its last 12 runs (4.2s, median
 * 2.0s), most of all report`. A node that regressed without the whole run has a sentence of its own.
 */
export function describeRegressions(name: string, regressions: readonly Regression[]): string[] {
  return METRICS.flatMap((metric) => {
    const found = regressions.filter((each) => each.metric === metric);
    const whole = found.find(({ node }) => node === undefined);
    const nodes = found.flatMap((each) => (each.node === undefined ? [] : [{ ...each, node: each.node }]));
    if (!whole) return nodes.slice(0, 1).map((each) => describe(each.node, each));
    const causes = nodes
      .toSorted((a, b) => b.value - b.median - (a.value - a.median))
      .slice(0, MOST_CAUSES)
      .map(({ node }) => node);
    return [describe(name, whole) + (causes.length > 0 ? `, most of all ${causes.join(' and ')}` : '')];
  });
}

function describe(subject: string, { metric, value, median, ratio, runs }: Regression): string {
  const factor = Number.isFinite(ratio) ? formatFactor(ratio) : undefined;
  const [what, format] = WORDS[metric];
  const amounts = `(${format(value)}, median ${format(median)})`;
  const extent = factor === undefined ? what.more : what.times.replace('×', `${factor}×`);
  return `${subject} ${extent} its last ${plural(runs, 'run')} ${amounts}`;
}

const WORDS: Readonly<
  Record<Metric, readonly [{ times: string; more: string }, (amount: number) => string]>
> = {
  time: [{ times: 'is × slower than', more: 'is slower than' }, formatDuration],
  cost: [{ times: 'costs × as much as', more: 'costs more than' }, formatUsd],
  tokens: [{ times: 'uses × as many tokens as', more: 'uses more tokens than' }, formatCount],
  calls: [{ times: 'makes × as many calls as', more: 'makes more calls than' }, formatCount],
};

/** `1.15`, `2.1`, `14`. */
function formatFactor(ratio: number): string {
  return ratio < 1.995 ? ratio.toFixed(2) : ratio < 9.95 ? ratio.toFixed(1) : String(Math.round(ratio));
}
