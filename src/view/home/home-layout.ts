/** The sizes of the regions of the home screen. */

import { MIN_COLUMNS, MIN_ROWS } from '../base/layout.js';

/** The size of the screen in cells, and the time in ms since 1970. */
export type HomeViewport = Readonly<{ now: number; columns: number; rows: number }>;

export type HomeLayout = Readonly<{
  tooSmall: boolean;
  /** Whether the tab line is shown. */
  tabs: boolean;
  /** Columns and rows of the list, without its headings. */
  columns: number;
  rows: number;
  /** Where the pane about the selected row is, with its size without its title. */
  pane: Readonly<{ place: 'below' | 'right' | 'off'; columns: number; rows: number }>;
}>;

/** A screen of this many rows has tabs and a pane. */
const ROOMY = 16;
/** The pane below the list has at least this many rows. */
const MIN_PANE = 4;

/** Computes the layout for a list of `count` rows; rows that it does not need go to the pane below it. */
export function homeLayout(columns: number, rows: number, count: number): HomeLayout {
  const roomy = rows >= ROOMY;
  const tabs = roomy;
  // Header, headings and footer; tabs.
  const body = rows - 3 - (tabs ? 1 : 0);
  const right = columns >= 160 && rows >= 30;
  const below = !roomy || right ? 0 : Math.max(MIN_PANE + 1, Math.ceil(rows / 3), body - Math.max(3, count));
  const list = right ? columns >> 1 : columns;
  return {
    tooSmall: columns < MIN_COLUMNS || rows < MIN_ROWS,
    tabs,
    columns: list,
    rows: Math.max(1, body - below),
    pane: {
      place: right ? 'right' : below > 0 ? 'below' : 'off',
      columns: right ? columns - list - 2 : columns,
      rows: right ? body : Math.max(0, below - 1),
    },
  };
}
