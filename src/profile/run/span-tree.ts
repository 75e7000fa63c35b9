import type { RunState, Span } from './run-state.js';

/**
 * The spans as a list to draw: each before what is inside it, siblings in order of start. What is inside a folded span
 * is left out; without `from` the whole run is listed.
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

/** The span and those that contain it, from the inside out. */
export function* outwards({ spans }: Pick<RunState, 'spans'>, id: number | undefined): Generator<Span> {
  for (let at = id; at !== undefined;) {
    const span = spans.get(at);
    if (!span) return;
    yield span;
    at = span.parent;
  }
}

/** The innermost node that a span is part of: itself, when it is one. */
export function nodeOf(state: RunState, id: number): Span | undefined {
  for (const span of outwards(state, id)) if (span.kind === 'node') return span;
  return undefined;
}

/** The outermost span around a span: the stage it belongs to. */
export function stageOf(state: RunState, id: number): Span | undefined {
  let outermost: Span | undefined;
  for (const span of outwards(state, id)) outermost = span;
  return outermost;
}

/** The nodes around a span, outermost first, itself included: `['enrich', 'fetch']` for a node of a nested workflow. */
export function nodePath(state: RunState, id: number): string[] {
  const names: string[] = [];
  for (const span of outwards(state, id)) if (span.kind === 'node') names.push(span.name);
  return names.toReversed();
}

/** How long a span took, in ms; up to `now` while it runs. */
export function durationOf(span: Span, now: number): number {
  return Math.max(0, (span.finishedAt ?? now) - span.startedAt);
}
