/** Formats rows as aligned columns. */
import { fit, textWidth } from '../../lib/text/text-width.js';

/** Rows as aligned columns with two spaces between them. */
export function table(rows: readonly (readonly string[])[]): string {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, i) =>
    Math.max(...rows.map((row) => textWidth(row[i] ?? ''))),
  );
  return rows
    .map((row) => row.map((cell, i) => (i === row.length - 1 ? cell : fit(cell, widths[i]!))).join('  '))
    .join('\n');
}
