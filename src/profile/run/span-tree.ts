/** Traverses the tree of spans. */
import type { RunState, Span } from './run-state.js';

/**
 * Lists spans depth-first, siblings in order of start. Descendants of collapsed spans are omitted; without `from` the
 * whole run is listed.
 */
export function listSpans(
  state: RunState,
  options: { from?: number; isFolded?: (span: Span) => boolean } = {},
): Span[] {
  const { from, isFolded } = options;
  const list: Span[] = [];
  const visit = (id: number): void => {
    const span = state.spans.get(id);
    if (!span) return;
    list.push(span);
    if (!isFolded?.(span)) for (const child of span.children) visit(child);
  };
  for (const id of from === undefined ? state.roots : [from]) visit(id);
  return list;
}

/** The span and its ancestors, innermost first. */
export function* iterateAncestors(
  { spans }: Pick<RunState, 'spans'>,
  id: number | undefined,
): Generator<Span> {
  for (let at = id; at !== undefined;) {
    const span = spans.get(at);
    if (!span) return;
    yield span;
    at = span.parent;
  }
}

/** The innermost node that contains a span, or the span itself if it is one. */
export function findNode(state: RunState, id: number): Span | undefined {
  for (const span of iterateAncestors(state, id)) if (span.kind === 'node') return span;
  return undefined;
}

/** The root span that contains a span: its stage. */
export function findStage(state: RunState, id: number): Span | undefined {
  let outermost: Span | undefined;
  for (const span of iterateAncestors(state, id)) outermost = span;
  return outermost;
}

/**
 * Names of the nodes that contain a span, outermost first, itself included: `['enrich', 'fetch']` for a node of a
 * nested workflow.
 */
export function findNodePath(state: RunState, id: number): string[] {
  const names: string[] = [];
  for (const span of iterateAncestors(state, id)) if (span.kind === 'node') names.push(span.name);
  return names.toReversed();
}

/** The duration of a span in ms, up to `now` while it runs, without the time in which the run waited for its user. */
export function computeDuration({ startedAt, finishedAt, waited }: Span, now: number): number {
  const end = finishedAt ?? now;
  if (waited === undefined) return Math.max(0, end - startedAt);
  const waiting = waited.since === undefined ? 0 : Math.max(0, end - waited.since);
  return Math.max(0, end - startedAt - waited.ms - waiting);
}
