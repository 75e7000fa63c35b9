/** The inspector between header and footer. */

import { safeText } from '../../lib/text/safe-text.js';
import { formatSpanLabel } from '../../profile/layout/span-outline.js';
import type { RunState } from '../../profile/run/run-state.js';
import { segment, selectedLine, spread, type Line } from '../base/frame.js';
import { markMatches } from '../content/highlight-match.js';
import { findItems, placeOfMatch } from '../content/find-items.js';
import type { PaneItem } from '../content/pane-item.js';
import { findEmptyTabs } from '../inspector/empty-tabs.js';
import { getTabMoment, findWriterNode } from '../inspector/find-writer.js';
import { inspectorItems, tabsLine } from '../inspector/inspector.js';
import type { UiState } from '../state/ui-state.js';
import type { ViewContext } from '../state/view-parts.js';
import { titleLine } from '../timeline/detail.js';
import { listRows } from '../tree/rows.js';
import { isYetToBegin, panePosition, selectedRow } from '../tree/selection.js';
import type { Row } from '../tree/tree-row.js';

/** Renders the title, the tabs and the pane of the inspector. */
export function inspectorLines({ run, ui, viewport, plan, glyphs }: ViewContext): readonly Line[] {
  const row = selectedRow(listRows(run, ui), ui);
  if (!row || isYetToBegin(run, ui)) return [[segment(' At this moment it has not begun.', 'dim')]];
  const items = inspectorItems(run, row, ui, viewport);
  const { cursor, top } = panePosition(items, ui, plan.pane);
  const list = items.slice(top, top + plan.pane).map((item, i) => {
    const line = markMatches(item.draw(), ui.pane.find);
    return top + i === cursor ? selectedLine(line, viewport.columns) : line;
  });
  const found = placeOfMatch(findItems(items, ui.pane.find), cursor);
  const place = `${found}${ui.raw ? 'raw ' : ''}${trailText(run, ui)}${writerText(run, ui, row, items[cursor])}${items.length > plan.pane ? ` ${cursor + 1}/${items.length} ` : ''}`;
  return [
    spread(titleLine(run, row, glyphs), [segment(place, 'dim')], viewport.columns),
    row.result
      ? [segment(' Result ', 'tab-active')]
      : tabsLine(ui.tab, viewport.columns, findEmptyTabs(run, row)),
    ...list,
  ];
}

/** Where Esc leads, after the writer of a value was opened. */
function trailText(run: RunState, { trail }: UiState): string {
  const span = trail[0] && run.spans.get(Number(trail[0].selected));
  return span ? `Esc back to ${safeText(formatSpanLabel(span))} ` : '';
}

/** The writer of the store key under the cursor, if it is another node. */
function writerText(run: RunState, ui: UiState, row: Row, item: PaneItem | undefined): string {
  if (!row.span || item?.pointer === undefined) return '';
  const writer = findWriterNode(run, row.span, item.pointer, getTabMoment(ui.tab));
  return writer && writer.id !== row.span.id ? `written by ${safeText(formatSpanLabel(writer))} ` : '';
}
