/** The plan screen between header and footer. */

import type { RunState } from '../../profile/run/run-state.js';
import { segment, selectedLine, spread, type Line, type Viewport } from '../base/frame.js';
import { glyphsOf } from '../base/glyphs.js';
import { restorePosition, type ListPosition } from '../base/scroll-list.js';
import type { PaneItem } from '../content/pane-item.js';
import { planFacts } from './plan-facts.js';
import { planItems } from './plan-items.js';
import { shownPlan } from './plan-question.js';
import type { UiState } from '../state/ui-state.js';

/** Renders the plan screen: title, summary of effects and the list. */
export function planLines(run: RunState, ui: UiState, viewport: Viewport, room: number): readonly Line[] {
  const { columns } = viewport;
  const plan = shownPlan(run, ui);
  if (!plan) return [[segment(' At this moment there is no plan.', 'dim')]];
  const { items, cursor, top, height, facts } = planList(run, ui, { columns, rows: viewport.rows }, room);
  const [title = [], ...others] = facts;
  const place = items.length > height ? [segment(`${cursor + 1}/${items.length} `, 'dim')] : [];
  return [
    spread(title, place, columns),
    ...others,
    ...items
      .slice(top, top + height)
      .map((item, i) => (top + i === cursor ? selectedLine(item.draw(), columns) : item.draw())),
  ];
}

/** The position of the list in its viewport. */
export function planList(
  run: RunState,
  ui: UiState,
  size: Readonly<{ columns: number; rows: number }>,
  room: number,
): ListPosition & Readonly<{ items: readonly PaneItem[]; height: number; facts: readonly Line[] }> {
  const { columns } = size;
  const plan = shownPlan(run, ui);
  const facts = plan ? planFacts(run, ui, plan, size, glyphsOf(ui.look.glyphs)) : NONE;
  const height = Math.max(1, room - facts.length);
  const pane = ui.planPane;
  const options = { folds: pane.folds, width: columns, glyphs: ui.look.glyphs };
  const items = plan ? planItems(plan, ui.plan.question?.problems ?? NONE, options) : NONE;
  return { items, height, facts, ...restorePosition(items, pane, height) };
}

const NONE: readonly never[] = [];
