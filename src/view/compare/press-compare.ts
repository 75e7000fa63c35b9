/** Handles keys on the screen that compares two runs. */

import { setAll, toggle } from '../base/collapse.js';
import { applyKey } from '../base/edit-text.js';
import type { Key } from '../base/key.js';
import { applyMove, computeScrollTop, isMove } from '../base/scroll-list.js';
import type { Action } from '../keys/binding.js';
import { bindingsOf } from '../keys/key-bindings.js';
import { helpLines } from '../keys/key-help.js';
import { actionFor } from '../keys/key-lookup.js';
import { freshPane } from '../state/ui-state.js';
import { compareHintAt } from './compare-footer.js';
import { compareLayout } from './compare-layout.js';
import { changesOf, compareRows, isDifferent, type CompareRow, type Comparison } from './compare-rows.js';
import { compareScreen, type CompareState } from './compare-state.js';
import { comparePosition, type CompareViewport } from './compare-view.js';
import { pressDifference } from './press-difference.js';

/** Effects for the program to carry out; `back` leads to the screen that the comparison was opened from. */
export type CompareEffect = Readonly<{ type: 'quit' | 'back' | 'home' | 'suspend' | 'redraw' }>;

export type ComparePressed = Readonly<{ compare: CompareState; effects: readonly CompareEffect[] }>;

/** Rows per wheel step. */
const WHEEL_ROWS = 3;

/** Handles a key press. Pure: returns the new state and effects. */
export function pressCompare(
  compare: CompareState,
  key: Key,
  comparison: Comparison,
  viewport: CompareViewport,
): ComparePressed {
  const at = compare.toast === '' ? compare : { ...compare, toast: '' };
  const screen = compareScreen(at);
  if (key.name === 'click') return pressClick(at, key, comparison, viewport);
  if (key.name === 'wheel-up' || key.name === 'wheel-down') {
    const move = key.name === 'wheel-up' ? 'up' : 'down';
    return only(
      Array.from({ length: WHEEL_ROWS }).reduce(
        (state: CompareState) => pressAction(state, move, key, comparison, viewport).compare,
        at,
      ),
    );
  }
  const isText = screen === 'search' && key.text !== '';
  const action = isText ? undefined : actionFor(key.name, screen, bindingsOf(at.look.keys));
  return pressAction(at, action, key, comparison, viewport);
}

function pressAction(
  compare: CompareState,
  action: Action | undefined,
  key: Key,
  comparison: Comparison,
  viewport: CompareViewport,
): ComparePressed {
  if (action === 'suspend' || action === 'redraw' || action === 'home')
    return { compare, effects: [{ type: action }] };
  if (action === 'cancel' || action === 'quit') return { compare, effects: [{ type: 'quit' }] };
  const screen = compareScreen(compare);
  if (screen === 'search') return only(pressSearch(compare, action, key, comparison, viewport));
  if (action === undefined) return only(compare);
  if (action === 'search') return only({ ...compare, screens: [...compare.screens, 'search'] });
  if (action === 'help') return only({ ...compare, screens: [...compare.screens, 'help'], helpTop: 0 });
  switch (screen) {
    case 'compare':
      return pressTable(compare, action, comparison, viewport);
    case 'difference':
      return only(pressDifference(compare, action, comparison, viewport));
    case 'help':
      return only(pressHelp(compare, action, viewport));
    default:
      return screen satisfies never;
  }
}

