/** Exports folded stacks for flame graph tools. */

import type { RunState } from '../profile/run/run-state.js';
import { computeDuration, iterateAncestors } from '../profile/run/span-tree.js';
import { spanName } from './span-name.js';
import { spendingsOf } from './spending.js';

/** The quantity of the widths. */
export type FoldedWeight = 'time' | 'cost';

/**
 * Exports a run as folded stacks, one per line (`workflow;ask;exec 1200`), for flamegraph.pl and compatible tools: self
 * time in µs, or cost in millionths of a US dollar.
 */
export function toFolded(state: RunState, weight: FoldedWeight = 'time'): string {
  const sums = new Map<string, number>();
  for (const { stack, amount } of weight === 'time' ? ownTimes(state) : costs(state)) {
    const line = stack.map(plain).join(';');
    sums.set(line, (sums.get(line) ?? 0) + amount);
  }
  return Array.from(sums)
    .map(([line, sum]) => [line, Math.round(sum)] as const)
    .filter(([, sum]) => sum > 0)
    .map(([line, sum]) => `${line} ${sum}\n`)
    .join('');
}

type Weighted = Readonly<{ stack: readonly string[]; amount: number }>;

function costs(state: RunState): Weighted[] {
  return spendingsOf(state).map(({ stack, usd }) => ({ stack, amount: usd * 1e6 }));
}

/** The self time of a span. Concurrent items may add up to more than their parent. */
function ownTimes(state: RunState): Weighted[] {
  const now = state.lastAt;
  return Array.from(state.spans.values(), (span) => {
    const inside = span.children.reduce((sum, id) => sum + computeDuration(state.spans.get(id)!, now), 0);
    return {
      stack: [...iterateAncestors(state, span.id)].map(spanName).toReversed(),
      amount: Math.max(0, computeDuration(span, now) - inside) * 1000,
    };
  });
}

/** `;` separates frames and a newline separates stacks; the format has no escapes. */
function plain(name: string): string {
  return name.replace(/[;\s\p{Cc}]+/gu, ' ');
}
