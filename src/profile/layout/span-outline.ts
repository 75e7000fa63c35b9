/** Selects the children shown below a span and formats the label of a span. */
import type { RunState, Span } from '../run/run-state.js';

/** The spans shown directly below an expanded span. */
export function listVisibleChildren(run: RunState, span: Span): readonly Span[] {
  const known = finished.get(span);
  if (known) return known;
  const children = withoutOnlyAttempt(run, span);
  if (span.status !== 'running' && children.every(({ status }) => status !== 'running'))
    finished.set(span, children);
  return children;
}

// Finished spans and their descendants never change, so their lists are cached.
const finished = new WeakMap<Span, readonly Span[]>();

/** Whether an expanded span shows any children. */
export function hasVisibleChildren(run: RunState, { children }: Span): boolean {
  if (children.length !== 1) return children.length > 0;
  const only = run.spans.get(children[0]!);
  return only !== undefined && (only.kind !== 'attempt' || hasVisibleChildren(run, only));
}

/** The label of a span without context. */
export function formatSpanLabel(span: Span): string {
  if (span.kind === 'attempt') return `attempt ${span.attempt ?? span.name}`;
  if (span.kind === 'item')
    return `item ${(span.index ?? 0) + 1}${span.of === undefined ? '' : `/${span.of}`}`;
  if (span.kind === 'llm') return span.call?.model ?? span.call?.requestedModel ?? span.name;
  if (span.label !== undefined && labelledKinds.has(span.kind)) return `${span.name} · ${span.label}`;
  return span.visit > 1 ? `${span.name} #${span.visit}` : span.name;
}

/** Parts of other programs, whose names repeat: turns by number, tools by kind. */
const labelledKinds: ReadonlySet<string> = new Set(['step', 'tool', 'agent']);

/** The label of a span; for a node with its number of batch items or attempts. */
export function formatLabelWithCount(run: RunState, span: Span): string {
  const label = formatSpanLabel(span);
  if (span.kind !== 'node') return label;
  let attempts = 0;
  for (const child of insideNode(run, span)) {
    if (child.kind === 'attempt') attempts++;
    if (child.kind === 'item') return `${label} ×${child.of ?? listItems(run, span).length}`;
  }
  return attempts > 1 ? `${label} ↻${attempts}` : label;
}

/** The items of a batch, in order of start; empty for any other node. */
export function listItems(run: RunState, span: Span): readonly Span[] {
  return [...insideNode(run, span)].filter(({ kind }) => kind === 'item');
}

/** The spans inside a node, its phases flattened. */
function* insideNode(run: RunState, span: Span): Generator<Span> {
  for (const child of childrenOf(run, span)) {
    if (child.kind === 'phase') yield* insideNode(run, child);
    else yield child;
  }
}

/** A single attempt adds no information, so it is replaced by its children. */
function withoutOnlyAttempt(run: RunState, span: Span): readonly Span[] {
  const children = [...childrenOf(run, span)];
  if (children.filter(({ kind }) => kind === 'attempt').length !== 1) return children;
  return children.flatMap((child) => (child.kind === 'attempt' ? listVisibleChildren(run, child) : child));
}

function* childrenOf(run: RunState, span: Span): Generator<Span> {
  for (const id of span.children) {
    const child = run.spans.get(id);
    if (child) yield child;
  }
}
