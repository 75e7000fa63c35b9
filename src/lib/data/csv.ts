/** Formats tables as CSV. */

/** A cell; what is unknown is the empty text. */
export type Cell = string | number | boolean;

/** Lines of cells, quoted as in RFC 4180, each ending with a newline. A text that a spreadsheet would evaluate as a formula is marked as text. */
export function formatCsv(lines: readonly (readonly Cell[])[]): string {
  return lines.map((cells) => `${cells.map(formatCell).join(',')}\n`).join('');
}

function formatCell(value: Cell): string {
  if (typeof value !== 'string') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
