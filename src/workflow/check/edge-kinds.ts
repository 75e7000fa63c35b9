/** Classifies the edges of a workflow: those of its normal course, and those of a failure, a loop or a retry. */
import type { Workflow } from '../format/ir.js';
import { edgesWithErrors } from './repetition.js';

type Edge = Workflow['edges'][number];

/** An edge with its kind; without one it is part of the normal course. */
export type DescribedEdge = Pick<Edge, 'from' | 'to' | 'action'> & { kind?: 'retry' | 'loop' | 'error' };

/**
 * The edges of a workflow. One that leads back to a node on the way to its own is a `loop`, or a `retry` if it is taken on a
 * failure; one that leads forward on a failure is an `error`.
 */
export function describeEdges(workflow: Pick<Workflow, 'nodes' | 'edges' | 'start_node'>): DescribedEdge[] {
  const edges = edgesWithErrors(workflow);
  const back = findBackEdges(workflow, edges);
  return edges.map((edge) => {
    const { from, to, action } = edge;
    const isFailure = action === 'error';
    const kind = back.has(edge) ? (isFailure ? 'retry' : 'loop') : isFailure ? 'error' : undefined;
    return { from, to, action, ...(kind === undefined ? {} : { kind }) };
  });
}

/** Depth-first search from the start: an edge to a node that is still open closes a cycle. Iterative: a chain may be long. */
function findBackEdges(
  { nodes, start_node }: Pick<Workflow, 'nodes' | 'start_node'>,
  edges: readonly Edge[],
): Set<Edge> {
  const outgoing = new Map<string, Edge[]>(nodes.map(({ id }) => [id, []]));
  for (const edge of edges) outgoing.get(edge.from)?.push(edge);
  const back = new Set<Edge>();
  const open = new Set<string>();
  const closed = new Set<string>();
  for (const start of [start_node ?? nodes[0]?.id, ...outgoing.keys()]) {
    const path = start === undefined || closed.has(start) ? [] : [{ id: start, next: 0 }];
    if (path[0]) open.add(path[0].id);
    for (let at = path.at(-1); at; at = path.at(-1)) {
      const edge = outgoing.get(at.id)?.[at.next++];
      if (!edge) {
        open.delete(at.id);
        closed.add(at.id);
        path.pop();
      } else if (open.has(edge.to)) back.add(edge);
      else if (!closed.has(edge.to)) {
        open.add(edge.to);
        path.push({ id: edge.to, next: 0 });
      }
    }
  }
  return back;
}
