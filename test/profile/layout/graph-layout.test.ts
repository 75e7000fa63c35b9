import fc from 'fast-check';
import { expect, test } from 'vitest';
import { layoutGraph } from '../../../src/profile/layout/graph/graph-layout.js';
import type {
  GraphEdge,
  GraphLayout,
  GraphNode,
  GraphSpacing,
  Point,
} from '../../../src/profile/layout/graph/graph-types.js';

const spacing: GraphSpacing = {
  gap: 1,
  stub: 1,
  measureLabel: (text) => text.length + 2,
  measureSide: () => 1,
  measureBend: () => 1,
};

/** Any graph of up to 14 nodes, with cycles, parallel edges and edges from a node to itself. */
const graphs = fc.integer({ min: 1, max: 14 }).chain((count) => {
  const node = fc.integer({ min: 0, max: count - 1 });
  const edge = fc.record({ from: node, to: node, label: fc.constantFrom('', 'error', 'again') });
  return fc.record({
    nodes: fc.array(
      fc.record({ main: fc.integer({ min: 3, max: 12 }), cross: fc.integer({ min: 1, max: 5 }) }),
      {
        minLength: count,
        maxLength: count,
      },
    ),
    edges: fc.array(edge, { maxLength: 30 }),
  });
});

type Graph = {
  nodes: readonly Omit<GraphNode, 'id'>[];
  edges: readonly { from: number; to: number; label: string }[];
};

function lay({ nodes, edges }: Graph): GraphLayout {
  const named: GraphEdge[] = edges.map(({ from, to, label }) => ({ from: `n${from}`, to: `n${to}`, label }));
  return layoutGraph(
    nodes.map((node, i) => ({ id: `n${i}`, ...node })),
    named,
    spacing,
  )!;
}

/** The cells of all routes. */
function* cellsOf({ routes }: GraphLayout): Generator<{ main: number; cross: number }> {
  for (const { points } of routes)
    for (const [i, to] of points.entries()) {
      const from = points[i - 1] ?? to;
      const [dm, dc] = [Math.sign(to.main - from.main), Math.sign(to.cross - from.cross)];
      for (let at = from; ; at = { main: at.main + dm, cross: at.cross + dc }) {
        yield at;
        if (at.main === to.main && at.cross === to.cross) break;
      }
    }
}

test('nodes do not overlap, lines are at right angles, reach their nodes and pass through none', () => {
  fc.assert(
    fc.property(graphs, (graph) => {
      const layout = lay(graph);
      const taken = new Set<string>();
      let area = 0;
      for (const { at, size } of layout.nodes) {
        area += size.main * size.cross;
        for (let main = at.main; main < at.main + size.main; main++)
          for (let cross = at.cross; cross < at.cross + size.cross; cross++) taken.add(`${main},${cross}`);
      }
      expect(taken.size).toBe(area);
      const port = (id: string) => {
        const { at, size } = layout.nodes.find((node) => node.id === id)!;
        return { main: at.main - 1, cross: at.cross + ((size.cross - 1) >> 1) };
      };
      for (const { points, from, to } of layout.routes) {
        const isBent = ({ main, cross }: Point, i: number) =>
          i > 0 && points[i - 1]!.main !== main && points[i - 1]!.cross !== cross;
        expect(points.filter(isBent)).toEqual([]);
        expect(points[0]!.cross).toBe(port(from).cross);
        expect(points.at(-1)).toEqual(port(to));
      }
      const { size } = layout;
      const wrong = [...cellsOf(layout)].filter(
        ({ main, cross }) =>
          taken.has(`${main},${cross}`) || main < 0 || main >= size.main || cross >= size.cross,
      );
      expect(wrong).toEqual([]);
    }),
    { numRuns: 100, seed: 7 },
  );
});

test('every edge has a route, except those from a node to itself, and parallel ones share theirs', () => {
  fc.assert(
    fc.property(graphs, (graph) => {
      const wanted = new Set(graph.edges.flatMap(({ from, to }) => (from === to ? [] : [`n${from} n${to}`])));
      const { routes } = lay(graph);
      expect(new Set(routes.map(({ from, to }) => `${from} ${to}`))).toEqual(wanted);
      expect(routes).toHaveLength(wanted.size);
    }),
    { numRuns: 100, seed: 8 },
  );
});

test('each edge leads to a later layer, except back edges, and a graph without a cycle has no back edge', () => {
  fc.assert(
    fc.property(graphs, (graph) => {
      const { nodes, routes } = lay(graph);
      const layerOf = new Map(nodes.map(({ id, layer }) => [id, layer]));
      const ahead = ({ from, to }: (typeof routes)[number]) => layerOf.get(from)! < layerOf.get(to)!;
      expect(routes.filter((route) => !route.isBack && !ahead(route))).toEqual([]);
      const edges = graph.edges.filter(({ from, to }) => from < to);
      expect(lay({ ...graph, edges }).routes.filter(({ isBack }) => isBack)).toEqual([]);
    }),
    { numRuns: 60, seed: 9 },
  );
});

test('the same graph is always laid out in the same way', () => {
  fc.assert(
    fc.property(graphs, (graph) => void expect(lay(graph)).toEqual(lay(graph))),
    { numRuns: 20, seed: 10 },
  );
});

test('three hundred nodes in a chain with loops are laid out, and a graph with too many is not', () => {
  const nodes = Array.from({ length: 300 }, (_, i) => ({ id: `n${i}`, main: 10, cross: 3 }));
  const chain = nodes.slice(1).map(({ id }, i) => ({ from: nodes[i]!.id, to: id, label: '' }));
  const loops = Array.from({ length: 20 }, (_, i) => ({
    from: `n${i * 15 + 9}`,
    to: `n${i * 15}`,
    label: 'again',
  }));
  const layout = layoutGraph(nodes, [...chain, ...loops], spacing)!;
  expect(layout.nodes).toHaveLength(300);
  // The loops do not overlap, so that they share a row below the nodes.
  expect(layout.size.cross).toBe(4);
  const many = Array.from({ length: 401 }, (_, i) => ({ id: `n${i}`, main: 10, cross: 3 }));
  expect(layoutGraph(many, [], spacing)).toBeUndefined();
});
