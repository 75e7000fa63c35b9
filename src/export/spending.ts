import type { RunState } from '../profile/run/run-state.js';
import { iterateAncestors } from '../profile/run/span-tree.js';
import { spanName } from './span-name.js';

/** A part of what a call cost, and where it was spent. */
export type Spending = Readonly<{ stack: readonly string[]; usd: number }>;

/** What a run is known to have spent, as stacks: stage, node, attempt, model, kind of token. The sum is the run's cost. */
export function spendingsOf(state: RunState): Spending[] {
  return [...state.spans.values()].flatMap(({ id, call }) => {
    if (!call?.cost?.usd) return [];
    const stack = [...iterateAncestors(state, id)]
      .filter(({ kind }) => kind !== 'phase')
      .map(spanName)
      .toReversed();
    const { components, usd } = call.cost;
    const parts = components.filter((part) => part.usd > 0);
    // A cost that the provider reported is one figure.
    if (parts.length === 0) return [{ stack: [...stack, 'reported cost'], usd }];
    return parts.map((part) => ({ stack: [...stack, part.kind], usd: part.usd }));
  });
}
