/** Finds lines in the bytes of a log. */

const NEWLINE = 10;
/** The brace that ends an object. */
const CLOSE = 125;

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

/** Bytes at the beginning of a line that its reader gets first. */
const HEAD = 256;

/**
 * Calls `visit` with the beginning of each line, by which most lines are skipped, and a function that returns the whole line; with one
 * character per byte (latin1). The beginning is empty where the line does not end as an object does: it may be torn.
 */
export function visitHeads(bytes: Buffer, visit: (head: string, readLine: () => string) => void): void {
  for (let from = 0; from < bytes.length;) {
    const start = from;
    const to = endOfLine(bytes, from);
    const isClosed = bytes[to - 1] === CLOSE;
    visit(isClosed ? bytes.toString('latin1', start, Math.min(to, start + HEAD)) : '', () =>
      bytes.toString('latin1', start, to),
    );
    from = to + 1;
  }
}

function endOfLine(bytes: Buffer, at: number): number {
  const newline = bytes.indexOf(NEWLINE, at);
  return newline < 0 ? bytes.length : newline;
}
