/** Searches the items of a pane. */

import { memoizeLast } from '../base/memo.js';
import { lineText } from '../base/frame.js';
import type { PaneItem } from './pane-item.js';

/** The indexes of the items that have a text, in any case. */
export const findItems = memoizeLast((items: readonly PaneItem[], find: string): readonly number[] => {
  const wanted = find.toLowerCase();
  if (wanted === '') return [];
  return items.flatMap((item, i) => (lineText(item.draw()).toLowerCase().includes(wanted) ? [i] : []));
});

/** `match 3/9`, or how many there are where the cursor is on none. */
export function placeOfMatch(indexes: readonly number[], cursor: number): string {
  const at = indexes.indexOf(cursor);
  return indexes.length === 0 ? '' : `match ${at === -1 ? '-' : at + 1}/${indexes.length} `;
}
