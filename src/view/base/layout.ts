/** Computes the positions and sizes of the regions of the screen of a run. */

import { memoizeLast } from './memo.js';

/** The minimum screen size; below it a message is shown instead. */
export const MIN_COLUMNS = 40;
export const MIN_ROWS = 10;

/** Column widths of the tree in cells; 0 hides a column. Columns are separated by one cell, the bar by two. */
export type TableColumns = Readonly<{
  name: number;
  time: number;
  share: number;
  tokens: number;
  cost: number;
  bar: number;
}>;

/** Where the context pane is: `auto` is to the right of the list from 160 columns on a screen of 30 or more rows, else below it. */
export const contextPlaces = ['auto', 'below', 'right', 'off'] as const;
export type ContextPlace = (typeof contextPlaces)[number];

/** The context pane with its size in cells, without its title. */
export type ContextLayout = Readonly<{ place: Exclude<ContextPlace, 'auto'>; columns: number; rows: number }>;

/** The positions and sizes of all regions. */
export type Layout = Readonly<{
  tooSmall: boolean;
  /** Whether the stage bar is shown under the header. */
  flameBar: boolean;
  /** Whether the tab line of the views is shown. */
  viewTabs: boolean;
  /** Columns of the main list and its detail pane. */
  list: number;
  context: ContextLayout;
  /** Rows of the tree, without its column headings. */
  tree: number;
  /** Rows of the detail pane, without its rule; 0 hides it. */
  detail: number;
  /** Rows between the column headings and the footer. */
  body: number;
  /** Rows of the inspector pane, without its title and tabs. */
  pane: number;
  table: TableColumns;
}>;

/** A screen of this many rows has a stage bar, tabs and a pane for the selection. */
const ROOMY = 18;
/** A screen of this many rows has both a detail pane and a context pane. */
const TALL = 30;

/** A list that shares its rows with the context pane has at least this many columns. */
const MIN_SHARED = 100;

/**
 * Computes the layout of a terminal of `columns` by `rows` cells. `items` is the number of rows of the main list: rows that it
 * does not need go to the context pane below it.
 */
export function layout(
  columns: number,
  rows: number,
  wanted: ContextPlace,
  items = Number.POSITIVE_INFINITY,
): Layout {
  const roomy = rows >= ROOMY;
  const place = roomy || wanted !== 'auto' ? placeContext(columns, rows, wanted) : 'off';
  // On a low screen the pane below the list replaces the detail pane, which shows less of the same span.
  const isLow = rows < TALL;
  const detail = !roomy || (isLow && place === 'below') ? 0 : isLow ? 2 : 3;
  // Header, column headings and footer always; on a large enough screen also the stage bar, the tabs, the rules and the detail
  // pane.
  const main = rows - 3 - (roomy ? 3 : 0) - (detail > 0 ? detail + 1 : 0);
  const list = place === 'right' ? columns >> 1 : columns;
  const below = place === 'below' ? shareBelow(rows, main, items) : 0;
  const tree = main - below;
  const pane = rows - 4 - (roomy ? 2 : 0);
  return {
    tooSmall: columns < MIN_COLUMNS || rows < MIN_ROWS,
    flameBar: roomy,
    viewTabs: roomy,
    list,
    context: {
      place,
      columns: place === 'right' ? columns - list - 2 : columns,
      // There it is as high as tabs, headings, list and detail pane together.
      rows: place === 'right' ? rows - 3 - (roomy ? 2 : 0) : Math.max(0, below - 1),
    },
    tree: Math.max(0, tree),
    detail,
    body: Math.max(0, rows - 2 - (roomy ? 2 : 0)),
    pane: Math.max(0, pane),
    table: tableColumns(list),
  };
}

/**
 * The rows of the pane below the list, with its title: those that the list does not need, and at least a quarter of the screen. On
 * a high screen it has a third, of which it gives back what makes more of a longer list visible.
 */
function shareBelow(rows: number, main: number, items: number): number {
  const unneeded = main - Math.max(3, items);
  return Math.min(Math.max(Math.ceil(rows / 4), unneeded), Math.max(0, main - 3));
}

/** Where the pane is, given the choice of the user: on a narrow screen it is below the list instead. */
function placeContext(columns: number, rows: number, wanted: ContextPlace): ContextLayout['place'] {
  if (wanted === 'auto') return columns >= 160 && rows >= TALL ? 'right' : 'below';
  return wanted === 'right' && columns < MIN_SHARED ? 'below' : wanted;
}

/** The next place when the user cycles through those that differ on this screen: below, right, off. */
export function nextContextPlace(columns: number, rows: number, wanted: ContextPlace): ContextPlace {
  const order = (['below', 'right', 'off'] as const).filter(
    (place) => place !== 'right' || columns >= MIN_SHARED,
  );
  return order[(order.indexOf(placeContext(columns, rows, wanted)) + 1) % order.length]!;
}

const tableColumns = memoizeLast((columns: number): TableColumns => {
  if (columns < 50) return { name: columns - 8, time: 7, share: 0, tokens: 0, cost: 0, bar: 0 };
  if (columns < 80) return { name: columns - 8 - 8 - 12, time: 7, share: 0, tokens: 7, cost: 0, bar: 10 };
  if (columns < 120) {
    const name = Math.min(30, 24 + Math.floor((columns - 80) / 5));
    return { name, time: 7, share: 0, tokens: 7, cost: 10, bar: columns - name - 8 - 8 - 11 - 2 };
  }
  const name = Math.min(44, Math.floor(columns / 4));
  return { name, time: 7, share: 4, tokens: 8, cost: 10, bar: columns - name - 8 - 5 - 9 - 11 - 2 };
});
