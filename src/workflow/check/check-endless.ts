/** Detects loops without an exit. */

import type { NodeCatalogue } from '../format/type-catalogue.js';
import type { Workflow, WorkflowEdge, WorkflowNode } from '../format/ir.js';
import type { Problem } from '../format/problem.js';

/** Reports each loop that can only be left by failing. All edges must lead to existing nodes. */
export function endlessProblems({ nodes, edges }: Workflow, types: NodeCatalogue): Problem[] {
  const outgoing = new Map<string, WorkflowEdge[]>(nodes.map(({ id }) => [id, []]));
  for (const edge of edges) outgoing.get(edge.from)?.push(edge);
  const ending = endingNodes(nodes, outgoing, edges, types);
  const told = new Set<string>();
  return nodes.flatMap(({ id }, i): Problem[] => {
    if (ending.has(id) || told.has(id)) return [];
    const round = roundFrom(id, outgoing);
    const known = round.some((each) => told.has(each));
    for (const each of [id, ...round]) told.add(each);
    if (known) return [];
    const message = `${[...round, round[0]!].map((each) => `'${each}'`).join(' → ')} goes round for ever: no edge leads out of it.`;
    return [
      { path: `nodes[${i}]`, message, hint: 'Let a code node in it choose the way, by assigning `next`.' },
    ];
  });
}

/** The nodes from which the end is reachable. */
function endingNodes(
  nodes: readonly WorkflowNode[],
  outgoing: ReadonlyMap<string, readonly WorkflowEdge[]>,
  edges: readonly WorkflowEdge[],
  types: NodeCatalogue,
): ReadonlySet<string> {
  const ending = new Set(
    nodes.filter((node) => canEnd(node, outgoing.get(node.id) ?? [], types)).map(({ id }) => id),
  );
  const incoming = new Map<string, string[]>();
  for (const { from, to } of edges) incoming.set(to, [...(incoming.get(to) ?? []), from]);
  for (const id of ending) for (const from of incoming.get(id) ?? []) ending.add(from);
  return ending;
}

/** Whether a node has an action without an edge, other than failing. */
function canEnd({ type }: WorkflowNode, edges: readonly WorkflowEdge[], types: NodeCatalogue): boolean {
  const signature = types.get(type);
  if (!signature || signature.anyAction) return true;
  const actions = new Set(['default', ...signature.actions]);
  actions.delete('error');
  return [...actions].some((action) => !edges.some((edge) => edge.action === action));
}

/** The loop in which the default edges end. */
function roundFrom(start: string, outgoing: ReadonlyMap<string, readonly WorkflowEdge[]>): string[] {
  const path: string[] = [];
  let id = start;
  while (!path.includes(id)) {
    path.push(id);
    id = outgoing.get(id)!.find(({ action }) => action === 'default')!.to;
  }
  return path.slice(path.indexOf(id));
}
