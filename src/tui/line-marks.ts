/** Maps painted lines to one-character marks, so that Ink lays out marks instead of coloured text. */

/**
 * Marks for painted lines. Ink splits every line into styled cells and joins them again in every frame, which for a full
 * screen of coloured text is most of the cost of a frame; a mark is one plain character.
 */
export class LineMarks {
  #lines: string[] = [];

  /** Returns the mark for a line in the frame being laid out. */
  mark(line: string): string {
    return String.fromCharCode(firstMark + this.#lines.push(line) - 1);
  }

  /** Replaces the marks of a laid-out frame with their painted lines. */
  expand(frame: string): string[] {
    const lines = this.#lines;
    this.#lines = [];
    return frame.split('\n').map((line) => lines[line.charCodeAt(0) - firstMark] ?? line);
  }
}

// The private use area: 6,400 characters, one cell wide, that real text does not contain.
const firstMark = 0xe000;
