import { findStore, findWriter } from '../../profile/store/snapshot.js';
import type { RunState, Span } from '../../profile/run/run-state.js';
import { findNode } from '../../profile/run/span-tree.js';
import type { Tab } from '../state/ui-state.js';

/** The node that wrote what a span saw at a JSON Pointer of its store, before it ran or after. */
export function writerOf(
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

/** Which of the two states a tab is about. */
export function momentOfTab(tab: Tab): 'before' | 'after' {
  return tab === 'Before' || tab === 'Params' ? 'before' : 'after';
}
