/** Maps blocks of painted lines to one-character marks, so that Ink lays out marks instead of coloured text. */

/**
 * Marks for the painted lines of regions. Ink splits every line into styled cells and joins them again in every frame, which for
 * a full screen of coloured text is most of the cost of a frame; a mark is one plain character, the same for all lines of a region.
 */
export class LineMarks {
  #blocks: (readonly string[])[] = [];

  /** Returns the mark for the next line of a block in the frame being laid out. The lines of a block follow each other. */
  mark(block: readonly string[]): string {
    if (this.#blocks.at(-1) !== block) this.#blocks.push(block);
    return String.fromCharCode(firstMark + this.#blocks.length - 1);
  }

  /** Replaces the marks of a laid-out frame with their painted lines. */
  expand(frame: string): string[] {
    const left = this.#blocks.map((block) => block.values());
    this.#blocks = [];
    return frame
      .split('\n')
      .map((line) =>
        line.replace(MARKS, (mark) => left[mark.charCodeAt(0) - firstMark]?.next().value ?? mark),
      );
  }
}

// The private use area: 6,400 characters, one cell wide, that real text does not contain.
const firstMark = 0xe000;
const MARKS = /[\ue000-\uf8ff]/g;
