/** The drawn graph of a plan, above the list of its nodes: names and arrows, with batches and loops marked. */
import { safeText } from '../../lib/text/safe-text.js';
import { textWidth, truncate } from '../../lib/text/text-width.js';
import type { Captured } from '../../trace/event/captured.js';
import { fieldOf, itemsIn, textOf } from '../content/captured-fields.js';
import { textItem, type PaneItem } from '../content/pane-item.js';
import { drawGraph, planDrawing, type GraphForm } from '../graph/graph-drawing.js';
import type { Planned } from '../state/plan-state.js';
import type { StyleName } from '../base/theme.js';

const RIGHT: GraphForm = { direction: 'right', isBoxed: false };
const DOWN: GraphForm = { direction: 'down', isBoxed: false };

/** A graph of this many rows leaves too little of a screen for the list below it, which shows its edges too. */
const MOST_ROWS = 14;
const MOST_NAME = 20;
/** On fewer columns, and so on a small screen, only a graph of few rows is drawn. */
const WIDE = 60;

/** The lines of the graph; none for a single node and for one that does not fit. */
export function planGraphItems(plan: Planned, width: number): readonly PaneItem[] {
  if (plan.nodes.length < 2) return [];
  const irOf = new Map(itemsIn(fieldOf(plan.ir, 'nodes')).map((node) => [textOf(fieldOf(node, 'id')), node]));
  const labels = new Map(
    plan.nodes.map(({ id, loop }) => {
      const name = truncate(safeText(id), MOST_NAME, 'end');
      return [id, { name, mark: repeatMark(irOf.get(id), loop !== undefined) }];
    }),
  );
  const shape = {
    key: JSON.stringify([[...labels.values()], plan.edges]),
    rows: 1,
    nodes: plan.nodes.map(({ id }) => ({
      id,
      width: textWidth(labels.get(id)!.name + labels.get(id)!.mark),
    })),
    edges: plan.edges.map(({ from, to, action }) => ({
      from,
      to,
      label: action === 'default' ? '' : action,
    })),
  };
  const drawing = planDrawing(shape, width < WIDE ? [RIGHT] : [RIGHT, DOWN], width - 2, MOST_ROWS);
  if (!drawing) return [];
  const canvas = drawGraph(drawing, { node: () => undefined, edge: () => undefined });
  const styles = new Map(
    plan.nodes.map(({ id, type, effects }) => [id, nameStyle(type, effects?.length ?? 0)]),
  );
  const inset = drawing.form === RIGHT ? 1 : 0;
  for (const { id, x, y } of drawing.places) {
    const { name, mark } = labels.get(id)!;
    const end = canvas.write({ x: x + inset, y }, name, styles.get(id));
    canvas.write({ x: end, y }, mark, 'dim');
  }
  const lines = canvas.lines().map((line, i) => textItem(`graph/${i}`, line));
  return [...lines, textItem('graph/gap', [])];
}

/** Highlights nodes with effects, as the list does. */
function nameStyle(type: string, effects: number): StyleName {
  return effects > 0 ? 'warning' : type === 'llm' ? 'accent' : 'title';
}

/** ` ×n ‖10` for a batch of which ten items run at a time; ` ↻` for a node that repeats itself. */
function repeatMark(node: Captured | undefined, isLoop: boolean): string {
  const batch = fieldOf(node, 'batch');
  if (batch === undefined) return isLoop ? ' ↻' : '';
  const items = itemsIn(fieldOf(batch, 'items')).length;
  const atOnce = fieldOf(batch, 'parallel') === true ? fieldOf(batch, 'max_concurrent') : undefined;
  return ` ×${items > 0 ? items : 'n'}${typeof atOnce === 'number' ? ` ‖${atOnce}` : ''}`;
}
