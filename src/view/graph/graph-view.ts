/** The graph view: the workflow as a drawn graph with the state, time and cost of each node; as a list where it does not fit. */
import { plural } from '../../lib/text/format.js';
import { safeText } from '../../lib/text/safe-text.js';
import { graphOutline } from '../../lib/text/graph-outline.js';
import type { RunState } from '../../profile/run/run-state.js';
import { segment, selectedLine, spread, type Line, type Viewport } from '../base/frame.js';
import { layout } from '../base/layout.js';
import { listViewport, type ViewContext, type ViewParts } from '../state/view-parts.js';
import { emptyLine } from '../state/empty-line.js';
import type { UiState } from '../state/ui-state.js';
import { summaryLine } from '../timeline/detail.js';
import { drawGraph, planDrawing, type GraphForm, type GraphPlan } from './graph-drawing.js';
import { graphOfRun, selectedNode, type RunGraph, type RunNode } from './graph-model.js';
import {
  borderStyle,
  boxWidth,
  lineWidthOf,
  nodeFigures,
  nodeLine,
  nodeTitle,
  type NodeTextContext,
} from './node-texts.js';

/** The first that fits is drawn; with single lines the graph may be higher than the screen, and scrolls. */
const BOXES: readonly GraphForm[] = [
  { direction: 'right', isBoxed: true },
  { direction: 'down', isBoxed: true },
];
const LINES: readonly GraphForm[] = [{ direction: 'down', isBoxed: false }];

/** A drawing of single lines has connectors between them: on fewer rows, a list shows more. */
const LEAST_ROWS = 9;

/** Renders the graph of a run. */
export function graphParts(context: ViewContext): ViewParts {
  const { run, ui, viewport, plan, glyphs } = context;
  const graph = graphOfRun(run);
  if (!graph) return { head: [], list: [emptyGraphLine(run, ui)], detail: [] };
  const drawing = drawingOf(run, ui, viewport);
  const selected = selectedNode(run, ui, graph);
  const list = drawing
    ? drawnLines(drawing, graph, selected, context)
    : listedLines(graph, selected, context);
  return {
    head: headLine(graph, viewport.columns),
    list,
    detail: selected ? detailOf(selected, context) : [],
  };

  function detailOf(node: RunNode, { viewport: { now } }: ViewContext): readonly Line[] {
    const last = node.visits.at(-1);
    const title = [
      segment(` ${safeText(node.id)}`, 'title'),
      segment(`  ${safeText(node.type ?? '')}`, 'dim'),
    ];
    const ways = waysOf(node, graph!, glyphs.separator);
    const summary = last ? summaryLine(run, last, glyphs, now) : [segment('   It has not started.', 'dim')];
    return plan.detail < 3 ? [title, summary] : [title, summary, [segment(`   ${ways}`, 'dim')]];
  }
}

/** Rows that the graph needs. */
export function graphHeight(run: RunState, ui: UiState, viewport: Viewport): number {
  return drawingOf(run, ui, viewport)?.height ?? graphOfRun(run)?.nodes.length ?? 1;
}

/** The drawing that fits on this screen; undefined where the nodes are listed instead. */
export function drawingOf(run: RunState, ui: UiState, viewport: Viewport): GraphPlan | undefined {
  const graph = graphOfRun(run);
  if (!graph) return undefined;
  // What is left when the context pane has the least rows that it may have.
  const rows = layout(viewport.columns, viewport.rows, ui.context).tree;
  const { columns } = listViewport(ui, viewport);
  const shape = (measure: (node: RunNode) => number, key: string) => ({
    key: key + graph.shape,
    rows: 2,
    nodes: graph.nodes.map((node) => ({ id: node.id, width: measure(node) })),
    edges: graph.edges.map(({ from, to, action }) => ({
      from,
      to,
      label: action === 'default' ? '' : action,
    })),
  });
  return (
    planDrawing(shape(boxWidth, 'boxes'), BOXES, columns - 2, rows) ??
    (rows < LEAST_ROWS ? undefined : planDrawing(shape(lineWidthOf, 'lines'), LINES, columns - 2, Infinity))
  );
}

