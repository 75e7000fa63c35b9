/** Renders several bars on one line. */

import { textWidth } from '../../lib/text/text-width.js';
import { barLine, type Bar } from './bar.js';
import { segment, type Line, type Segment } from '../base/frame.js';
import type { Glyphs } from '../base/glyphs.js';

/** Clips a bar to a window of a longer axis. Arrows mark what lies outside. */
export function windowedBar(bar: Bar, cells: number, glyphs: Glyphs): Line {
  if (cells <= 0) return [];
  if (bar.to < 0) return [segment(glyphs.earlier, 'dim'), segment(' '.repeat(cells - 1))];
  if (bar.from >= 1) return [segment(' '.repeat(cells - 1)), segment(glyphs.later, 'dim')];
  return barLine(bar, cells, glyphs);
}

/** Renders consecutive bars on one line. In a shared cell the later bar wins. */
export function barsLine(bars: readonly Bar[], cells: number, glyphs: Glyphs): Line {
  const line: Segment[] = Array.from({ length: Math.max(0, cells) }, () => segment(' '));
  for (const bar of bars) {
    if (bar.to < 0 || bar.from >= 1) continue;
    const first = Math.min(cells - 1, Math.max(0, Math.floor(bar.from * cells)));
    const last = Math.min(cells - 1, Math.max(first, Math.ceil(bar.to * cells) - 1));
    // Only the cells of each bar are rendered: a lane may hold thousands of bars.
    const own = { ...bar, from: bar.from * cells - first, to: shortened(bar, cells) - first };
    const count = last - first + 1;
    const drawn = barLine({ ...own, from: own.from / count, to: own.to / count }, count, glyphs);
    const pieces = drawn.flatMap((each) => [...each.text].map((text) => ({ ...each, text })));
    pieces.forEach((piece, i) => {
      if (piece.text !== ' ') line[first + i] = piece;
    });
  }
  return line;
}

/** Renders a bar with a label inside if it fits, else after it or not at all. */
export function labelledBar(bar: Bar, label: string, cells: number, glyphs: Glyphs): Line {
  const drawn = windowedBar(bar, cells, glyphs);
  const from = Math.ceil(Math.max(0, bar.from) * cells);
  const to = Math.floor(Math.min(1, bar.to) * cells);
  const width = textWidth(label);
  const inside = to - from >= width + 2;
  const at = inside ? from + 1 : to + 2;
  if (at < 0 || at + width > cells || bar.to < 0 || bar.from >= 1) return drawn;
  const text = inside ? { text: label, style: bar.style, inverse: true } : segment(label, 'dim');
  return [...cut(drawn, 0, at), text, ...cut(drawn, at + width, cells)];
}

/** The end of a bar in cells, an eighth short if it is long enough, so that adjacent bars stay distinct. */
function shortened(bar: Bar, cells: number): number {
  const length = (bar.to - bar.from) * cells;
  return bar.to * cells - (length >= 3 / 8 ? 1 / 8 : 0);
}

/** Slices a line of single-cell characters. */
function cut(line: Line, from: number, to: number): Line {
  let at = 0;
  return line.flatMap((each) => {
    const text = each.text.slice(Math.max(0, from - at), Math.max(0, to - at));
    at += each.text.length;
    return text === '' ? [] : [{ ...each, text }];
  });
}
