/** Renders a complete frame. */

import { safeText } from '../../lib/text/safe-text.js';
import type { RunState } from '../../profile/run/run-state.js';
import { asciiLine } from '../base/ascii.js';
import { confirmLines } from '../state/confirm-dialog.js';
import { titleLine } from '../timeline/detail.js';
import { flameBarLine } from '../chrome/flame-bar.js';
import { footerLine } from '../chrome/footer.js';
import {
  clipLine,
  fillRows,
  lineText,
  safeLine,
  segment,
  selectedLine,
  spread,
  type Frame,
  type Line,
  type Viewport,
} from '../base/frame.js';
import { glyphsOf, type Glyphs } from '../base/glyphs.js';
import { headerLine } from '../chrome/header.js';
import { helpLines } from '../keys/key-help.js';
import { memoizeLast } from '../base/memo.js';
import { markMatches } from '../content/highlight-match.js';
import { inspectorItems, tabsLine } from '../inspector/inspector.js';
import { MIN_COLUMNS, MIN_ROWS, type Layout } from '../base/layout.js';
import { computeScrollTop } from '../base/scroll-list.js';
import { mainLines } from './main-body.js';
import { mainLayout } from './main-layout.js';
import { matchPlace } from './match-place.js';
import { formatSpanLabel } from '../../profile/layout/span-outline.js';
import type { PaneItem } from '../content/pane-item.js';
import { planLines } from '../plan/plan-lines.js';
import { isYetToBegin, panePosition, selectedRow } from '../tree/selection.js';
import { listRows } from '../tree/rows.js';
import type { Row } from '../tree/tree-row.js';
import { statusRule } from '../chrome/status-rule.js';
import { getHelpContext, type UiState } from '../state/ui-state.js';
import { findEmptyTabs } from '../inspector/empty-tabs.js';
import { getTabMoment, findWriterNode } from '../inspector/find-writer.js';

/** Renders the frame for a run at a moment: a pure function, so that a live run and its replay render the same. */
export function view(run: RunState, ui: UiState, viewport: Viewport): Frame {
  const { columns, rows } = viewport;
  const plan = mainLayout(run, ui, viewport);
  if (plan.tooSmall)
    return {
      lines: fillRows(
        [
          clipLine(
            [segment(`pflow needs ${MIN_COLUMNS}×${MIN_ROWS} cells, this is ${columns}×${rows}`)],
            columns,
          ),
        ],
        rows,
      ),
    };
  const glyphs = glyphsOf(ui.look.glyphs);
  // A run without an end at the shown moment was in progress then.
  const look = ui.time ? { ...ui.look, live: true } : ui.look;
  const top = [
    headerLine(run, look, glyphs, viewport),
    ...(plan.flameBar
      ? [flameBarLine(run, look, glyphs, viewport), statusRule(run, ui, viewport, glyphs)]
      : []),
  ];
  const room = rows - top.length - 1;
  const lines = [
    ...top,
    ...fillRows(body(run, ui, viewport, plan, glyphs, room), room),
    footerLine(ui, viewport, countMatches(run, ui, viewport)),
  ];
  return {
    lines: fillRows(
      lines.map((line) => {
        const clipped = clipLine(safeLine(line), columns);
        return ui.look.glyphs === 'ascii' ? asciiLine(clipped) : clipped;
      }),
      rows,
    ),
  };
}

/** The counter of the search on the screen: of the inspector's, or of the list's. */
function countMatches(run: RunState, ui: UiState, viewport: Viewport): string {
  if (ui.screens.includes('inspector')) return '';
  return matchPlace(run, ui, viewport);
}

function body(
  run: RunState,
  ui: UiState,
  viewport: Viewport,
  plan: Layout,
  glyphs: Glyphs,
  room: number,
): readonly Line[] {
  const screens = ui.screens;
  if (screens.includes('confirm') && ui.dialog)
    return confirmLines(ui.dialog, ui.choice, viewport.columns, room);
  if (screens.includes('help')) {
    const { columns } = viewport;
    const help = helpLines(ui.look, { context: getHelpContext(ui), columns, find: ui.helpFind });
    return help.slice(computeScrollTop(help.length, room, ui.helpTop, ui.helpTop));
  }
  if (screens.includes('plan')) return planLines(run, ui, viewport, room);
  if (screens.includes('inspector')) return inspectorBody(run, ui, viewport, plan, glyphs);
  return mainLines({ run, ui, viewport, plan, glyphs });
}

function inspectorBody(
  run: RunState,
  ui: UiState,
  viewport: Viewport,
  plan: Layout,
  glyphs: Glyphs,
): readonly Line[] {
  const row = selectedRow(listRows(run, ui), ui);
  if (!row || isYetToBegin(run, ui)) return [[segment(' At this moment it has not begun.', 'dim')]];
  const items = inspectorItems(run, row, ui, viewport);
  const { cursor, top } = panePosition(items, ui, plan.pane);
  const list = items.slice(top, top + plan.pane).map((item, i) => {
    const line = markMatches(item.draw(), ui.pane.find);
    return top + i === cursor ? selectedLine(line, viewport.columns) : line;
  });
  const found = placeOfMatch(findIndexes(items, ui.pane.find), cursor);
  const place = `${found}${ui.raw ? 'raw ' : ''}${trailText(run, ui)}${writerText(run, ui, row, items[cursor])}${items.length > plan.pane ? ` ${cursor + 1}/${items.length} ` : ''}`;
  return [
    spread(titleLine(run, row, glyphs), [segment(place, 'dim')], viewport.columns),
    row.result
      ? [segment(' Result ', 'tab-active')]
      : tabsLine(ui.tab, viewport.columns, findEmptyTabs(run, row)),
    ...list,
  ];
}

/** The lines that the search of the inspector matches. */
const findIndexes = memoizeLast((items: readonly PaneItem[], find: string): readonly number[] => {
  const wanted = find.toLowerCase();
  if (wanted === '') return [];
  return items.flatMap((item, i) => (lineText(item.draw()).toLowerCase().includes(wanted) ? [i] : []));
});

/** `match 3/9`, or how many there are where the cursor is on none. */
function placeOfMatch(indexes: readonly number[], cursor: number): string {
  const at = indexes.indexOf(cursor);
  return indexes.length === 0 ? '' : `match ${at === -1 ? '-' : at + 1}/${indexes.length} `;
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
