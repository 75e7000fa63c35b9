/** Finds where a recorded run continues: the first node that it did not finish, and what was finished before. */
import type { RunState, Span, Totals } from '../../profile/run/run-state.js';
import { sumCalls } from '../../profile/run/totals.js';
import { DEFAULT_ACTION, ERROR_ACTION } from '../../runtime/contract/runnable.js';
import type { Workflow } from '../../workflow/format/ir.js';

/** A node to start at, with the store as it was before or after the visit of a node. */
export type ResumePoint = Readonly<{ node: string; span: Span; moment: 'before' | 'after' }>;

/** The visits of the workflow's own nodes, in order, without nested workflows and batch items. */
export function listVisits({ roots, spans }: RunState): Span[] {
  const stage = roots.map((id) => spans.get(id)!).findLast(({ name }) => name === 'workflow');
  return (stage?.children ?? []).map((id) => spans.get(id)!).filter(({ kind }) => kind === 'node');
}

/** The nodes of the workflow whose last visit succeeded. */
export function listSucceeded(state: RunState): readonly string[] {
  const last = new Map(listVisits(state).map(({ name, status }) => [name, status]));
  return [...last].flatMap(([name, status]) => (status === 'ok' ? [name] : []));
}

/**
 * The first unfinished node of a run: the one that failed, was cancelled or was killed, or the one after the last that
 * finished. Undefined for a run that succeeded, and for one that ended before its first node.
 */
export function findUnfinished(state: RunState, { edges }: Workflow): ResumePoint | undefined {
  const last = listVisits(state).at(-1);
  if (!last || state.status === 'ok') return undefined;
  const action =
    last.status === 'ok'
      ? (last.action ?? DEFAULT_ACTION)
      : last.status === 'failed'
        ? ERROR_ACTION
        : undefined;
  const next = edges.find((edge) => edge.from === last.name && edge.action === action);
  return next
    ? { node: next.to, span: last, moment: 'after' }
    : { node: last.name, span: last, moment: 'before' };
}

/** What a rerun takes over from a run instead of doing it again. */
export type Reused = Readonly<{
  /** Ids of the nodes, each once, in order. */
  nodes: readonly string[];
  totals: Totals;
  /** Sum of their durations. */
  ms: number;
}>;

/** Measures the visits of nodes that were finished before a point. */
export function measureReused(state: RunState, point: ResumePoint | undefined): Reused {
  const visits = point ? listVisits(state) : [];
  const end = visits.findIndex(({ id }) => id === point?.span.id) + (point?.moment === 'after' ? 1 : 0);
  const done = visits.slice(0, end);
  return {
    nodes: [...new Set(done.map(({ name }) => name))],
    totals: sumCalls(done.flatMap((span) => listCalls(state, span))),
    ms: done.reduce((sum, { startedAt, finishedAt }) => sum + ((finishedAt ?? startedAt) - startedAt), 0),
  };
}

function listCalls(state: RunState, span: Span): NonNullable<Span['call']>[] {
  return [
    ...(span.call ? [span.call] : []),
    ...span.children.flatMap((id) => listCalls(state, state.spans.get(id)!)),
  ];
}
