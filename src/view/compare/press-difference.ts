/** Handles keys in the list of differences of one node of two runs. */

import { findItems } from '../content/find-items.js';
import { setAll, toggle } from '../base/collapse.js';
import { applyMove, computeScrollTop, isMove, restorePosition } from '../base/scroll-list.js';
import type { Action } from '../keys/binding.js';
import { freshPane } from '../state/ui-state.js';
import { compareRows, type Comparison } from './compare-rows.js';
import type { CompareState } from './compare-state.js';
import { comparePosition, differenceRows, itemsFor, type CompareViewport } from './compare-view.js';

/** Handles an action in the list of differences. */
export function pressDifference(
  compare: CompareState,
  action: Action,
  comparison: Comparison,
  viewport: CompareViewport,
): CompareState {
  const rows = compareRows(comparison, compare);
  const place = comparePosition(rows, compare, 1).cursor;
  const row = rows[place];
  if (!row) return { ...compare, screens: ['compare'] };
  const items = itemsFor(comparison, row, compare, viewport.columns);
  const height = differenceRows(viewport, rows.length);
  const { cursor, top } = restorePosition(items, compare.pane, height);
  const to = (index: number): CompareState => {
    const anchor = items[computeScrollTop(items.length, height, index, top)]?.key;
    return { ...compare, pane: { ...compare.pane, cursor: items[index]?.key, anchor } };
  };
  if (isMove(action)) return to(applyMove(action, cursor, items.length, height));
  switch (action) {
    case 'toggle': {
      const head = items.findLastIndex((item, i) => i <= cursor && item.fold !== 'leaf');
      const item = items[head];
      if (!item) return compare;
      return {
        ...compare,
        pane: { ...compare.pane, cursor: item.key, folds: toggle(compare.pane.folds, item.key) },
      };
    }
    case 'expand-all':
    case 'collapse-all':
      return {
        ...compare,
        pane: {
          ...compare.pane,
          cursor: items[items.findLastIndex((item, i) => i <= cursor && item.depth === 0)]?.key,
          folds: setAll(action === 'expand-all' ? 'open' : 'folded'),
        },
      };
    case 'next-node':
    case 'previous-node': {
      const index = Math.min(rows.length - 1, Math.max(0, place + (action === 'next-node' ? 1 : -1)));
      return { ...compare, cursor: rows[index]!.key, pane: { ...freshPane, find: compare.pane.find } };
    }
    case 'next-match':
    case 'previous-match': {
      const step = action === 'next-match' ? 1 : -1;
      const found = compare.pane.find === '' ? hunksOf(items) : findItems(items, compare.pane.find);
      return to(nextOf(found, cursor, step));
    }
    case 'side-by-side':
      return { ...compare, sideBySide: !compare.sideBySide };
    case 'back':
      return { ...compare, screens: ['compare'] };
    default:
      return compare;
  }
}

function hunksOf(items: ReturnType<typeof itemsFor>): readonly number[] {
  return items.flatMap(({ hunk }, i) => (hunk ? [i] : []));
}

function nextOf(places: readonly number[], cursor: number, step: 1 | -1): number {
  if (step === 1) return places.find((place) => place > cursor) ?? places[0] ?? cursor;
  return places.findLast((place) => place < cursor) ?? places.at(-1) ?? cursor;
}
