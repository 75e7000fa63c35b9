/** The main screen between header and footer. */

import { callsParts } from '../calls/calls-view.js';
import { flameParts } from '../flame/flame-lines.js';
import { fillRows, segment, type Line } from '../base/frame.js';
import { tableParts } from '../table/table-lines.js';
import { timelineParts } from '../timeline/timeline.js';
import type { ViewContext, ViewParts } from '../state/view-parts.js';
import { viewTabsLine } from './view-tabs.js';

/** Renders the active view and the detail of the selection. */
export function mainLines(context: ViewContext): readonly Line[] {
  const { run, ui, viewport, plan, glyphs } = context;
  const { head, list, detail } = partsOf(context);
  const rule: Line = [segment(glyphs.rule.repeat(viewport.columns), 'rule')];
  return [
    ...(plan.viewTabs ? [viewTabsLine(run, ui, viewport, plan.table, glyphs)] : []),
    head,
    ...fillRows(list, plan.tree),
    ...(plan.detail === 0 ? [] : [rule, ...fillRows(detail, plan.detail)]),
  ];
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
    default:
      return shown satisfies never;
  }
}
