import { safeText } from '../../lib/text/safe-text.js';
import { wrap } from '../../lib/text/text-width.js';
import type { Captured } from '../../trace/event/captured.js';
import { segment, type Line } from '../base/frame.js';
import type { StyleName } from '../base/theme.js';

/** One line of an inspector pane. It draws itself when it is in the window, and only then. */
export type PaneItem = Readonly<{
  key: string;
  depth: number;
  fold: 'leaf' | 'open' | 'folded';
  draw: () => Line;
  /** Where in the shared store it stands (JSON Pointer), in the panes that show the store. */
  pointer?: string;
  /** What it stands for, whole, where it is a value, and the name it has there. */
  value?: Captured;
  label?: string;
  /** Where a difference begins. */
  hunk?: boolean;
}>;

/** A line that only says something. */
export function textItem(key: string, line: Line): PaneItem {
  return { key, depth: 0, fold: 'leaf', draw: () => line };
}

/** Text of any length and origin as lines of at most `width` cells. */
export function textItems(
  key: string,
  text: string,
  width: number,
  options: { indent?: number; style?: StyleName } = {},
): readonly PaneItem[] {
  const indent = ' '.repeat(options.indent ?? 1);
  return wrap(safeText(text, { keepNewlines: true }), Math.max(8, width - indent.length)).map((line, i) =>
    textItem(`${key}/${i}`, [segment(indent), segment(line, options.style)]),
  );
}

/** A labelled fact: `  model   claude-sonnet-4-5`. The value is wrapped under itself. */
export function factItems(
  label: string,
  value: string,
  width: number,
  style?: StyleName,
): readonly PaneItem[] {
  const column = 16;
  return wrap(safeText(value, { keepNewlines: true }), Math.max(8, width - column - 1)).map((line, i) =>
    textItem(`${label}/${i}`, [
      segment(` ${i === 0 ? label : ''}`.padEnd(column), 'dim'),
      segment(line, style),
    ]),
  );
}

/** A heading with an empty line before it, where something stands before it. */
export function headingItems(key: string, text: string, isFirst: boolean): readonly PaneItem[] {
  const heading = textItem(key, [segment(` ${safeText(text)}`, 'heading')]);
  return isFirst ? [heading] : [textItem(`${key}/gap`, []), heading];
}
