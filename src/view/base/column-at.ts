/** Finds the table column under a mouse position. */

/** The column at a cell of a head whose first column begins at `start`. A cell of space stands before each of the others. */
export function columnAt<Column>(
  x: number,
  columns: readonly Readonly<{ column: Column; cells: number }>[],
  start: number,
): Column | undefined {
  let end = start - 1;
  return x < start ? undefined : columns.find(({ cells }) => x < (end += cells + 1))?.column;
}
