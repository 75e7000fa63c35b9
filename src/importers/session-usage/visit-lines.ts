/** Finds lines in the bytes of a log. */

const NEWLINE = 10;

/**
 * Calls `visit` with each line that contains `needle`, with one character per byte (latin1), and its position. Only these lines become
 * strings: text of the others would have to be collected.
 */
export function visitLines(bytes: Buffer, needle: string, visit: (line: string, from: number) => void): void {
  for (let at = bytes.indexOf(needle, 0, 'latin1'); at >= 0;) {
    const from = bytes.lastIndexOf(NEWLINE, at) + 1;
    const to = endOfLine(bytes, at);
    visit(bytes.toString('latin1', from, to), from);
    at = bytes.indexOf(needle, to, 'latin1');
  }
}

/** Calls `visit` with each line. */
export function visitAllLines(bytes: Buffer, visit: (line: string) => void): void {
  for (let from = 0; from < bytes.length;) {
    const to = endOfLine(bytes, from);
    visit(bytes.toString('latin1', from, to));
    from = to + 1;
  }
}

function endOfLine(bytes: Buffer, at: number): number {
  const newline = bytes.indexOf(NEWLINE, at);
  return newline < 0 ? bytes.length : newline;
}
