/** The main screen between header and footer. */

import { callsParts } from '../calls/calls-view.js';
import { graphParts } from '../graph/graph-view.js';
import { flameParts } from '../flame/flame-lines.js';
import { clipLine, fillRows, lineWidth, safeLine, segment, type Line } from '../base/frame.js';
import { tableParts } from '../table/table-lines.js';
import { markMatches } from '../content/highlight-match.js';
import { contextLines } from '../context/context-pane.js';
import { timelineParts } from '../timeline/timeline.js';
import type { ViewContext, ViewParts } from '../state/view-parts.js';
import { viewTabsLine } from './view-tabs.js';

/** Renders the active view, the detail of the selection and the context pane. */
export function mainLines(context: ViewContext): readonly Line[] {
  const { plan, glyphs } = context;
  const main = listLines({ ...context, viewport: { ...context.viewport, columns: plan.list } });
  const { place } = plan.context;
  if (place === 'off' || plan.context.rows < 1) return main;
  const pane = contextLines(context);
  if (place === 'below') return [...main, ...pane];
  return main.map((line, i) => {
    const left = clipLine(safeLine(line), plan.list);
    const gap = segment(' '.repeat(plan.list - lineWidth(left)));
    return [...left, gap, segment(`${glyphs.tick} `, 'rule'), ...(pane[i] ?? [])];
  });
}

function listLines(context: ViewContext): readonly Line[] {
  const { run, ui, viewport, plan, glyphs } = context;
  const { head, list, detail } = partsOf(context);
  const rule: Line = [segment(glyphs.rule.repeat(viewport.columns), 'rule')];
  return [
    ...(plan.viewTabs ? [viewTabsLine(run, ui, viewport, plan.table, glyphs)] : []),
    head,
    ...fillRows(list, plan.tree).map((line) => markMatches(line, ui.filter)),
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
    case 'Graph':
      return graphParts(context);
    default:
      return shown satisfies never;
  }
}
