/** Draws a graph in cells: as boxes or as single lines, from left to right or from top to bottom, whichever fits. */
import { safeText } from '../../lib/text/safe-text.js';
import { textWidth, truncate } from '../../lib/text/text-width.js';
import { layoutGraph } from '../../profile/layout/graph/graph-layout.js';
import type { GraphEdge, GraphLayout, GraphSpacing, Point } from '../../profile/layout/graph/graph-types.js';
import type { StyleName } from '../base/theme.js';
import { LineCanvas, type Cell } from './line-canvas.js';

/** A form of the drawing: `isBoxed` has three to four rows a node, else one. */
export type GraphForm = Readonly<{ direction: 'right' | 'down'; isBoxed: boolean }>;

/** What is drawn, apart from what changes while a run proceeds. `key` identifies it. */
export type GraphShape = Readonly<{
  key: string;
  nodes: readonly Readonly<{ id: string; /** The widest text that it will show. */ width: number }>[];
  edges: readonly GraphEdge[];
  /** Rows of text in a box. */
  rows: number;
}>;

/** The area of a node on the canvas. */
export type GraphPlace = Readonly<{
  id: string;
  layer: number;
  x: number;
  y: number;
  width: number;
  height: number;
}>;

/** A drawing without the content of its nodes. */
export type GraphPlan = Readonly<{
  form: GraphForm;
  layout: GraphLayout;
  places: readonly GraphPlace[];
  width: number;
  height: number;
}>;

/** Labels are truncated to this many cells; next to a line that leads down, there is less room. */
const LABEL = { right: 14, down: 9 } as const;

/** The first of the forms that fits into the columns and rows; undefined if none does. */
export function planDrawing(
  shape: GraphShape,
  forms: readonly GraphForm[],
  columns: number,
  rows: number,
): GraphPlan | undefined {
  // The key identifies the shape, which is created for every frame.
  const key = JSON.stringify([shape.key, shape.rows, forms, columns, rows]);
  if (known.has(key)) return known.get(key);
  if (known.size >= MOST_KNOWN) known.clear();
  const fitting = (form: GraphForm) => {
    const plan = drawPlan(shape, form);
    return plan && plan.width <= columns && plan.height <= rows ? plan : undefined;
  };
  let plan: GraphPlan | undefined;
  for (const form of forms) if ((plan = fitting(form))) break;
  known.set(key, plan);
  return plan;
}

/** Drawings by the key of their shape and size: a frame asks for the same few. */
const known = new Map<string, GraphPlan | undefined>();
const MOST_KNOWN = 16;

/** Lays a graph out in one form; undefined if it is too large for any. */
function drawPlan({ nodes, edges, rows }: GraphShape, form: GraphForm): GraphPlan | undefined {
  const isRight = form.direction === 'right';
  const inner = Math.max(0, ...nodes.map(({ width }) => width));
  const short = edges.map((edge) => ({
    ...edge,
    label: truncate(safeText(edge.label), LABEL[form.direction]),
  }));
  const sized = nodes.map(({ id, width }) => {
    if (form.isBoxed) return { id, ...unturn({ x: inner + 4, y: rows + 2 }, isRight) };
    if (isRight) return { id, main: width + 2, cross: 1 };
    const labels = short.flatMap(({ to, label }) => (to === id ? measureBend(label) : []));
    return { id, main: 1, cross: Math.max(width, ...labels) };
  });
  const layout = layoutGraph(
    sized,
    short,
    isRight ? (form.isBoxed ? across : acrossLines) : form.isBoxed ? downBoxes : downLines,
  );
  if (!layout) return undefined;
  const turn = ({ main, cross }: Point): Cell => (isRight ? { x: main, y: cross } : { x: cross, y: main });
  const places = layout.nodes.map(({ id, layer, at, size }) => {
    const { x: width, y: height } = turn(size);
    return { id, layer, ...turn(at), width, height };
  });
  const { x: width, y: height } = turn(layout.size);
  return { form, layout, places, width, height };
}

function unturn({ x, y }: Cell, isRight: boolean): Point {
  return isRight ? { main: x, cross: y } : { main: y, cross: x };
}

function measureBend(label: string): number {
  return label === '' ? 1 : textWidth(label) + 3;
}

const across: GraphSpacing = {
  gap: 1,
  stub: 1,
  measureLabel: (text) => textWidth(text) + 2,
  measureSide: () => 1,
  measureBend: () => 1,
};
const acrossLines: GraphSpacing = { ...across, gap: 0 };
const downBoxes: GraphSpacing = {
  gap: 3,
  stub: 0,
  measureLabel: () => 1,
  measureSide: (label) => textWidth(label) + 3,
  measureBend,
};
const downLines: GraphSpacing = { ...downBoxes, port: 0 };

/** Draws the lines, labels and borders of the rows of a window; the caller writes the content of the nodes. */
export function drawGraph(
  { form, layout, places, width, height }: GraphPlan,
  style: Readonly<{
    node: (id: string) => StyleName | undefined;
    edge: (from: string, to: string) => StyleName | undefined;
  }>,
  window: Readonly<{ top: number; rows: number }> = { top: 0, rows: height },
): LineCanvas {
  const isRight = form.direction === 'right';
  const canvas = new LineCanvas(width, window.rows, window.top);
  const turn = ({ main, cross }: Point): Cell => (isRight ? { x: main, y: cross } : { x: cross, y: main });
  if (form.isBoxed)
    for (const place of places) canvas.box(place, place.width, place.height, style.node(place.id));
  const placeOf = new Map(places.map((place) => [place.id, place]));
  // Those that were taken lie over the others.
  const ordered = layout.routes.toSorted(
    (a, b) => Number(style.edge(a.from, a.to) !== 'rule') - Number(style.edge(b.from, b.to) !== 'rule'),
  );
  for (const { from, to, points } of ordered) {
    const [first] = points;
    const cells = points.map(turn);
    // From its border, or from the end of its text.
    const place = placeOf.get(from)!;
    if (form.isBoxed) cells.unshift(turn({ ...first!, main: first!.main - 1 }));
    else if (isRight) cells.unshift({ x: place.x + place.width, y: cells[0]!.y });
    canvas.line(cells, style.edge(from, to), form.isBoxed ? undefined : isRight ? 'left' : 'up');
  }
  for (const { from, to, points } of ordered)
    canvas.write(turn(points.at(-1)!), isRight ? '▸' : '▾', style.edge(from, to));
  for (const { text, at, from, to, isBack } of layout.labels) {
    const { x, y } = turn(at);
    const words = ` ${text} `;
    const shift = isRight ? (isBack ? -textWidth(words) - 1 : 0) : 1;
    canvas.write(
      { x: x + shift, y: isRight || !isBack ? y : y - 1 },
      isRight ? words : words.trimEnd(),
      style.edge(from, to) === 'rule' ? 'dim' : 'accent',
    );
  }
  return canvas;
}
