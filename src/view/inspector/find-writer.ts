/** Finds the node that wrote a store key. */

import { findStore, findWriter } from '../../profile/store/snapshot.js';
import type { RunState, Span } from '../../profile/run/run-state.js';
import { findNode } from '../../profile/run/span-tree.js';
import type { Tab } from '../state/ui-state.js';

/** The node that wrote the value at a JSON Pointer, as seen by a span before or after it ran. */
export function findWriterNode(
  run: RunState,
  span: Span,
  pointer: string,
  moment: 'before' | 'after',
): Span | undefined {
  const seq = moment === 'before' ? span.startedSeq : (span.finishedSeq ?? Number.POSITIVE_INFINITY);
  const store = findStore(run, span);
  const written = findWriter(run, pointer, { seq, ...(store === undefined ? {} : { store }) });
  return written && (findNode(run, written.span) ?? run.spans.get(written.span));
}

/** The state that a tab shows. */
export function getTabMoment(tab: Tab): 'before' | 'after' {
  return tab === 'Before' || tab === 'Params' || tab === 'Error' ? 'before' : 'after';
}
