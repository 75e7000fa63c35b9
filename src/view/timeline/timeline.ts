/** The timeline view. */

import { detailLines } from './detail.js';
import { computeElapsed } from '../../profile/run/waiting.js';
import { listBands } from '../bars/waiting-band.js';
import { axisFor, headLine, rowLine } from './row-line.js';
import { listRows } from '../tree/rows.js';
import { treePosition } from '../tree/selection.js';
import type { ViewContext, ViewParts } from '../state/view-parts.js';
import { emptyLine } from '../state/empty-line.js';

/** Renders the timeline view: the tree of spans with bars on a common axis. */
export function timelineParts({ run, ui, viewport, plan, glyphs }: ViewContext): ViewParts {
  const rows = listRows(run, ui);
  const { cursor, top } = treePosition(run, rows, ui, plan.tree);
  const axis = axisFor(run, viewport.now, ui);
  const { metric, look, breakpoints } = ui;
  const marksMatches = ui.filter !== '' && !ui.onlyMatches;
  const { now } = viewport;
  const bands = metric === 'time' ? listBands(run, now, axis, plan.table.bar) : [];
  const elapsed = computeElapsed(run, now);
  const shared = { run, now, elapsed, columns: plan.table, metric, axis, bands, glyphs, look };
  const context = { ...shared, breakpoints, marksMatches };
  const list = rows.slice(top, top + plan.tree).map((row, i) => rowLine(row, top + i === cursor, context));
  return {
    head: headLine(context),
    list: list.length > 0 ? list : [emptyLine(ui)],
    detail: detailLines(run, rows[cursor], glyphs, viewport),
  };
}