function pressTable(
  compare: CompareState,
  action: Action,
  comparison: Comparison,
  viewport: CompareViewport,
): ComparePressed {
  const rows = compareRows(comparison, compare);
  const height = compareLayout(viewport.columns, viewport.rows, rows.length).rows;
  const { cursor } = comparePosition(rows, compare, height);
  const row = rows[cursor];
  const to = (index: number) => only(toRow(compare, rows, index, height));
  if (isMove(action)) return to(applyMove(action, cursor, rows.length, height));
  switch (action) {
    case 'open':
      return only(row ? { ...compare, screens: ['compare', 'difference'], pane: freshPane } : compare);
    case 'expand':
    case 'collapse': {
      if (!row) return only(compare);
      const canOpen = !row.change && changesOf(comparison, row.node).length > 0;
      if (canOpen && row.isOpen !== (action === 'expand'))
        return only({ ...compare, cursor: row.key, folds: toggle(compare.folds, row.key) });
      if (action === 'expand') return row.isOpen ? to(cursor + 1) : only(compare);
      return to(rows.findLastIndex((each, i) => i <= cursor && !each.change));
    }
    case 'expand-all':
    case 'collapse-all':
      return only({
        ...compare,
        cursor: rows[rows.findLastIndex((each, i) => i <= cursor && !each.change)]?.key,
        folds: setAll(action === 'expand-all' ? 'open' : 'folded'),
      });
    case 'next-match':
    case 'previous-match':
      return to(nextDifferent(rows, cursor, action === 'next-match' ? 1 : -1, comparison));
    case 'back':
      if (compare.filter !== '') return only({ ...compare, filter: '' });
      return { compare, effects: [{ type: 'back' }] };
    default:
      return only(compare);
  }
}

function toRow(
  compare: CompareState,
  rows: readonly CompareRow[],
  index: number,
  height: number,
): CompareState {
  const { top } = comparePosition(rows, compare, height);
  const anchor = rows[computeScrollTop(rows.length, height, index, top)]?.key;
  return { ...compare, cursor: rows[index]?.key ?? compare.cursor, anchor };
}

/** The next node in this direction that differs; the row itself for the last one. */
function nextDifferent(
  rows: readonly CompareRow[],
  cursor: number,
  step: 1 | -1,
  comparison: Comparison,
): number {
  for (let i = cursor + step; i >= 0 && i < rows.length; i += step) {
    const { node, change } = rows[i]!;
    if (!change && isDifferent(comparison, node)) return i;
  }
  return cursor;
}

/** Typing filters the table at once; in the differences Enter jumps to the first match. */
function pressSearch(
  compare: CompareState,
  action: Action | undefined,
  key: Key,
  comparison: Comparison,
  viewport: CompareViewport,
): CompareState {
  const closed = { ...compare, screens: compare.screens.filter((screen) => screen !== 'search') };
  const isInside = compare.screens.includes('difference');
  if (action === 'accept')
    return isInside ? pressDifference(closed, 'next-match', comparison, viewport) : closed;
  const typed = isInside ? compare.pane.find : compare.filter;
  const text = action === 'back' ? '' : applyKey(typed, key);
  const base = action === 'back' ? closed : compare;
  return isInside ? { ...base, pane: { ...compare.pane, find: text } } : { ...base, filter: text };
}

function pressHelp(compare: CompareState, action: Action, { columns, rows }: CompareViewport): CompareState {
  if (action === 'back')
    return { ...compare, screens: compare.screens.filter((screen) => screen !== 'help') };
  if (!isMove(action)) return compare;
  const screen = compare.screens.includes('difference') ? 'difference' : 'compare';
  const help = helpLines(compare.look, { context: { screen }, columns });
  const height = Math.max(1, rows - 3);
  const count = Math.max(1, help.length - height + 1);
  return { ...compare, helpTop: applyMove(action, Math.min(compare.helpTop, count - 1), count, height) };
}

/** A click selects a row and opens the selected one, or presses a hint. */
function pressClick(
  compare: CompareState,
  key: Key,
  comparison: Comparison,
  viewport: CompareViewport,
): ComparePressed {
  const { columns, rows } = viewport;
  const { x = 0, y = 0 } = key;
  const list = compareRows(comparison, compare);
  const plan = compareLayout(columns, rows, list.length);
  if (plan.tooSmall) return only(compare);
  if (y === rows - 1) {
    const hint = compareHintAt(x, comparison, compare, viewport);
    return hint
      ? pressAction(compare, hint.action, { name: hint.keys[0]!, text: '' }, comparison, viewport)
      : only(compare);
  }
  if (compareScreen(compare) !== 'compare') return only(compare);
  const { cursor, top } = comparePosition(list, compare, plan.rows);
  const line = y - plan.top - 1;
  const row = top + line;
  if (line < 0 || line >= plan.rows || x >= plan.columns || row >= list.length) return only(compare);
  if (row === cursor) return pressTable(compare, 'open', comparison, viewport);
  return only(toRow(compare, list, row, plan.rows));
}

function only(compare: CompareState): ComparePressed {
  return { compare, effects: [] };
}
