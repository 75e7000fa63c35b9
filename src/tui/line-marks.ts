/**
 * Painted lines, each stood in for by one character while Ink lays the screen out. Ink takes every line apart into styled
 * cells and puts it together again, in every frame; on a whole screen of colours that is most of what a frame costs.
 */
export class LineMarks {
  #lines: string[] = [];

  /** The character for a line in the frame that is being laid out. */
  mark(line: string): string {
    return String.fromCharCode(firstMark + this.#lines.push(line) - 1);
  }

  /** The lines of a frame that was laid out, painted. */
  expand(frame: string): string[] {
    const lines = this.#lines;
    this.#lines = [];
    return frame.split('\n').map((line) => lines[line.charCodeAt(0) - firstMark] ?? line);
  }
}

// The private use area: 6,400 characters of one cell that no text on its own behalf is laid out with.
const firstMark = 0xe000;
