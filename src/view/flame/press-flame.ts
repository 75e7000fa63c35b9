/** Handles actions on the flame view. */

import type { RunState } from '../../profile/run/run-state.js';
import {
  flameOf,
  frameAt,
  framesBelow,
  spanOfFrame,
  type FlameFrame,
} from '../../profile/layout/flame-tree.js';
import type { FlameBox } from './flame-layout.js';
import { boxesOf, flameHeight, flameWindow, selectedBox } from './flame-lines.js';
import type { Viewport } from '../base/frame.js';
import type { Action } from '../keys/binding.js';
import { layout } from '../base/layout.js';
import { listViewport } from '../state/view-parts.js';
import { openSelected, selectedSpan, selectSpan } from '../tree/selected-span.js';
import { withToast, type UiState } from '../state/ui-state.js';

/** Handles an action; undefined if it does not apply. */
export function pressFlame(
  ui: UiState,
  action: Action,
  run: RunState,
  viewport: Viewport,
): UiState | undefined {
  if (action === 'metric') return nextMetric(ui);
  const boxes = boxesOf(run, ui, listViewport(ui, viewport)).filter(({ frame }) => frame !== undefined);
  const at = selectedBox(run, ui, boxes);
  if (!at?.frame) return undefined;
  switch (action) {
    case 'up':
      return toBox(ui, run, enclosing(boxes, at));
    case 'down':
      return toBox(ui, run, enclosed(boxes, at));
    case 'collapse':
      return toBox(
        ui,
        run,
        boxes.findLast(({ level, from }) => level === at.level && from < at.from),
      );
    case 'expand':
      return toBox(
        ui,
        run,
        boxes.find(({ level, from }) => level === at.level && from > at.from),
      );
    case 'first':
      return toBox(ui, run, boxes[0]);
    case 'last':
      return toBox(ui, run, boxes.toSorted((a, b) => a.level - b.level || a.from - b.from).at(-1));
    case 'open':
      // Without a child to zoom into, the spans that were merged are listed, or the only one is opened.
      if (at !== boxes[0] && framesBelow(at.frame).length > 0)
        return zoomed(toBox(ui, run, at), at.frame.path);
      return at.frame.parent && at.frame.sum.spans > 1
        ? listMerged(toBox(ui, run, at), at.frame)
        : openSelected(toBox(ui, run, at), run);
    case 'zoom-in':
      return zoomed(toBox(ui, run, at), at.frame.path);
    case 'zoom-out':
      return zoomed(ui, pathAround(run, ui.views.zoom));
    case 'zoom-reset':
      return zoomed(ui, []);
    case 'back':
      return ui.views.zoom.length > 0 ? zoomed(ui, pathAround(run, ui.views.zoom)) : undefined;
    default:
      return undefined;
  }
}

/** Lists what was merged into a frame: its calls in the calls view, else its spans as the matches of their name in the tree. */
function listMerged(ui: UiState, { path, label, sum }: FlameFrame): UiState {
  const at: UiState = { ...ui, anchor: undefined };
  if (sum.calls > 0) return { ...at, views: { ...ui.views, shown: 'Calls', callsOf: path } };
  const toast = `${sum.spans} × ${label}: n goes to the next one, Esc shows all rows.`;
  return withToast(
    { ...at, filter: label, onlyMatches: true, views: { ...ui.views, shown: 'Timeline' } },
    toast,
  );
}

/** Busy time, wall time, cost, tokens. */
function nextMetric(ui: UiState): UiState {
  const { metric, views } = ui;
  if (metric === 'time' && !views.wall) return { ...ui, views: { ...views, wall: true } };
  const next = metric === 'time' ? 'cost' : metric === 'cost' ? 'tokens' : 'time';
  return { ...ui, metric: next, views: { ...views, wall: false } };
}

/** Handles a click: selects a frame, or zooms into the selected one. */
export function clickFlame(
  ui: UiState,
  at: Readonly<{ x: number; line: number }>,
  run: RunState,
  viewport: Viewport,
): UiState {
  const boxes = boxesOf(run, ui, listViewport(ui, viewport));
  const selected = selectedBox(run, ui, boxes);
  const { height, top } = flameWindow(
    boxes,
    selected,
    layout(viewport.columns, viewport.rows, ui.context, flameHeight(boxes)).tree,
  );
  const level = top + Math.floor(at.line / height);
  // The first cell is the margin. Frames too small for a cell share the last cell of their neighbour.
  const box = boxes.findLast(
    ({ level: own, from, to }) => own === level && at.x - 1 >= from && at.x - 1 < to,
  );
  if (!box?.frame) return ui;
  return box === selected ? (pressFlame(ui, 'open', run, viewport) ?? ui) : toBox(ui, run, box);
}

function zoomed(ui: UiState, zoom: readonly string[]): UiState {
  return { ...ui, views: { ...ui.views, zoom } };
}

/** The path of the parent among the rendered frames. */
function pathAround(run: RunState, path: readonly string[]): readonly string[] {
  const around = frameAt(flameOf(run), path).parent;
  if (!around?.parent) return [];
  return framesBelow(around.parent).includes(around) ? around.path : around.parent.path;
}

/** Selects a box. The selected span is kept if it belongs to the box. */
function toBox(ui: UiState, run: RunState, box: FlameBox | undefined): UiState {
  if (!box?.frame) return ui;
  const flame = flameOf(run);
  const current = selectedSpan(run, ui);
  const isInside = current !== undefined && flame.frameOf.get(current.id) === box.frame;
  return selectSpan(ui, isInside ? current.id : spanOfFrame(flame, box.frame));
}

function enclosing(boxes: readonly FlameBox[], { level, from }: FlameBox): FlameBox | undefined {
  return boxes.findLast((each) => each.level === level - 1 && each.from <= from);
}

function enclosed(boxes: readonly FlameBox[], { level, from, to }: FlameBox): FlameBox | undefined {
  return boxes.find((each) => each.level === level + 1 && each.from >= from && each.from < to);
}
