/** The main screen between header and footer. */

import { callsParts } from '../calls/calls-view.js';
import { graphParts } from '../graph/graph-view.js';
import { flameParts } from '../flame/flame-lines.js';
import type { RunState } from '../../profile/run/run-state.js';
import { fillRows, segment, type Line } from '../base/frame.js';
import { glyphsOf } from '../base/glyphs.js';
import type { TableColumns } from '../base/layout.js';
import { memoizeLast } from '../base/memo.js';
import { borderLine, finishLines, type Regions } from '../base/regions.js';
import { tableParts } from '../table/table-lines.js';
import { markMatches } from '../content/highlight-match.js';
import { contextLines, titledOverview } from '../context/context-pane.js';
import { timelineParts } from '../timeline/timeline.js';
import type { UiState } from '../state/ui-state.js';
import type { ViewContext, ViewParts } from '../state/view-parts.js';
import { viewTabsLine } from './view-tabs.js';

/** Renders the active view, the detail of the selection and the context pane in `room` rows. */
export function mainRegions(context: ViewContext, room: number): Partial<Regions> {
  const { run, ui, viewport, plan } = context;
  const { glyphs } = ui.look;
  const { place } = plan.context;
  const isShown = place !== 'off' && plan.context.rows >= 1;
  const isRight = isShown && place === 'right';
  const tabs = plan.viewTabs ? tabsRegion(run, run.events, ui, viewport.now, plan.list, plan.table) : [];
  const { lines, hasOverview } = listLines(context, isRight);
  const pane = isShown ? contextLines(context, !hasOverview) : [];
  const below = isRight ? 0 : pane.length;
  const list = fillRows(lines, room - tabs.length - below);
  const border = (lines: readonly Line[]) =>
    isRight ? lines.map((line) => borderLine(line, context.plan.list, context.glyphs)) : lines;
  return {
    tabs: border(tabs),
    list: border(finishLines(list, plan.list, glyphs)),
    context: finishLines(isRight ? fillRows(pane, room) : pane, plan.context.columns, glyphs),
    side: isRight ? 'right-of-tabs' : 'below',
  };
}

const tabsRegion = memoizeLast(
  (run: RunState, _version: number, ui: UiState, now: number, columns: number, table: TableColumns) => {
    const line = viewTabsLine(run, ui, { now, columns }, table, glyphsOf(ui.look.glyphs));
    return finishLines([line], columns, ui.look.glyphs);
  },
);

/** The rows of a list that shares the width of a tall screen and does not need them have the overview of the run. */
function listLines(
  context: ViewContext,
  isRight: boolean,
): Readonly<{ lines: readonly Line[]; hasOverview: boolean }> {
  const { run, ui, plan, glyphs } = context;
  const viewport = { ...context.viewport, columns: plan.list };
  const { head, list, detail } = partsOf({ ...context, viewport });
  const rule: Line = [segment(glyphs.rule.repeat(viewport.columns), 'rule')];
  const pane = { columns: plan.list, rows: plan.tree - list.length - 1, now: viewport.now, glyphs };
  const overview = isRight ? titledOverview(run, pane) : [];
  const lines = [
    head,
    ...fillRows(list, plan.tree - overview.length).map((line) => markMatches(line, ui.filter)),
    ...overview,
    ...(plan.detail === 0 ? [] : [rule, ...fillRows(detail, plan.detail)]),
  ];
  return { lines, hasOverview: overview.length > 0 };
}

function partsOf(context: ViewContext): ViewParts {
  const { shown } = context.ui.views;
  switch (shown) {
    case 'Timeline':
      return timelineParts(context);
    case 'Flame':
      return flameParts(context);
    case 'Table':
      return tableParts(context);
    case 'Calls':
      return callsParts(context);
    case 'Graph':
      return graphParts(context);
    default:
      return shown satisfies never;
  }
}
