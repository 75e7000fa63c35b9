/** The tab line of the views, with the minimap. */

import type { RunState } from '../../profile/run/run-state.js';
import { safeText } from '../../lib/text/safe-text.js';
import { fit } from '../../lib/text/text-width.js';
import { clipLine, lineWidth, segment, segmentAt, type Line } from '../base/frame.js';
import type { Glyphs } from '../base/glyphs.js';
import type { TableColumns } from '../base/layout.js';
import { minimapLine } from '../bars/minimap.js';
import type { UiState } from '../state/ui-state.js';
import { views, type ViewName } from '../state/view-state.js';

/** Renders the tabs of the views with their number keys, and the minimap after them on the timeline. */
export function viewTabsLine(
  run: RunState,
  ui: UiState,
  viewport: { now: number; columns: number },
  table: TableColumns,
  glyphs: Glyphs,
): Line {
  const { shown, grouping, window } = ui.views;
  const tabs = tabsLine(shown);
  const { columns, now } = viewport;
  const room = columns - lineWidth(tabs);
  if (shown === 'Timeline' && ui.metric === 'time') {
    // Aligned with the bars, so that both share the time axis.
    const cells = Math.min(table.bar, room - 2);
    const gap = Math.max(0, room - cells);
    const label = minimapLabels.find((text) => text.length < gap) ?? '';
    return [
      ...tabs,
      segment(fit(label, gap, 'right'), 'dim'),
      ...minimapLine(run, now, window, cells, glyphs),
    ];
  }
  const texts =
    shown === 'Table' ? [`by ${grouping}`] : shown === 'Flame' ? flameTexts(ui) : callsTexts(ui, glyphs);
  const words = texts.find((text) => text.length < room) ?? '';
  return clipLine([...tabs, segment(fit(`${words} `, room, 'right'), 'dim')], columns);
}

/** Which calls are listed, if not all. */
function callsTexts({ views: { shown, callsOf } }: UiState, { path }: Glyphs): readonly string[] {
  if (shown !== 'Calls' || !callsOf) return [];
  return [`calls of ${safeText(callsOf.slice(-2).join(` ${path} `))}`, 'calls of a frame'];
}

/** What the width of a frame measures, for the room there is. */
function flameTexts({ metric, views: { wall } }: UiState): readonly string[] {
  if (metric !== 'time') return [`width: ${metric}`];
  if (wall) return ['width: wall time'];
  return ['width: busy time (parallel calls add up)', 'width: busy time'];
}

/** What the height of the minimap means, for the room before it. */
const minimapLabels = ['running at once ', 'at once '];

/** The view at a cell of the tab line. */
export function viewAt(x: number, shown: ViewName): ViewName | undefined {
  return views[segmentAt(tabsLine(shown), x)];
}

function tabsLine(shown: ViewName): Line {
  return views.map((view, i) => segment(` ${i + 1} ${view} `, view === shown ? 'tab-active' : 'tab'));
}
