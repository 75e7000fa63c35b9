/** The sizes of the regions of the comparison. */

import { MIN_COLUMNS, MIN_ROWS } from '../base/layout.js';

export type CompareLayout = Readonly<{
  tooSmall: boolean;
  /** Lines above the headings: the runs share one on a low screen. */
  top: number;
  /** Columns and rows of the table, without its headings. */
  columns: number;
  rows: number;
  /** Where the differences of the selected row are, with their size without a title. */
  pane: Readonly<{ place: 'below' | 'right' | 'off'; columns: number; rows: number }>;
}>;

/** A screen of this many rows has a line of its own for the two runs, and a pane. */
const ROOMY = 16;
/** The pane below the table has at least this many rows. */
const MIN_PANE = 4;

/** Computes the layout for a table of `count` rows; rows that it does not need go to the pane below it. */
export function compareLayout(columns: number, rows: number, count: number): CompareLayout {
  const roomy = rows >= ROOMY;
  const top = roomy ? 2 : 1;
  const body = rows - top - 2;
  const right = columns >= 160 && rows >= 30;
  const below = !roomy || right ? 0 : Math.max(MIN_PANE + 1, Math.ceil(rows / 3), body - Math.max(3, count));
  const list = right ? columns >> 1 : columns;
  return {
    tooSmall: columns < MIN_COLUMNS || rows < MIN_ROWS,
    top,
    columns: list,
    rows: Math.max(1, body - below),
    pane: {
      place: right ? 'right' : below > 0 ? 'below' : 'off',
      columns: right ? columns - list - 2 : columns,
      rows: right ? body : Math.max(0, below - 1),
    },
  };
}
