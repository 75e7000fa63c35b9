/** Handles actions in the inspector. */

import type { RunState } from '../../profile/run/run-state.js';
import { setAll, toggle } from '../base/collapse.js';
import { lineText, type Viewport } from '../base/frame.js';
import { inspectorItems } from './inspector.js';
import type { Key } from '../base/key.js';
import type { Action } from '../keys/binding.js';
import { positionOf } from '../keys/key-bindings.js';
import { layout } from '../base/layout.js';
import { isMove, applyMove, computeScrollTop } from '../base/scroll-list.js';
import type { PaneItem } from '../content/pane-item.js';
import { revealSpan } from '../tree/reveal.js';
import { listRows } from '../tree/rows.js';
import type { Row } from '../tree/tree-row.js';
import { panePosition, selectedRow, selectAt } from '../tree/selection.js';
import { freshPane, tabs, type Tab, type UiState } from '../state/ui-state.js';
import { findEmptyTabs, stepTab } from './empty-tabs.js';
import { getTabMoment, findWriterNode } from './find-writer.js';

/** Places that are kept to go back to. */
const MOST_PLACES = 50;

/** Handles an action in the inspector. */
export function pressInspector(
  ui: UiState,
  action: Action,
  key: Key,
  run: RunState,
  viewport: Viewport,
): UiState {
  const rows = listRows(run, ui);
  const row = selectedRow(rows, ui);
  const items = row ? inspectorItems(run, row, ui, viewport) : [];
  const { pane: height, tree } = layout(viewport.columns, viewport.rows, ui.context, rows.length);
  const { cursor, top } = panePosition(items, ui, height);
  const item = items[cursor];
  const to = (index: number): UiState => {
    const anchor = items[computeScrollTop(items.length, height, index, top)]?.key;
    return { ...ui, pane: { ...ui.pane, cursor: items[index]?.key, anchor } };
  };
  if (isMove(action)) return to(applyMove(action, cursor, items.length, height));
  switch (action) {
    case 'toggle':
      return item && item.fold !== 'leaf' ? toggled(ui, item) : ui;
    case 'expand':
      if (item?.fold === 'folded') return toggled(ui, item);
      return item?.fold === 'open' ? to(cursor + 1) : ui;
    case 'collapse':
      if (item?.fold === 'open') return toggled(ui, item);
      return to(parentIndex(items, cursor));
    case 'expand-all':
      return { ...ui, pane: { ...ui.pane, cursor: item?.key, folds: setAll('open') } };
    case 'collapse-all':
      return {
        ...ui,
        pane: { ...ui.pane, cursor: items[outermost(items, cursor)]?.key, folds: setAll('folded') },
      };
    case 'tab':
      return onTab(ui, tabs[positionOf(key.name, 'tab', ui.look.keys)] ?? ui.tab);
    case 'next-tab':
      return onTab(ui, stepTab(ui.tab, 1, findEmptyTabs(run, row)));
    case 'previous-tab':
      return onTab(ui, stepTab(ui.tab, -1, findEmptyTabs(run, row)));
    case 'diff':
      return onTab(ui, 'Diff');
    case 'next-node':
      return onTab(
        selectAt(ui, run, rows, row ? Math.min(rows.length - 1, rows.indexOf(row) + 1) : 0, tree),
        ui.tab,
      );
    case 'previous-node':
      return onTab(selectAt(ui, run, rows, row ? Math.max(0, rows.indexOf(row) - 1) : 0, tree), ui.tab);
    case 'to-depth':
      return toDepth(ui, items, cursor, positionOf(key.name, 'to-depth', ui.look.keys) + 1);
    case 'deeper':
      return toDepth(ui, items, cursor, deepest(items) + 1);
    case 'shallower':
      return toDepth(ui, items, cursor, deepest(items) - 1);
    case 'side-by-side':
      return { ...ui, sideBySide: !ui.sideBySide, pane: { ...ui.pane, cursor: item?.key } };
    case 'raw':
      return { ...ui, raw: !ui.raw };
    case 'go-to-writer':
      return toWriter(ui, item, row, run);
    case 'search':
      return { ...ui, screens: [...ui.screens, 'search'] };
    case 'next-match':
    case 'previous-match': {
      const step = action === 'next-match' ? 1 : -1;
      if (ui.tab === 'Diff' && ui.pane.find === '') return to(nextHunk(items, cursor, step));
      return toMatch(ui, step, run, viewport);
    }
    case 'help':
      return { ...ui, screens: [...ui.screens, 'help'] };
    case 'back':
      return wentBack(ui, run) ?? { ...ui, screens: ui.screens.slice(0, -1) };
    default:
      return ui;
  }
}

