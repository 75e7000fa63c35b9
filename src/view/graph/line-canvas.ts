/** A grid of cells on which lines are drawn that join where they meet, and texts over them. */
import { textWidth } from '../../lib/text/text-width.js';
import { segment, type Line, type Segment } from '../base/frame.js';
import type { StyleName } from '../base/theme.js';

/** The sides of a cell that a line reaches, as bits. */
const UP = 1;
const RIGHT = 2;
const DOWN = 4;
const LEFT = 8;

/** Line glyphs by the sides that they reach. */
const JOINED = [' ', '╵', '╶', '└', '╷', '│', '┌', '├', '╴', '┘', '─', '┴', '┐', '┤', '┬', '┼'];

/** A cell on the screen. */
export type Cell = Readonly<{ x: number; y: number }>;

type Content = { sides: number; text: string; style: StyleName | undefined; selected: boolean };

/** A canvas of some size, of which row `top` is the first; whatever is drawn outside of it is dropped. */
export class LineCanvas {
  readonly #rows: Content[][];

  constructor(
    private readonly columns: number,
    rows: number,
    private readonly top = 0,
  ) {
    this.#rows = Array.from({ length: rows }, () =>
      Array.from({ length: columns }, () => ({ sides: 0, text: '', style: 'rule', selected: false })),
    );
  }

  /** Draws a line through points that differ in one coordinate each. `enters` is the side from which it reaches the first cell. */
  line(points: readonly Cell[], style: StyleName | undefined, enters?: 'left' | 'up'): void {
    const [first] = points;
    if (first && enters) this.#join(first.x, first.y, enters === 'left' ? LEFT : UP, style);
    for (const [i, to] of points.entries()) {
      const from = points[i - 1];
      if (!from) continue;
      const [dx, dy] = [Math.sign(to.x - from.x), Math.sign(to.y - from.y)];
      const [ahead, behind] =
        dx !== 0 ? (dx > 0 ? [RIGHT, LEFT] : [LEFT, RIGHT]) : dy > 0 ? [DOWN, UP] : [UP, DOWN];
      for (let { x, y } = from; x !== to.x || y !== to.y; x += dx, y += dy) {
        this.#join(x, y, ahead, style);
        this.#join(x + dx, y + dy, behind, style);
      }
    }
  }

  /** Draws a box with its borders on its outermost cells. */
  box({ x, y }: Cell, width: number, height: number, style: StyleName | undefined): void {
    const [right, bottom] = [x + width - 1, y + height - 1];
    const corners = [
      { x, y },
      { x: right, y },
      { x: right, y: bottom },
      { x, y: bottom },
      { x, y },
    ];
    this.line(corners, style);
  }

  /** Writes a text of printable characters over what is there; returns the column after it. */
  write({ x, y }: Cell, text: string, style: StyleName | undefined): number {
    let at = x;
    for (const letter of text) {
      const width = textWidth(letter);
      const cell = this.#rows[y - this.top]?.[at];
      if (cell && width > 0 && at + width <= this.columns) {
        Object.assign(cell, { text: letter, style });
        // The second cell of a wide letter is empty.
        for (let i = 1; i < width; i++)
          Object.assign(this.#rows[y - this.top]![at + i]!, { text: '\0', style });
      }
      at += width;
    }
    return at;
  }

  /** Marks an area as selected. */
  select({ x, y }: Cell, width: number, height: number): void {
    for (let row = y; row < y + height; row++)
      for (let column = x; column < x + width; column++) {
        const cell = this.#rows[row - this.top]?.[column];
        if (cell) cell.selected = true;
      }
  }

  lines(): readonly Line[] {
    return this.#rows.map((row) => {
      const segments: Segment[] = [];
      for (const cell of row) {
        const text = cell.text === '\0' ? '' : cell.text || JOINED[cell.sides]!;
        const last = segments.at(-1);
        const isBlank = text === ' ' && !cell.selected;
        if (last && !!last.selected === cell.selected && (last.style === cell.style || isBlank))
          segments[segments.length - 1] = { ...last, text: last.text + text };
        else segments.push({ ...segment(text, cell.style), ...(cell.selected ? { selected: true } : {}) });
      }
      return segments;
    });
  }

  #join(x: number, y: number, side: number, style: StyleName | undefined): void {
    const cell = this.#rows[y - this.top]?.[x];
    if (!cell) return;
    cell.sides |= side;
    if (style !== 'rule') cell.style = style;
  }
}
