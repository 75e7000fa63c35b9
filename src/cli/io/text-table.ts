/** Formats rows as aligned columns. */
import { fit, textWidth } from '../../lib/text/text-width.js';

/** Rows as aligned columns with two spaces between them. */
export function table(rows: readonly (readonly string[])[]): string {
  const columns = rows.reduce((most, row) => Math.max(most, row.length), 0);
  const widths = Array.from({ length: columns }, (_, i) =>
    rows.reduce((most, row) => Math.max(most, textWidth(row[i] ?? '')), 0),
  );
  return rows
    .map((row) => row.map((cell, i) => (i === row.length - 1 ? cell : fit(cell, widths[i]!))).join('  '))
    .join('\n');
}
