/** Handles actions on the main screen. */

import type { RunState } from '../../profile/run/run-state.js';
import { timeEnd } from '../bars/axis.js';
import type { Viewport } from '../base/frame.js';
import { jump } from '../tree/jump.js';
import type { Key } from '../base/key.js';
import { positionOf } from '../keys/key-bindings.js';
import type { Action } from '../keys/binding.js';
import { selectNextMatch } from './next-match.js';
import { pressCalls } from '../calls/press-calls.js';
import { pressGraph } from '../graph/press-graph.js';
import { pressFlame } from '../flame/press-flame.js';
import { pressTable } from '../table/press-table.js';
import { pressTree } from '../timeline/press-tree.js';
import { openSelected, selectedSpan, withSelectionInTree } from '../tree/selected-span.js';
import { markRange } from '../bars/time-range.js';
import { panned, zoomedIn, zoomedOut } from '../bars/time-window.js';
import type { UiState } from '../state/ui-state.js';
import { views, type TimeWindow, type ViewName } from '../state/view-state.js';

/** Handles an action in the active view. */
export function pressMain(ui: UiState, action: Action, key: Key, run: RunState, viewport: Viewport): UiState {
  if (action === 'view') return withView(ui, views[positionOf(key.name, 'view', ui.look.keys)], run);
  if (action === 'range') {
    const range = markRange(ui.views.range, selectedSpan(run, ui), viewport.now);
    return { ...ui, views: { ...ui.views, range } };
  }
  if (action === 'back' && ui.views.range) return { ...ui, views: { ...ui.views, range: undefined } };
  // From the calls of a frame, Esc returns to the flame graph.
  if (action === 'back' && ui.views.callsOf)
    return { ...ui, anchor: undefined, views: { ...ui.views, shown: 'Flame', callsOf: undefined } };
  switch (ui.views.shown) {
    case 'Timeline':
      return pressWindow(ui, action, run, viewport) ?? pressTree(ui, action, run, viewport);
    case 'Flame':
      return pressFlame(ui, action, run, viewport) ?? pressAnyView(ui, action, run, viewport);
    case 'Table':
      return pressTable(ui, action, run, viewport) ?? pressAnyView(ui, action, run, viewport);
    case 'Calls':
      return pressCalls(ui, action, run, viewport) ?? pressAnyView(ui, action, run, viewport);
    case 'Graph':
      return pressGraph(ui, action, run, viewport) ?? pressAnyView(ui, action, run, viewport);
    default:
      return ui.views.shown satisfies never;
  }
}

/** Switches the view. */
export function withView(ui: UiState, view: ViewName | undefined, run: RunState): UiState {
  if (view === undefined || view === ui.views.shown) return ui;
  const at: UiState = { ...ui, anchor: undefined, views: { ...ui.views, shown: view, callsOf: undefined } };
  // The selection of another view may be inside a collapsed row.
  return view === 'Timeline' && !ui.follow ? withSelectionInTree(at, run) : at;
}

/** Handles zooming and panning; undefined if it does not apply. */
function pressWindow(ui: UiState, action: Action, run: RunState, { now }: Viewport): UiState | undefined {
  const { window } = ui.views;
  const end = timeEnd(now, run.finished !== undefined);
  const to = (next: TimeWindow | undefined): UiState => ({ ...ui, views: { ...ui.views, window: next } });
  switch (action) {
    case 'zoom-in':
      return {
        ...to(zoomedIn(window, end, middleOf(ui, run, now, window ?? { from: 0, to: end }))),
        metric: 'time',
      };
    case 'zoom-out':
      return to(zoomedOut(window, end));
    case 'zoom-reset':
      return to(undefined);
    case 'pan-left':
      return window ? to(panned(window, end, -1)) : ui;
    case 'pan-right':
      return window ? to(panned(window, end, 1)) : ui;
    default:
      return undefined;
  }
}

/** The centre of the visible part of the selected row; of the window if it is not visible. */
function middleOf(ui: UiState, run: RunState, now: number, window: TimeWindow): number {
  const span = selectedSpan(run, ui);
  const from = Math.max(window.from, span?.startedAt ?? 0);
  const to = Math.min(window.to, span?.finishedAt ?? now);
  return span && from <= to ? (from + to) / 2 : (window.from + window.to) / 2;
}

/** Handles an action in any view but the timeline. */
function pressAnyView(ui: UiState, action: Action, run: RunState, viewport: Viewport): UiState {
  switch (action) {
    case 'diff':
      return openSelected(ui, run, 'Diff');
    case 'search':
      return { ...ui, screens: [...ui.screens, 'search'] };
    case 'only-matches':
      return { ...ui, onlyMatches: !ui.onlyMatches };
    case 'next-error':
    case 'next-slowest':
    case 'next-costliest':
      return jump({ ...ui, follow: false }, action, run, viewport.now);
    case 'next-match':
    case 'previous-match':
      return selectNextMatch(ui, action === 'next-match' ? 1 : -1, run, viewport);
    case 'metric':
    case 'help':
    case 'back':
      return pressTree(ui, action, run, viewport);
    default:
      return ui;
  }
}
