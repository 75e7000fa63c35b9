/** Orders the spans of a foreign trace as a tree: every parent before its children, siblings by their start. */
import type { ForeignSpan } from './foreign-run.js';

/** Indexes of spans. `sequence` is in pre-order; `parents` is undefined for a root. */
export type SpanOrder = Readonly<{
  sequence: readonly number[];
  parents: readonly (number | undefined)[];
}>;

/**
 * Orders spans that may come in any order. One whose parent is missing becomes a root, and so does one span of every cycle.
 */
export function orderSpans(spans: readonly ForeignSpan[]): SpanOrder {
  const byId = new Map(spans.map(({ id }, index) => [id, index]));
  const parents = spans.map(({ parent }, index) => {
    const found = parent === undefined ? undefined : byId.get(parent);
    return found === index ? undefined : found;
  });
  const children = new Map<number | undefined, number[]>();
  for (const [index, parent] of parents.entries()) {
    const siblings = children.get(parent);
    if (siblings) siblings.push(index);
    else children.set(parent, [index]);
  }
  const byStart = (a: number, b: number): number => spans[a]!.startMs - spans[b]!.startMs || a - b;
  const sequence: number[] = [];
  const visited = new Uint8Array(spans.length);
  const visit = (root: number): void => {
    const open = [root];
    for (let index; (index = open.pop()) !== undefined;) {
      if (visited[index]) continue;
      visited[index] = 1;
      sequence.push(index);
      const below = children.get(index)?.sort(byStart) ?? [];
      for (let i = below.length - 1; i >= 0; i--) open.push(below[i]!);
    }
  };
  for (const root of children.get(undefined)?.sort(byStart) ?? []) visit(root);
  for (const index of spans.keys()) {
    if (visited[index]) continue;
    parents[index] = undefined;
    visit(index);
  }
  return { sequence, parents };
}
