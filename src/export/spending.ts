/** Breaks the cost of a run down into stacks. */

import type { RunState } from '../profile/run/run-state.js';
import { iterateAncestors } from '../profile/run/span-tree.js';
import { spanName } from './span-name.js';

/** A component of the cost of a call, and its stack. */
export type Spending = Readonly<{ stack: readonly string[]; usd: number }>;

/** The known cost of a run as stacks: stage, node, attempt, model, component. The sum equals the cost of the run. */
export function spendingsOf(state: RunState): Spending[] {
  return [...state.spans.values()].flatMap(({ id, call }) => {
    // A call that another span has too is spent there.
    if (!call?.cost?.usd || call.sameAs !== undefined) return [];
    const stack = [...iterateAncestors(state, id)]
      .filter(({ kind }) => kind !== 'phase')
      .map(spanName)
      .toReversed();
    const { components, usd } = call.cost;
    const parts = components.filter((part) => part.usd > 0);
    // A reported cost is one component.
    if (parts.length === 0) return [{ stack: [...stack, 'reported cost'], usd }];
    return parts.map((part) => ({ stack: [...stack, part.kind], usd: part.usd }));
  });
}
