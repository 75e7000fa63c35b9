import type { RunState, Span } from '../run/run-state.js';

/** The spans that stand under a span when it is open. */
export function shownChildren(run: RunState, span: Span): readonly Span[] {
  const known = finished.get(span);
  if (known) return known;
  const children = withoutOnlyAttempt(run, span);
  if (span.status !== 'running' && children.every(({ status }) => status !== 'running'))
    finished.set(span, children);
  return children;
}

// What is over does not change any more, and neither does what is inside it.
const finished = new WeakMap<Span, readonly Span[]>();

/** Whether anything stands under a span when it is open. */
export function hasShownChildren(run: RunState, { children }: Span): boolean {
  if (children.length !== 1) return children.length > 0;
  const only = run.spans.get(children[0]!);
  return only !== undefined && (only.kind !== 'attempt' || hasShownChildren(run, only));
}

/** What a span is called by itself. */
export function spanLabel(span: Span): string {
  if (span.kind === 'attempt') return `attempt ${span.attempt ?? span.name}`;
  if (span.kind === 'item')
    return `item ${(span.index ?? 0) + 1}${span.of === undefined ? '' : `/${span.of}`}`;
  if (span.kind === 'llm') return span.call?.model ?? span.call?.requestedModel ?? span.name;
  return span.visit > 1 ? `${span.name} #${span.visit}` : span.name;
}

/** A node's name with how many items it worked on, or how often it was tried; the name of anything else. */
export function labelWithCount(run: RunState, span: Span): string {
  const label = spanLabel(span);
  if (span.kind !== 'node') return label;
  let attempts = 0;
  for (const child of insideNode(run, span)) {
    if (child.kind === 'attempt') attempts++;
    if (child.kind === 'item') return `${label} ×${child.of ?? itemsOf(run, span).length}`;
  }
  return attempts > 1 ? `${label} ↻${attempts}` : label;
}

/** The items of a batch, in order of start; empty for a node that is none. */
export function itemsOf(run: RunState, span: Span): readonly Span[] {
  return [...insideNode(run, span)].filter(({ kind }) => kind === 'item');
}

/** What is inside a node, whatever phase it is in. */
function* insideNode(run: RunState, span: Span): Generator<Span> {
  for (const child of childrenOf(run, span)) {
    if (child.kind === 'phase') yield* insideNode(run, child);
    else yield child;
  }
}

/** A single attempt says nothing that its node does not, so its children stand for it. */
function withoutOnlyAttempt(run: RunState, span: Span): readonly Span[] {
  const children = [...childrenOf(run, span)];
  if (children.filter(({ kind }) => kind === 'attempt').length !== 1) return children;
  return children.flatMap((child) => (child.kind === 'attempt' ? shownChildren(run, child) : child));
}

function* childrenOf(run: RunState, span: Span): Generator<Span> {
  for (const id of span.children) {
    const child = run.spans.get(id);
    if (child) yield child;
  }
}
