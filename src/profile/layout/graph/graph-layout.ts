/** Lays out a directed graph in layers on a grid of cells: deterministic, for graphs of up to hundreds of nodes, with or without cycles. */
import type { GraphEdge, GraphLayout, GraphNode, GraphSpacing, PlacedNode } from './graph-types.js';
import { layerNodes } from './layer-nodes.js';
import { orderLayers } from './order-layers.js';
import { placeItems, portOffset } from './place-items.js';
import { routeEdges } from './route-edges.js';

/** The most nodes that are laid out. */
const MOST_NODES = 400;

/**
 * The layout of a graph. Edges from a node to itself and to unknown nodes are left out. Undefined for a graph that is too large
 * to be drawn.
 */
export function layoutGraph(
  nodes: readonly GraphNode[],
  edges: readonly GraphEdge[],
  spacing: GraphSpacing,
): GraphLayout | undefined {
  if (nodes.length > MOST_NODES || edges.length > 4 * MOST_NODES) return undefined;
  const layered = layerNodes(nodes, edges, spacing);
  if (!layered) return undefined;
  const ordered = orderLayers(layered);
  const ports = placeItems(ordered, spacing);
  const { routes, labels, layerAt, size } = routeEdges(ordered, ports, spacing);
  const placed = ordered.layers.flatMap((layer, i) =>
    layer.flatMap((item): readonly PlacedNode[] =>
      item.id === undefined
        ? []
        : [
            {
              id: item.id,
              layer: i,
              at: { main: layerAt[i]!.from, cross: ports.get(item)! - portOffset(item, spacing) },
              size: { main: item.main, cross: item.cross },
            },
          ],
    ),
  );
  return { nodes: placed, routes, labels, size };
}
