/** Finds the table column under a mouse position. */

/** The column at a cell of a header whose first column starts at `start`. Columns are separated by one blank cell. */
export function columnAt<Column>(
  x: number,
  columns: readonly Readonly<{ column: Column; cells: number }>[],
  start: number,
): Column | undefined {
  let end = start - 1;
  return x < start ? undefined : columns.find(({ cells }) => x < (end += cells + 1))?.column;
}
