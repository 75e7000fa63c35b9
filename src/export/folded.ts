import type { RunState } from '../profile/run/run-state.js';
import { computeDuration, iterateAncestors } from '../profile/run/span-tree.js';
import { spanName } from './span-name.js';
import { spendingsOf } from './spending.js';

/** What the widths of a flame graph stand for. */
export type FoldedWeight = 'time' | 'cost';

/**
 * A run as folded stacks, a line each (`workflow;ask;exec 1200`), as flamegraph.pl and its kin read them: own time in
 * microseconds, or cost in millionths of a US dollar.
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

/** A span's time without that of what is inside it. Where items run at once, theirs add up to more than what they are in. */
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

/** The format has `;` between frames and a line for each stack, and no way to say them otherwise. */
function plain(name: string): string {
  return name.replace(/[;\s\p{Cc}]+/gu, ' ');
}
