/** Handles actions on the graph view. */
import type { RunState } from '../../profile/run/run-state.js';
import type { Viewport } from '../base/frame.js';
import type { Action } from '../keys/binding.js';
import { openSelected, selectedSpan, selectSpan } from '../tree/selected-span.js';
import { withToast, type UiState } from '../state/ui-state.js';
import type { GraphPlace } from './graph-drawing.js';
import { graphOfRun, selectedNode, type RunNode } from './graph-model.js';
import { drawingOf, listedNodes, listTop, scrollTop } from './graph-view.js';

/** Handles an action; undefined if it does not apply. The arrows go to the nearest node in their direction. */
export function pressGraph(
  ui: UiState,
  action: Action,
  run: RunState,
  viewport: Viewport,
): UiState | undefined {
  const graph = graphOfRun(run);
  const selected = graph && selectedNode(run, ui, graph);
  if (!graph || !selected) return undefined;
  const places = drawingOf(run, ui, viewport)?.places;
  const order = places
    ? places.toSorted((a, b) => a.layer - b.layer || a.y - b.y || a.x - b.x).map(({ id }) => id)
    : listedNodes(graph).map(({ id }) => id);
  const to = (id: string | undefined) =>
    selectNode(
      ui,
      graph.nodes.find((node) => node.id === id),
      run,
    );
  const step = (by: number) => order[order.indexOf(selected.id) + by];
  switch (action) {
    case 'up':
    case 'down':
      return to(
        (places && nearest(places, selected.id, 0, action === 'up' ? -1 : 1)) ??
          step(action === 'up' ? -1 : 1),
      );
    case 'collapse':
    case 'expand':
      return to(
        (places && nearest(places, selected.id, action === 'collapse' ? -1 : 1, 0)) ??
          step(action === 'collapse' ? -1 : 1),
      );
    case 'half-up':
    case 'page-up':
    case 'first':
      return to(order[0]);
    case 'half-down':
    case 'page-down':
    case 'last':
      return to(order.at(-1));
    case 'open':
      return selected.visits.length === 0
        ? withToast(ui, `${selected.id} has not started.`)
        : openSelected(selectNode(ui, selected, run), run);
    default:
      return undefined;
  }
}

/** Handles a click: selects the node under it, or opens the selected one. */
export function clickGraph(
  ui: UiState,
  { x, line }: Readonly<{ x: number; line: number }>,
  run: RunState,
  viewport: Viewport,
  height: number,
): UiState {
  const graph = graphOfRun(run);
  const drawing = drawingOf(run, ui, viewport);
  if (!graph) return ui;
  const selected = selectedNode(run, ui, graph);
  const id = drawing
    ? findPlace(drawing.places, x - 1, line + scrollTop(drawing, selected?.id, height))
    : listedNodes(graph)[line + listTop(graph, selected, height)]?.id;
  const clicked = graph.nodes.find((node) => node.id === id);
  if (!clicked) return ui;
  return clicked === selected ? (pressGraph(ui, 'open', run, viewport) ?? ui) : selectNode(ui, clicked, run);
}

function findPlace(places: readonly GraphPlace[], x: number, y: number): string | undefined {
  return places.find(
    (place) => x >= place.x && x < place.x + place.width && y >= place.y && y < place.y + place.height,
  )?.id;
}

/** Selects the last visit of a node, or the node itself before it starts. The selected visit of it is kept. */
function selectNode(ui: UiState, node: RunNode | undefined, run: RunState): UiState {
  if (!node) return ui;
  const last = node.visits.at(-1);
  if (!last) return { ...ui, selected: `plan:${node.id}`, follow: false };
  const current = selectedSpan(run, ui);
  return selectSpan(ui, node.visits.find(({ id }) => id === current?.id)?.id ?? last.id);
}

/** The node whose middle is nearest in a direction, one cell aside counting as much as two ahead. */
function nearest(
  places: readonly GraphPlace[],
  id: string,
  dx: -1 | 0 | 1,
  dy: -1 | 0 | 1,
): string | undefined {
  const middle = ({ x, y, width, height }: GraphPlace) => [x + width / 2, 2 * (y + height / 2)] as const;
  const from = places.find((place) => place.id === id);
  if (!from) return undefined;
  const [x, y] = middle(from);
  const ranked = places.flatMap((place) => {
    const [px, py] = middle(place);
    const ahead = (px - x) * dx + (py - y) * dy;
    const aside = Math.abs((px - x) * dy) + Math.abs((py - y) * dx);
    return ahead > 0 && aside <= 3 * ahead ? [{ id: place.id, distance: ahead + 2 * aside }] : [];
  });
  return ranked.toSorted((a, b) => a.distance - b.distance)[0]?.id;
}
