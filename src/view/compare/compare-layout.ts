/** The sizes of the regions of the comparison. */

import { isRoomy, layoutListAndPane, type ListAndPane } from '../base/list-and-pane.js';

export type CompareLayout = ListAndPane &
  Readonly<{
    /** Lines above the headings: the runs share one on a low screen. */
    top: number;
  }>;

/** Computes the layout for a table of `count` rows. */
export function compareLayout(columns: number, rows: number, count: number): CompareLayout {
  const top = isRoomy(rows) ? 2 : 1;
  // Headings and footer.
  return { top, ...layoutListAndPane(columns, rows, { count, around: top + 2 }) };
}
