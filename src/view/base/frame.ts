/** Frames as data: segments, lines and helpers to compose them. */

import { safeText } from '../../lib/text/safe-text.js';
import { textWidth, truncate } from '../../lib/text/text-width.js';
import type { EarlierRuns } from '../../insights/history/earlier-runs.js';
import type { RunState } from '../../profile/run/run-state.js';
import type { Timeline } from '../../profile/store/store-history.js';
import type { StyleName } from './theme.js';

/**
 * A run of cells in one style. `inverse` swaps foreground and background, which renders the left edge of a bar. `link` is the
 * absolute path of a file that the text links to where the terminal supports that.
 */
export type Segment = Readonly<{
  text: string;
  style?: StyleName;
  inverse?: boolean;
  selected?: boolean;
  link?: string;
}>;

/** One line of the screen, as segments from left to right. */
export type Line = readonly Segment[];

/** A frame: exactly as many lines as the terminal has rows, none wider than its columns. */
export type Frame = Readonly<{ lines: readonly Line[]; cursor?: Readonly<{ x: number; y: number }> }>;

/**
 * The time and size a frame is rendered for: `now` in ms since the run began, the size in cells. With a timeline, the
 * run can be shown as of any moment. `texts` has the text of calls in progress, which no event contains,
 * and `earlier` the runs of the workflow before this one, from which what is left of it is estimated.
 */
export type Viewport = Readonly<{
  now: number;
  columns: number;
  rows: number;
  timeline?: Timeline;
  texts?: LiveTexts;
  earlier?: EarlierRuns;
  /** The last run of the same workflow that succeeded, to compare a failed one with. */
  succeeded?: RunState | undefined;
}>;

/** The text that a call or a command has produced so far, by span; undefined where nothing is known. Redacted. */
export type LiveTexts = Readonly<{ textOf(span: number): string | undefined }>;

/** Creates a segment, optionally styled. */
export function segment(text: string, style?: StyleName): Segment {
  return style === undefined ? { text } : { text, style };
}

/** The width of a line in cells. */
export function lineWidth(line: Line): number {
  return line.reduce((sum, { text }) => sum + textWidth(text), 0);
}

/** The text of a line without styles. */
export function lineText(line: Line): string {
  return line.map(({ text }) => text).join('');
}

/** The 0-based index of the segment at a cell; -1 past the end. */
export function segmentAt(line: Line, x: number): number {
  let end = 0;
  return line.findIndex(({ text }) => x < (end += textWidth(text)));
}

/** Replaces the control characters of a line, before it is clipped: they change its width. A safe line is returned unchanged. */
export function safeLine(line: Line): Line {
  if (line.every(({ text }) => safeText(text) === text)) return line;
  return line.map((each) => ({ ...each, text: safeText(each.text) }));
}

/** Truncates a line to `columns` cells. A line that fits is returned unchanged. */
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

/** Fills a line with the selection background up to the edge of the screen. */
export function selectedLine(line: Line, columns: number): Line {
  const clipped = clipLine(line, columns);
  const fill = segment(' '.repeat(columns - lineWidth(clipped)));
  return [...clipped, fill].map((each) => ({ ...each, selected: true }));
}

/** Aligns `left` and `right` to the two ends of `columns` cells. The left side is truncated; a right side that leaves it no room is dropped. */
export function spread(left: Line, right: Line, columns: number): Line {
  const rightWidth = lineWidth(right);
  if (rightWidth === 0 || rightWidth + 8 > columns) return clipLine(left, columns);
  const cut = clipLine(left, columns - rightWidth - 1);
  return [...cut, segment(' '.repeat(columns - rightWidth - lineWidth(cut))), ...right];
}

/** Truncates or pads `lines` to exactly `rows` lines. */
export function fillRows(lines: readonly Line[], rows: number): readonly Line[] {
  if (lines.length >= rows) return lines.slice(0, rows);
  return [...lines, ...Array.from({ length: rows - lines.length }, (): Line => [])];
}
