/** Renders a bar with a precision of an eighth of a cell. */

import { segment, type Line, type Segment } from '../base/frame.js';
import type { Glyphs } from '../base/glyphs.js';
import type { StyleName } from '../base/theme.js';

/** A bar on an axis; from and to are fractions, 0 to 1. */
export type Bar = Readonly<{
  from: number;
  to: number;
  style: StyleName;
  /** The texture of the body: done, running (a moving tail) or failed. */
  texture: 'done' | 'running' | 'failed';
  /** The animation phase of the moving tail; 0 is static. */
  phase: number;
}>;

// U+258F … U+2588: the left one to eight eighths of a cell.
const leftEighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'];

/**
 * Renders a bar in `cells` cells with a precision of an eighth. Unicode has no right-aligned eighths, so a bar that
 * starts inside a cell is rendered as the inverse of the complement. A bar is at least one eighth wide.
 */
export function barLine(bar: Bar, cells: number, glyphs: Glyphs): Line {
  if (cells <= 0) return [];
  if (!glyphs.eighths) return wholeCells(bar, cells, glyphs);
  const start = Math.min(cells * 8 - 1, eighthsOf(bar.from, cells));
  const end = Math.max(start + 1, eighthsOf(bar.to, cells));
  const firstCell = Math.floor(start / 8);
  const before = start % 8;
  const line: Segment[] = [segment(' '.repeat(firstCell))];
  if (end <= firstCell * 8 + 8) {
    // Starts and ends within one cell.
    line.push(
      before === 0
        ? segment(leftEighths[end - start]!, bar.style)
        : insideOneCell(before, end - firstCell * 8, bar.style),
    );
    return padded(line, firstCell + 1, cells);
  }
  if (before > 0) line.push({ text: leftEighths[before]!, style: bar.style, inverse: true });
  const bodyFrom = firstCell + (before > 0 ? 1 : 0);
  const bodyTo = Math.floor(end / 8);
  line.push(...body(bar, bodyTo - bodyFrom, glyphs));
  const after = end % 8;
  if (after > 0) line.push(segment(leftEighths[after]!, bar.style));
  return padded(line, bodyTo + (after > 0 ? 1 : 0), cells);
}

function eighthsOf(fraction: number, cells: number): number {
  const within = Math.min(1, Math.max(0, Number.isFinite(fraction) ? fraction : 0));
  return Math.round(within * cells * 8);
}

function insideOneCell(before: number, to: number, style: StyleName): Segment {
  // Exact when flush right; within a cell, the nearest available glyph is a left half or eighth.
  if (to === 8) return { text: leftEighths[before]!, style, inverse: true };
  return segment(to - before >= 4 ? '▌' : '▏', style);
}

function body(bar: Bar, length: number, glyphs: Glyphs): Segment[] {
  if (length <= 0) return [];
  if (bar.texture === 'done') return [segment(glyphs.full.repeat(length), bar.style)];
  const tail = Math.min(2, length);
  const mark = bar.texture === 'failed' ? glyphs.failed : glyphs.tail[bar.phase % 2]!;
  return [segment(glyphs.full.repeat(length - tail) + mark.repeat(tail), bar.style)];
}

function wholeCells(bar: Bar, cells: number, glyphs: Glyphs): Line {
  const start = Math.min(cells - 1, Math.floor(eighthsOf(bar.from, cells) / 8));
  const end = Math.max(start + 1, Math.round(eighthsOf(bar.to, cells) / 8));
  return padded([segment(' '.repeat(start)), ...body(bar, end - start, glyphs)], end, cells);
}

function padded(line: Segment[], used: number, cells: number): Line {
  const filled = used < cells ? [...line, segment(' '.repeat(cells - used))] : line;
  return filled.filter(({ text }) => text !== '');
}
