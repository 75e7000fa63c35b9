/** Formats rows as aligned columns. */
import { fit, textWidth } from '../../lib/text/text-width.js';

/** Rows as aligned columns with two spaces between them; `right` are the columns aligned to the right. */
export function table(
  rows: readonly (readonly string[])[],
  { right = [] }: Readonly<{ right?: readonly number[] }> = {},
): string {
  const columns = rows.reduce((most, row) => Math.max(most, row.length), 0);
  const widths = Array.from({ length: columns }, (_, i) =>
    rows.reduce((most, row) => Math.max(most, textWidth(row[i] ?? '')), 0),
  );
  const align = (cell: string, i: number) => fit(cell, widths[i]!, right.includes(i) ? 'right' : 'left');
  return rows
    .map((row) => row.map((cell, i) => (i === row.length - 1 ? cell : align(cell, i))).join('  '))
    .join('\n');
}
