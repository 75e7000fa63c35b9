/** The sizes of the regions of the home screen. */

import { isRoomy, layoutListAndPane, type ListAndPane } from '../base/list-and-pane.js';

/** The size of the screen in cells, and the time in ms since 1970. */
export type HomeViewport = Readonly<{ now: number; columns: number; rows: number }>;

export type HomeLayout = ListAndPane &
  Readonly<{
    /** Whether the tab line is shown. */
    tabs: boolean;
  }>;

/** Computes the layout for a list of `count` rows. */
export function homeLayout(columns: number, rows: number, count: number): HomeLayout {
  const tabs = isRoomy(rows);
  // Header, headings and footer; tabs.
  return { tabs, ...layoutListAndPane(columns, rows, { count, around: tabs ? 4 : 3 }) };
}
