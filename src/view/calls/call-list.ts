/** The sorted list of LLM calls. */

import type { RunState } from '../../profile/run/run-state.js';
import { findNode } from '../../profile/run/span-tree.js';
import { memoizeLast } from '../base/memo.js';
import { formatSpanLabel } from '../../profile/layout/span-outline.js';
import { aggregateSpans } from '../../profile/layout/incremental.js';
import { spanMatches } from '../state/search.js';
import type { CallColumn, Sort } from '../state/view-state.js';
import { modelName, computeSpeed, type CallSpan } from '../spans/llm-calls.js';

/** All calls, sorted. */
export function callList(
  run: RunState,
  options: Readonly<{ sort: Sort<CallColumn>; filter: string; now: number; searching?: number | undefined }>,
): readonly CallSpan[] {
  const { sort, filter, now, searching } = options;
  const moment = sort.column === 'tok/s' ? now : 0;
  // Only the speed of running calls depends on the clock, and the matches on how much of the file has been searched.
  return listCalls(run, run.events, sort, filter.trim().toLowerCase(), moment, searching);
}

/** The name of the node that made a call. */
export function callerOf(run: RunState, span: CallSpan): string {
  const node = findNode(run, span.id);
  return node ? formatSpanLabel(node) : '';
}

const listCalls = memoizeLast(
  (
    run: RunState,
    _version: number,
    sort: Sort<CallColumn>,
    filter: string,
    now: number,
    _searching: number | undefined,
  ): readonly CallSpan[] => {
    const calls = [...callsOfRun(run).values()].filter((span) => matches(run, span, filter));
    if (sort.column !== 'time') return calls.toSorted(orderOf(sort, now));
    return sort.reversed ? calls.toReversed() : calls;
  },
);

/** The calls of a run by span id, in order of start. */
const callsOfRun = aggregateSpans<Map<number, CallSpan>>(
  () => new Map(),
  (calls, { after }) => {
    if (after.call) calls.set(after.id, after as CallSpan);
  },
);

/** Whether its node, its model or any of its texts has the words that are sought. */
function matches(run: RunState, span: CallSpan, filter: string): boolean {
  if (filter === '') return true;
  const { provider, requestedModel, model } = span.call;
  const label = [`${provider}/${requestedModel}`, model ?? '', callerOf(run, span), span.status].join(' ');
  return spanMatches(run, span, label, filter) === true;
}

function orderOf({ column, reversed }: Sort<CallColumn>, now: number) {
  const sign = reversed ? -1 : 1;
  return (a: CallSpan, b: CallSpan): number => {
    if (column === 'model')
      return (
        sign * (modelName(a.call) < modelName(b.call) ? -1 : modelName(a.call) > modelName(b.call) ? 1 : 0)
      );
    const [x, y] = [numberIn(a, column, now), numberIn(b, column, now)];
    // Unknown values sort last in both directions.
    if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
    return sign * (y - x);
  };
}

/** The sort value of a call; NaN if unknown. */
function numberIn(span: CallSpan, column: Exclude<CallColumn, 'model'>, now: number): number {
  const { usage, cost, firstTokenMs, progressTokens } = span.call;
  switch (column) {
    case 'time':
      return span.startedAt;
    case 'in':
      return usage?.input ?? Number.NaN;
    case 'cache read':
      return usage?.cacheRead ?? Number.NaN;
    case 'cache write':
      return usage?.cacheWrite ?? Number.NaN;
    case 'out':
      return usage?.output ?? progressTokens ?? Number.NaN;
    case 'reasoning':
      return usage?.reasoning ?? Number.NaN;
    case 'cost':
      return cost?.usd ?? Number.NaN;
    case 'first':
      return firstTokenMs ?? Number.NaN;
    case 'tok/s':
      return computeSpeed(span, now);
    default:
      return column satisfies never;
  }
}
