/** Assigns the nodes of a graph to layers so that edges lead to later layers, except those that close a cycle. */
import type { GraphEdge, GraphNode, GraphSpacing, Item, Layers, Link } from './graph-types.js';

/** The most items, bends of long edges included, that are laid out. */
const MOST_ITEMS = 3000;

/** The layers by the longest path from a source; undefined for a graph with too many long edges. */
export function layerNodes(
  nodes: readonly GraphNode[],
  given: readonly GraphEdge[],
  { measureBend }: Pick<GraphSpacing, 'measureBend'>,
): Layers | undefined {
  const known = new Map(nodes.map((node, i) => [node.id, i]));
  const edges = mergeParallel(
    given.filter(({ from, to }) => from !== to && known.has(from) && known.has(to)),
  );
  const ends = edges.map(({ from, to }) => [known.get(from)!, known.get(to)!] as const);
  const isBack = findBackEdges(nodes.length, ends);
  const layerOf = rankNodes(nodes.length, ends, isBack);
  const bends = ends.reduce((sum, [u, v], i) => sum + (isBack[i] ? 0 : layerOf[v]! - layerOf[u]! - 1), 0);
  if (nodes.length + bends > MOST_ITEMS) return undefined;

  const count = layerOf.reduce((most, layer) => Math.max(most, layer + 1), 0);
  const layers: Item[][] = Array.from({ length: count }, () => []);
  let index = 0;
  const place = (item: Omit<Item, 'index'>): Item => {
    const placed = { ...item, index: index++ };
    layers[item.layer]!.push(placed);
    return placed;
  };
  const items = nodes.map(({ id, main, cross }, i) => place({ id, main, cross, layer: layerOf[i]! }));
  const links: Link[] = [];
  const back: { edge: number; from: Item; to: Item }[] = [];
  for (const [edge, [u, v]] of ends.entries()) {
    const [from, to] = [items[u]!, items[v]!];
    if (isBack[edge]) {
      back.push({ edge, from, to });
      continue;
    }
    let last = from;
    // Long lines are kept straight first, then the normal course.
    const weight = edges[edge]!.label === '' ? 2 : 1;
    for (let layer = from.layer + 1; layer < to.layer; layer++) {
      // The label of an edge is next to its first part.
      const cross = last === from ? measureBend(edges[edge]!.label) : 1;
      const bend = place({ id: undefined, main: 0, cross, layer });
      links.push({ from: last, to: bend, edge, weight: last.id === undefined ? 4 : weight });
      last = bend;
    }
    links.push({ from: last, to, edge, weight });
  }
  return { layers, links, edges, back };
}

/** One edge for all that connect the same nodes, with their labels. */
function mergeParallel(edges: readonly GraphEdge[]): GraphEdge[] {
  const merged = new Map<string, GraphEdge>();
  for (const edge of edges) {
    const key = JSON.stringify([edge.from, edge.to]);
    const before = merged.get(key);
    if (!before) merged.set(key, edge);
    else if (!before.label.split(', ').includes(edge.label))
      merged.set(key, { ...before, label: [before.label, edge.label].filter(Boolean).join(', ') });
  }
  return [...merged.values()];
}

/** Which edges lead back to a node on the current path of a depth-first search in the order of the nodes. */
function findBackEdges(count: number, ends: readonly (readonly [number, number])[]): boolean[] {
  const outgoing = groupEdges(count, ends, 0);
  const isBack = ends.map(() => false);
  const state = new Uint8Array(count);
  for (let start = 0; start < count; start++) {
    if (state[start] !== 0) continue;
    const path = [{ node: start, next: 0 }];
    state[start] = 1;
    while (path.length > 0) {
      const top = path.at(-1)!;
      const edge = outgoing[top.node]![top.next++];
      if (edge === undefined) {
        state[top.node] = 2;
        path.pop();
        continue;
      }
      const to = ends[edge]![1];
      if (state[to] === 1) isBack[edge] = true;
      else if (state[to] === 0) {
        state[to] = 1;
        path.push({ node: to, next: 0 });
      }
    }
  }
  return isBack;
}

/** The length of the longest path to each node, without back edges. */
function rankNodes(
  count: number,
  ends: readonly (readonly [number, number])[],
  isBack: readonly boolean[],
): number[] {
  const layer = Array.from({ length: count }, () => 0);
  const waiting = Array.from({ length: count }, () => 0);
  for (const [i, [, to]] of ends.entries()) if (!isBack[i]) waiting[to]!++;
  const outgoing = groupEdges(count, ends, 0);
  const ready = waiting.flatMap((left, node) => (left === 0 ? [node] : []));
  for (let node = ready.shift(); node !== undefined; node = ready.shift()) {
    for (const edge of outgoing[node]!) {
      if (isBack[edge]) continue;
      const to = ends[edge]![1];
      layer[to] = Math.max(layer[to]!, layer[node]! + 1);
      if (--waiting[to]! === 0) ready.push(to);
    }
  }
  return layer;
}

function groupEdges(count: number, ends: readonly (readonly [number, number])[], end: 0 | 1): number[][] {
  const groups: number[][] = Array.from({ length: count }, () => []);
  for (const [i, pair] of ends.entries()) groups[pair[end]]!.push(i);
  return groups;
}
