/** The columns of the calls view and their headings. */

import { fit } from '../../lib/text/text-width.js';
import { segment, type Line, type Segment } from '../base/frame.js';
import { sortMark, type Glyphs } from '../base/glyphs.js';
import type { UiState } from '../state/ui-state.js';
import type { CallColumn } from '../state/view-state.js';

/** Columns of the list, separated by one blank cell. `node` is not sortable. */
export type ShownCallColumn = Readonly<{ column: CallColumn | 'node'; cells: number }>;

/** The columns that fit into a width. */
export function shownCallColumns(columns: number): readonly ShownCallColumn[] {
  const numbers: readonly ShownCallColumn[] = [
    { column: 'in', cells: 7 },
    { column: 'cache read', cells: 7 },
    { column: 'cache write', cells: 7 },
    { column: 'out', cells: 7 },
    { column: 'reasoning', cells: 7 },
    { column: 'cost', cells: 10 },
    { column: 'first', cells: 6 },
    { column: 'tok/s', cells: 6 },
  ];
  const narrow: readonly string[] = columns < 50 ? ['out', 'cost'] : ['in', 'cache read', 'out', 'cost'];
  const shown = columns < 100 ? numbers.filter(({ column }) => narrow.includes(column)) : numbers;
  const time: readonly ShownCallColumn[] = columns < 60 ? [] : [{ column: 'time', cells: 7 }];
  const taken = [...time, ...shown].reduce((sum, { cells }) => sum + cells + 1, 3);
  const names = columns - taken;
  // Calls are distinguished by their node; the model is the same for most of them.
  if (names < 28) return [...time, { column: 'node', cells: names - 1 }, ...shown];
  const model = Math.min(28, Math.floor(names / 2));
  const node = Math.min(24, names - model - 2);
  return [...time, { column: 'node', cells: node }, { column: 'model', cells: model }, ...shown];
}

const heads: Partial<Record<CallColumn | 'node', string>> = {
  'cache read': 'cached',
  'cache write': 'written',
  reasoning: 'reason',
  time: 'at',
};

/** Renders the headings; the one of the sorted column has a mark. */
export function headCells(columns: readonly ShownCallColumn[], ui: UiState, glyphs: Glyphs): Line {
  const { column: sorted, reversed } = ui.views.callSort;
  const cells = columns.map(({ column, cells }): Segment => {
    const isSorted = column === sorted;
    const text = `${isSorted ? sortMark({ reversed }, column === 'time' || column === 'model', glyphs) : ''}${heads[column] ?? column}`;
    return segment(
      ` ${fit(text, cells, isTextColumn(column) ? 'left' : 'right')}`,
      isSorted ? 'bold' : 'dim',
    );
  });
  return [segment('  ', 'dim'), ...cells];
}

/** Whether a column has text, which is aligned to the left. */
export function isTextColumn(column: CallColumn | 'node'): boolean {
  return column === 'node' || column === 'model';
}
