/** Types of the layout of a directed graph, in cells along and across its direction of flow. */

/** A node with its size: `main` along the direction of flow, `cross` across it. */
export type GraphNode = Readonly<{ id: string; main: number; cross: number }>;

/** An edge; `label` is empty for the normal course. */
export type GraphEdge = Readonly<{ from: string; to: string; label: string }>;

/** A point on the grid. */
export type Point = Readonly<{ main: number; cross: number }>;

/** A node with the position of its first cell. */
export type PlacedNode = Readonly<{ id: string; layer: number; at: Point; size: Point }>;

/** An edge as a polyline from the cell after its source to the cell before its target. */
export type Route = Readonly<{ from: string; to: string; points: readonly Point[]; isBack: boolean }>;

/** A label of one or several edges, at the line that it belongs to: with the flow after the bend, against it at the corner. */
export type PlacedLabel = Readonly<{ text: string; at: Point; from: string; to: string; isBack: boolean }>;

/** A complete layout with its size. */
export type GraphLayout = Readonly<{
  nodes: readonly PlacedNode[];
  routes: readonly Route[];
  labels: readonly PlacedLabel[];
  size: Point;
}>;

/** How cells are measured in a direction. */
export type GraphSpacing = Readonly<{
  /** Cells between neighbours of a layer. */
  gap: number;
  /** Cells between a node and the first vertical line after it. */
  stub: number;
  /** Cells along the direction of flow that a label needs. */
  measureLabel: (text: string) => number;
  /** Cells across it that a line against the flow needs with its label. */
  measureSide: (label: string) => number;
  /** Cells across it that a place needs through which an edge passes that is labelled there. */
  measureBend: (label: string) => number;
  /** The cell of a node across it that lines reach; default: its middle. */
  port?: number;
}>;

/** A node, or a place in a layer through which a long edge passes. */
export type Item = Readonly<{
  /** Its number among the items. */
  index: number;
  id: string | undefined;
  layer: number;
  main: number;
  cross: number;
}>;

/** A part of an edge between two neighbouring layers. */
export type Link = Readonly<{ from: Item; to: Item; edge: number; weight: number }>;

/** The items by layer, in their order across, with their links. `back` has the edges against the direction of flow. */
export type Layers = Readonly<{
  layers: readonly (readonly Item[])[];
  links: readonly Link[];
  edges: readonly GraphEdge[];
  back: readonly Readonly<{ edge: number; from: Item; to: Item }>[];
}>;
