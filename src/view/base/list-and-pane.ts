/** Divides a screen between a list and the pane about its selected row. */

import { MIN_COLUMNS, MIN_ROWS } from './layout.js';

export type ListAndPane = Readonly<{
  tooSmall: boolean;
  /** Columns and rows of the list, without its headings. */
  columns: number;
  rows: number;
  /** Where the pane is, with its size without its title. */
  pane: Readonly<{ place: 'below' | 'right' | 'off'; columns: number; rows: number }>;
}>;

/** Whether a screen of this many rows has room for a pane, and for a line more above the list. */
export function isRoomy(rows: number): boolean {
  return rows >= 16;
}

/** A screen of this size has the pane next to the list. */
const SIDE_BY_SIDE = { columns: 160, rows: 30 };
/** The pane below the list has at least this many rows. */
const MIN_PANE = 4;

/**
 * The sizes for a list of `count` rows on a screen that has `around` other lines: headings, footer and so on. Rows that the list does
 * not need go to the pane below it.
 */
export function layoutListAndPane(
  columns: number,
  rows: number,
  { count, around }: Readonly<{ count: number; around: number }>,
): ListAndPane {
  const body = rows - around;
  const right = columns >= SIDE_BY_SIDE.columns && rows >= SIDE_BY_SIDE.rows;
  const hasBelow = isRoomy(rows) && !right;
  const below = hasBelow ? Math.max(MIN_PANE + 1, Math.ceil(rows / 3), body - Math.max(3, count)) : 0;
  const list = right ? columns >> 1 : columns;
  return {
    tooSmall: columns < MIN_COLUMNS || rows < MIN_ROWS,
    columns: list,
    rows: Math.max(1, body - below),
    pane: {
      place: right ? 'right' : hasBelow ? 'below' : 'off',
      columns: right ? columns - list - 2 : columns,
      rows: right ? body : Math.max(0, below - 1),
    },
  };
}
