import { safeText } from '../../lib/text/safe-text.js';
import { detailLines } from './detail.js';
import { segment, type Line } from '../base/frame.js';
import { axisFor, headLine, rowLine } from './row-line.js';
import { rowsOf } from '../tree/rows.js';
import { treePosition } from '../tree/selection.js';
import type { UiState } from '../state/ui-state.js';
import type { ViewContext, ViewParts } from '../state/view-parts.js';

/** The first view: the tree of what ran, each with its bar on one axis. */
export function timelineParts({ run, ui, viewport, plan, glyphs }: ViewContext): ViewParts {
  const rows = rowsOf(run, ui);
  const { cursor, top } = treePosition(rows, ui, plan.tree);
  const axis = axisFor(run, viewport.now, ui);
  const { metric, look, breakpoints } = ui;
  const marksMatches = ui.filter !== '' && !ui.onlyMatches;
  const shared = { run, now: viewport.now, columns: plan.table, metric, axis, glyphs, look };
  const context = { ...shared, breakpoints, marksMatches };
  const list = rows.slice(top, top + plan.tree).map((row, i) => rowLine(row, top + i === cursor, context));
  return {
    head: headLine(context),
    list: list.length > 0 ? list : [emptyLine(ui)],
    detail: detailLines(run, rows[cursor], glyphs, viewport),
  };
}

/** What stands where there is nothing to list. */
export function emptyLine({ filter, look }: UiState): Line {
  if (filter === '') return [segment(' Nothing has started yet.', 'dim')];
  const says = look.searching === undefined ? 'No row matches' : 'No row so far matches';
  return [segment(` ${says} "${safeText(filter)}".`, 'dim')];
}
