/** Jumps to the next error, slowest or costliest span. */

import { listErrors } from '../../profile/analysis/findings.js';
import type { RunState, Span } from '../../profile/run/run-state.js';
import { computeDuration, findNode } from '../../profile/run/span-tree.js';
import { revealSpan } from './reveal.js';
import { withToast, type UiState } from '../state/ui-state.js';

/** The jump targets. */
export type Jump = 'next-error' | 'next-slowest' | 'next-costliest';

/** Jumps to the top-ranked (or first) span, and on repetition to the next. */
export function jump(ui: UiState, action: Jump, run: RunState, now: number): UiState {
  switch (action) {
    case 'next-error':
      return to(ui, run, errorsOf(run), 'There is no error.');
    case 'next-slowest':
      return to(
        ui,
        run,
        ranked(run, (span) => computeDuration(span, now)),
        'No node has run yet.',
      );
    case 'next-costliest':
      return to(
        ui,
        run,
        ranked(run, ({ totals }) => totals.usd),
        'No node has cost anything.',
      );
    default:
      return action satisfies never;
  }
}

function to(ui: UiState, run: RunState, targets: readonly number[], none: string): UiState {
  if (targets.length === 0) return withToast(ui, none);
  const next = targets[(targets.indexOf(Number(ui.selected)) + 1) % targets.length]!;
  return revealSpan({ ...ui, filter: ui.onlyMatches ? '' : ui.filter }, run, next);
}

/** The spans where errors originated, in order of start: those that failed their node first, then those recovered by a retry. */
function errorsOf(run: RunState): readonly number[] {
  const errors = listErrors(run).map(({ span }) => span);
  const failed = errors.filter((id) => findNode(run, id)?.status !== 'ok');
  return [...failed, ...errors.filter((id) => !failed.includes(id))];
}

/** Leaf nodes by descending value; zero values are omitted. */
function ranked(run: RunState, amount: (span: Span) => number): readonly number[] {
  return Array.from(run.spans.values())
    .filter((span) => span.kind === 'node' && amount(span) > 0 && !containsNode(run, span))
    .toSorted((a, b) => amount(b) - amount(a))
    .map(({ id }) => id);
}

function containsNode(run: RunState, span: Span): boolean {
  return span.children.some((id) => {
    const child = run.spans.get(id);
    return child !== undefined && (child.kind === 'node' || containsNode(run, child));
  });
}
