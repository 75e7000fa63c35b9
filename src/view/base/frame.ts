import { textWidth, truncate } from '../../lib/text/text-width.js';
import type { Timeline } from '../../profile/store/store-history.js';
import type { StyleName } from './theme.js';

/** A run of cells in one style. `inverse` swaps foreground and background, which renders the left edge of a bar. */
export type Segment = Readonly<{ text: string; style?: StyleName; inverse?: boolean; selected?: boolean }>;

/** One line of the screen, left to right. */
export type Line = readonly Segment[];

/** A whole screen: exactly as many lines as the terminal has rows, none wider than it has columns. */
export type Frame = Readonly<{ lines: readonly Line[]; cursor?: Readonly<{ x: number; y: number }> }>;

/**
 * When and on what a frame is drawn: `now` in ms since the run began, the size in cells. With a timeline the run can be
 * looked at as it was at any moment of it.
 */
export type Viewport = Readonly<{ now: number; columns: number; rows: number; timeline?: Timeline }>;

/** A segment, with a style where there is one. */
export function segment(text: string, style?: StyleName): Segment {
  return style === undefined ? { text } : { text, style };
}

/** The cells a line takes. */
export function lineWidth(line: Line): number {
  return line.reduce((sum, { text }) => sum + textWidth(text), 0);
}

/** The text of a line without its styles. */
export function lineText(line: Line): string {
  return line.map(({ text }) => text).join('');
}

/** Which segment of a line a cell is in, counted from 0; -1 behind its end. */
export function segmentAt(line: Line, x: number): number {
  let end = 0;
  return line.findIndex(({ text }) => x < (end += textWidth(text)));
}

/** A line cut to at most `columns` cells. A line that fits is returned as it is. */
export function clipLine(line: Line, columns: number): Line {
  if (lineWidth(line) <= columns) return line;
  const kept: Segment[] = [];
  let room = columns;
  for (const each of line) {
    if (room <= 0) break;
    const text = truncate(each.text, room);
    kept.push(text === each.text ? each : { ...each, text });
    room -= textWidth(text);
  }
  return kept;
}

/** A line on the selection's background, to the edge of the screen. */
export function selectedLine(line: Line, columns: number): Line {
  const clipped = clipLine(line, columns);
  const fill = segment(' '.repeat(columns - lineWidth(clipped)));
  return [...clipped, fill].map((each) => ({ ...each, selected: true }));
}

/** `left` and `right` at the two ends of `columns` cells. The left side gives way; a right side that leaves it no room is dropped. */
export function spread(left: Line, right: Line, columns: number): Line {
  const rightWidth = lineWidth(right);
  if (rightWidth === 0 || rightWidth + 8 > columns) return clipLine(left, columns);
  const cut = clipLine(left, columns - rightWidth - 1);
  return [...cut, segment(' '.repeat(columns - rightWidth - lineWidth(cut))), ...right];
}

/** `lines` as exactly `rows` lines: cut, or filled with empty ones. */
export function fillRows(lines: readonly Line[], rows: number): readonly Line[] {
  if (lines.length >= rows) return lines.slice(0, rows);
  return [...lines, ...Array.from({ length: rows - lines.length }, (): Line => [])];
}
