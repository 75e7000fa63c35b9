/** The plan screen between header and footer. */

import { getOwn } from '../../lib/data/own-property.js';
import { plural } from '../../lib/text/format.js';
import { safeText } from '../../lib/text/safe-text.js';
import { textWidth } from '../../lib/text/text-width.js';
import type { RunState } from '../../profile/run/run-state.js';
import { segment, selectedLine, spread, type Line, type Viewport } from '../base/frame.js';
import type { Glyphs } from '../base/glyphs.js';
import { restorePosition, type ListPosition } from '../base/scroll-list.js';
import type { PaneItem } from '../content/pane-item.js';
import { planItems } from './plan-items.js';
import { shownPlan } from './plan-question.js';
import type { Planned } from '../state/plan-state.js';
import type { UiState } from '../state/ui-state.js';

/** Renders the plan screen: title, summary of effects and the list. */
export function planLines(
  run: RunState,
  ui: UiState,
  { columns }: Viewport,
  room: number,
  glyphs: Glyphs,
): readonly Line[] {
  const plan = shownPlan(run, ui);
  if (!plan) return [[segment(' At this moment there is no plan.', 'dim')]];
  const { items, cursor, top } = planList(run, ui, columns, room);
  const dot = ` ${glyphs.separator} `;
  const origin = plan.edited || ui.plan.question?.edited ? `${plan.origin}, edited` : plan.origin;
  const facts = [plural(plan.nodes.length, 'node'), origin].map((fact) => segment(dot + fact, 'dim'));
  const height = room - HEAD;
  return [
    spread(
      [segment(' Plan ', 'heading'), segment(safeText(plan.name), 'title'), ...facts],
      items.length > height ? [segment(`${cursor + 1}/${items.length} `, 'dim')] : [],
      columns,
    ),
    ui.plan.refused
      ? [segment(` ${safeText(ui.plan.refused.why)}`, 'warning')]
      : effectsLine(plan, columns, glyphs.separator),
    ...items
      .slice(top, top + height)
      .map((item, i) => (top + i === cursor ? selectedLine(item.draw(), columns) : item.draw())),
  ];
}

/** The position of the list in its viewport. */
export function planList(
  run: RunState,
  ui: UiState,
  columns: number,
  room: number,
): ListPosition & Readonly<{ items: readonly PaneItem[]; height: number }> {
  const plan = shownPlan(run, ui);
  const height = Math.max(1, room - HEAD);
  const pane = ui.planPane;
  const options = { folds: pane.folds, width: columns, glyphs: ui.look.glyphs };
  const items = plan ? planItems(plan, ui.plan.question?.problems ?? NONE, options) : NONE;
  return { items, height, ...restorePosition(items, pane, height) };
}

/** Lines above the list. */
const HEAD = 2;
const NONE: readonly never[] = [];

/** The effects of the plan if they fit, else their kinds with node counts. */
function effectsLine({ nodes }: Planned, columns: number, separator: string): Line {
  const each = new Set(nodes.flatMap(({ effects = [] }) => effects.map(({ what }) => safeText(what))));
  const all = ` ! ${[...each].join(` ${separator} `)}`;
  if (each.size > 0 && textWidth(all) < columns) return [segment(all, 'warning')];
  const counts = new Map<string, number>();
  for (const { effects = [] } of nodes)
    for (const effect of new Set(effects.map((each) => each.effect)))
      counts.set(effect, (counts.get(effect) ?? 0) + 1);
  if (counts.size === 0) return [segment(' It changes nothing outside the run.', 'ok')];
  const parts = [...counts].map(
    ([effect, count]) => `${getOwn(words, effect) ?? effect} (${plural(count, 'node')})`,
  );
  return [segment(` ! It ${parts.join(', ')}.`, 'warning')];
}

const words: Readonly<Record<string, string>> = {
  writes: 'writes',
  moves: 'moves',
  deletes: 'deletes',
  'runs-commands': 'runs commands',
  sends: 'sends',
};
