/** Finds the rows of the table that a search matches by the texts of their spans. */

import type { RunState } from '../../profile/run/run-state.js';
import { iterateAncestors } from '../../profile/run/span-tree.js';
import { formatSpanLabel } from '../../profile/layout/span-outline.js';
import { spanMatches } from '../state/search.js';

/** The groups of the spans that have a text, in lower case: of a phase or an attempt, the group of its node. */
export function findMatchingGroups(
  run: RunState,
  keyOf: ReadonlyMap<number, string>,
  wanted: string,
): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const span of run.spans.values()) {
    const key = findGroup(run, keyOf, span.id);
    if (key !== undefined && !keys.has(key) && spanMatches(run, span, formatSpanLabel(span), wanted))
      keys.add(key);
  }
  return keys;
}

function findGroup(run: RunState, keyOf: ReadonlyMap<number, string>, span: number): string | undefined {
  for (const { id } of iterateAncestors(run, span)) {
    const key = keyOf.get(id);
    if (key !== undefined) return key;
  }
  return undefined;
}
