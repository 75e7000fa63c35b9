/** Finds the lines of a text that contain a word. */

/** Calls `visit` with the start and the end of each line that contains `needle`, in order. */
export function visitLines(text: string, needle: string, visit: (from: number, to: number) => void): void {
  for (let at = text.indexOf(needle); at >= 0;) {
    const from = text.lastIndexOf('\n', at) + 1;
    const newline = text.indexOf('\n', at);
    const to = newline < 0 ? text.length : newline;
    visit(from, to);
    at = text.indexOf(needle, to);
  }
}

/** Calls `visit` with the start and the end of each line. */
export function visitAllLines(text: string, visit: (from: number, to: number) => void): void {
  for (let from = 0; from < text.length;) {
    const newline = text.indexOf('\n', from);
    const to = newline < 0 ? text.length : newline;
    visit(from, to);
    from = to + 1;
  }
}