function drawnLines(
  drawing: GraphPlan,
  graph: RunGraph,
  selected: RunNode | undefined,
  { run, ui, viewport, plan, glyphs }: ViewContext,
): readonly Line[] {
  const texts: NodeTextContext = { run, now: viewport.now, look: ui.look, glyphs };
  const nodeOf = new Map(graph.nodes.map((node) => [node.id, node]));
  const taken = new Set(graph.edges.flatMap(({ from, to, taken }) => (taken > 0 ? [`${from}\n${to}`] : [])));
  const top = scrollTop(drawing, selected?.id, plan.tree);
  const rows = Math.min(plan.tree, drawing.height);
  const canvas = drawGraph(
    drawing,
    {
      node: (id) => borderStyle(nodeOf.get(id)!),
      edge: (from, to) => (taken.has(`${from}\n${to}`) ? 'ok' : 'rule'),
    },
    { top, rows },
  );
  let marked = -1;
  for (const { id, x, y, width, height } of drawing.places) {
    const node = nodeOf.get(id)!;
    if (drawing.form.isBoxed) {
      writeLine(canvas, { x: x + 2, y: y + 1 }, nodeTitle(node, texts, width - 4));
      writeLine(canvas, { x: x + 2, y: y + 2 }, nodeFigures(node, texts, width - 4));
    } else writeLine(canvas, { x, y }, nodeLine(node, texts));
    if (node !== selected) continue;
    canvas.select({ x, y }, width, height);
    if (drawing.form.isBoxed) canvas.write({ x: x + 1, y: y + 1 }, glyphs.selected, undefined);
    else if (x > 0) canvas.write({ x: x - 1, y }, glyphs.selected, undefined);
    else marked = y;
  }
  return canvas.lines().map((line, i) => [segment(top + i === marked ? glyphs.selected : ' '), ...line]);
}

/** The first visible row of a drawing: the selected node is in the middle. */
export function scrollTop({ places, height }: GraphPlan, selected: string | undefined, rows: number): number {
  const place = places.find(({ id }) => id === selected);
  return place ? clamp(place.y + (place.height >> 1) - (rows >> 1), 0, Math.max(0, height - rows)) : 0;
}

/** The first visible row of the list. */
export function listTop(graph: RunGraph, selected: RunNode | undefined, rows: number): number {
  const nodes = listedNodes(graph);
  const at = selected ? nodes.indexOf(selected) : 0;
  return clamp(at - (rows >> 1), 0, Math.max(0, nodes.length - rows));
}

function writeLine(canvas: ReturnType<typeof drawGraph>, at: { x: number; y: number }, line: Line): void {
  let { x } = at;
  for (const { text, style } of line) x = canvas.write({ x, y: at.y }, text, style);
}

/** The nodes in the order of the graph, one on each line, with what leads from each. */
function listedLines(
  graph: RunGraph,
  selected: RunNode | undefined,
  { run, ui, viewport, plan, glyphs }: ViewContext,
): readonly Line[] {
  const texts: NodeTextContext = { run, now: viewport.now, look: ui.look, glyphs };
  const nodes = listedNodes(graph);
  const name = Math.min(24, Math.max(...nodes.map((node) => boxWidth(node))));
  const top = listTop(graph, selected, plan.tree);
  return nodes.slice(top, top + plan.tree).map((node) => {
    const line = [
      segment(node === selected ? glyphs.selected : ' '),
      ...nodeLine(node, texts, name),
      segment(`  ${waysOf(node, graph, glyphs.separator)}`, 'dim'),
    ];
    return node === selected ? selectedLine(line, viewport.columns) : line;
  });
}

/** The nodes in the order of the list: along the normal course, each branch after the node that it leaves. */
export function listedNodes({ nodes, edges }: RunGraph): readonly RunNode[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const rows = graphOutline(nodes[0]?.id, byId.keys(), edges);
  const listed = new Set(rows.flatMap((row) => (row.kind === 'node' ? [byId.get(row.id)!] : [])));
  return [...listed, ...nodes.filter((node) => !listed.has(node))];
}

/** Where a node leads: `→ report · error → repair ×2`. */
function waysOf({ id }: RunNode, { edges }: RunGraph, separator: string): string {
  return edges
    .filter(({ from }) => from === id)
    .map(({ to, action, taken }) => {
      const times = taken > 1 ? ` ×${taken}` : '';
      return safeText(`${action === 'default' ? '' : `${action} `}→ ${to}${times}`);
    })
    .join(` ${separator} `);
}

function headLine({ nodes, edges, isPlanned }: RunGraph, columns: number): Line {
  const started = nodes.filter(({ visits }) => visits.length > 0).length;
  const taken = edges.filter(({ taken }) => taken > 0).length;
  const words = isPlanned
    ? ` ${plural(nodes.length, 'node')}, ${started} started`
    : ` ${plural(nodes.length, 'step')} as they followed each other`;
  const right = edges.length > 0 ? `${taken} of ${plural(edges.length, 'edge')} taken ` : '';
  return spread([segment(words, 'heading')], [segment(right, 'dim')], columns);
}

function emptyGraphLine(run: RunState, ui: UiState): Line {
  return run.spans.size === 0
    ? emptyLine(ui)
    : [segment(' There is no graph of this run: it has no workflow and too many different steps.', 'dim')];
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, value));
}