/** Returns to where the writer of a value was opened from; undefined if the inspector was opened here. */
function wentBack(ui: UiState, run: RunState): UiState | undefined {
  const [place, ...trail] = ui.trail;
  if (!place) return undefined;
  const at = { ...ui, filter: place.filter };
  const span = run.spans.get(Number(place.selected));
  return { ...(span ? revealSpan(at, run, span.id) : at), ...place, trail };
}

/**
 * Moves the cursor to the next match (with 0, to this or the next one). Collapsed content is searched too, and expanded
 * as far as the match needs.
 */
export function toMatch(ui: UiState, step: 0 | 1 | -1, run: RunState, viewport: Viewport): UiState {
  const row = selectedRow(listRows(run, ui), ui);
  const wanted = ui.pane.find.toLowerCase();
  if (!row || wanted === '') return ui;
  const everything = inspectorItems(
    run,
    row,
    { ...ui, pane: { ...ui.pane, folds: setAll('open') } },
    viewport,
  );
  const shown = inspectorItems(run, row, ui, viewport);
  const here = everything.findIndex(({ key }) => key === shown[panePosition(shown, ui, 1).cursor]?.key);
  const order = everything.map(
    (_, i) =>
      everything[(here + (step === 0 ? i : step * (i + 1)) + 2 * everything.length) % everything.length]!,
  );
  const match = order.find((item) => lineText(item.draw()).toLowerCase().includes(wanted));
  return match ? revealed(ui, everything, match, run, row, viewport) : ui;
}

/** Opens the writer of the key under the cursor, at the same key in its state after it ran. */
function toWriter(ui: UiState, item: PaneItem | undefined, row: Row | undefined, run: RunState): UiState {
  if (!row?.span || item?.pointer === undefined) return ui;
  const writer = findWriterNode(run, row.span, item.pointer, getTabMoment(ui.tab));
  if (!writer) return ui;
  const { tab, pane, filter } = ui;
  return {
    ...revealSpan({ ...ui, filter: '' }, run, writer.id),
    trail: [{ selected: row.key, tab, pane, filter }, ...ui.trail].slice(0, MOST_PLACES),
    tab: 'After',
    pane: { ...freshPane, find: ui.pane.find, cursor: `store${item.pointer}` },
  };
}

/** Expands the ancestors of an item, outermost first. */
function revealed(
  ui: UiState,
  everything: readonly PaneItem[],
  item: PaneItem,
  run: RunState,
  row: Row,
  viewport: Viewport,
): UiState {
  const at = everything.indexOf(item);
  const ancestors = everything
    .slice(0, at)
    .filter(
      (each, i) =>
        each.depth < item.depth && !everything.slice(i + 1, at).some(({ depth }) => depth <= each.depth),
    );
  let open = ui;
  for (const { key } of ancestors) {
    const shown = inspectorItems(run, row, open, viewport).find((each) => each.key === key);
    if (shown?.fold === 'folded') open = toggled(open, shown);
  }
  return { ...open, pane: { ...open.pane, cursor: item.key } };
}

function toggled(ui: UiState, { key }: PaneItem): UiState {
  return { ...ui, pane: { ...ui.pane, cursor: key, folds: toggle(ui.pane.folds, key) } };
}

/** Switches to another tab, with the cursor at the top. */
export function onTab(ui: UiState, tab: Tab): UiState {
  return { ...ui, tab, pane: { ...freshPane, find: ui.pane.find } };
}

/** Expands everything above a depth. The cursor stays, or moves to the item that now hides its line. */
function toDepth(ui: UiState, items: readonly PaneItem[], cursor: number, depth: number): UiState {
  const wanted = Math.max(0, depth);
  const holder = items.findLastIndex((item, i) => i <= cursor && item.depth <= wanted);
  return { ...ui, pane: { ...ui.pane, cursor: items[holder]?.key, folds: setAll(wanted) } };
}

/** The number of expanded levels. */
function deepest(items: readonly PaneItem[]): number {
  return items.reduce((depth, item) => (item.fold === 'open' ? Math.max(depth, item.depth + 1) : depth), 0);
}

function nextHunk(items: readonly PaneItem[], cursor: number, step: 1 | -1): number {
  const isHunk = ({ hunk }: PaneItem) => hunk === true;
  const found =
    step === 1
      ? items.findIndex((item, i) => i > cursor && isHunk(item))
      : items.findLastIndex((item, i) => i < cursor && isHunk(item));
  return found === -1 ? cursor : found;
}

function parentIndex(items: readonly PaneItem[], cursor: number): number {
  const depth = items[cursor]?.depth ?? 0;
  const parent = items.findLastIndex((item, i) => i < cursor && item.depth < depth);
  return parent === -1 ? cursor : parent;
}

function outermost(items: readonly PaneItem[], cursor: number): number {
  return Math.max(
    0,
    items.findLastIndex((item, i) => i <= cursor && item.depth === 0),
  );
}
