import type { EventOf } from '../../trace/event/event.js';
import type { Span } from './run-state.js';
import { NO_TOTALS } from './totals.js';

/** The list of most spans. One list for each, and the room that the first item makes, would be most of their memory. */
export const NONE: readonly never[] = Object.freeze([]);

/** What becomes known of a span after its start. */
export type ChangingFields = {
  readonly [
    K in
      | 'children'
      | 'finishedAt'
      | 'finishedSeq'
      | 'status'
      | 'action'
      | 'error'
      | 'resolved'
      | 'logs'
      | 'call'
      | 'totals'
  ]?: Span[K] | undefined;
};

/** A span that has just begun. */
export function spanOf(event: EventOf<'span.started'>, parent: Span | undefined): Span {
  return changedSpan(
    {
      id: event.span,
      parent: parent?.id,
      children: NONE,
      depth: parent ? parent.depth + 1 : 0,
      kind: event.kind,
      name: event.name,
      nodeType: event.nodeType,
      visit: event.visit ?? 1,
      attempt: event.attempt,
      index: event.index,
      of: event.of,
      startedAt: event.at,
      finishedAt: undefined,
      startedSeq: event.seq,
      finishedSeq: undefined,
      status: 'running',
      logs: NONE,
      totals: NO_TOTALS,
    },
    {},
  );
}

/**
 * A span that differs in some fields, field by field: one made by spreading takes twice the time and half as much memory
 * again. Most spans are phases that went well, of which nothing more is known: without the room for it they are a third
 * smaller, and they are what an open trace is mostly made of.
 */
export function changedSpan(span: Span, fields: ChangingFields): Span {
  const action = fields.action ?? span.action;
  const error = fields.error ?? span.error;
  const resolved = fields.resolved ?? span.resolved;
  const call = fields.call ?? span.call;
  const { nodeType, attempt, index, of } = span;
  if (
    span.kind === 'phase' &&
    (action ?? error ?? resolved ?? call ?? nodeType ?? attempt ?? index ?? of) === undefined
  ) {
    return {
      id: span.id,
      parent: span.parent,
      children: fields.children ?? span.children,
      depth: span.depth,
      kind: span.kind,
      name: span.name,
      visit: span.visit,
      startedAt: span.startedAt,
      finishedAt: fields.finishedAt ?? span.finishedAt,
      startedSeq: span.startedSeq,
      finishedSeq: fields.finishedSeq ?? span.finishedSeq,
      status: fields.status ?? span.status,
      logs: fields.logs ?? span.logs,
      totals: fields.totals ?? span.totals,
    };
  }
  return {
    id: span.id,
    parent: span.parent,
    children: fields.children ?? span.children,
    depth: span.depth,
    kind: span.kind,
    name: span.name,
    visit: span.visit,
    startedAt: span.startedAt,
    finishedAt: fields.finishedAt ?? span.finishedAt,
    startedSeq: span.startedSeq,
    finishedSeq: fields.finishedSeq ?? span.finishedSeq,
    status: fields.status ?? span.status,
    logs: fields.logs ?? span.logs,
    totals: fields.totals ?? span.totals,
    nodeType,
    attempt,
    index,
    of,
    action,
    error,
    resolved,
    call,
  };
}
