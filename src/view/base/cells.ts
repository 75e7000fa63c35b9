/** Lines of a table: texts in columns of fixed widths. */

import { fit } from '../../lib/text/text-width.js';
import { segment, type Segment } from './frame.js';
import type { StyleName } from './theme.js';

/** A text in a column; a width of 0 hides the column. */
export type Cell = Readonly<{
  text: string;
  width: number;
  align?: 'left' | 'right';
  style?: StyleName | undefined;
}>;

export function cellsToLine(cells: readonly Cell[]): Segment[] {
  return cells
    .filter(({ width }) => width > 0)
    .map(({ text, width, align = 'left', style }) => segment(fit(text, width, align), style));
}
