/** The layout of the main screen for what its list shows at the moment. */

import type { RunState } from '../../profile/run/run-state.js';
import type { Viewport } from '../base/frame.js';
import { layout, type Layout } from '../base/layout.js';
import { callsHeight } from '../calls/calls-layout.js';
import { callsOfView } from '../calls/calls-view.js';
import { countHealthLines } from '../calls/health-lines.js';
import { boxesOf, flameHeight } from '../flame/flame-lines.js';
import { graphHeight } from '../graph/graph-view.js';
import { listViewport } from '../state/view-parts.js';
import type { UiState } from '../state/ui-state.js';
import { rowsOfTable } from '../table/table-lines.js';
import { listRows } from '../tree/rows.js';

/** The layout in which the list has as many rows as it needs, and the context pane the others. */
export function mainLayout(run: RunState, ui: UiState, viewport: Viewport): Layout {
  return layout(viewport.columns, viewport.rows, ui.context, countRows(run, ui, viewport));
}

function countRows(run: RunState, ui: UiState, viewport: Viewport): number {
  const { shown } = ui.views;
  switch (shown) {
    case 'Timeline':
      return listRows(run, ui).length;
    case 'Flame':
      return flameHeight(boxesOf(run, ui, listViewport(ui, viewport)));
    case 'Table':
      return rowsOfTable(run, ui, viewport.now).length;
    case 'Calls':
      return callsHeight(callsOfView(run, ui, viewport.now).length, countHealthLines(run));
    case 'Graph':
      return graphHeight(run, ui, viewport);
    default:
      return shown satisfies never;
  }
}
