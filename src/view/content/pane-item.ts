/** Items of inspector panes: lines rendered on demand. */

import { safeText } from '../../lib/text/safe-text.js';
import { wrap } from '../../lib/text/text-width.js';
import type { Captured } from '../../trace/event/captured.js';
import { segment, type Line } from '../base/frame.js';
import type { StyleName } from '../base/theme.js';

/** A line of an inspector pane, rendered only while it is in the viewport. */
export type PaneItem = Readonly<{
  key: string;
  depth: number;
  fold: 'leaf' | 'open' | 'folded';
  draw: () => Line;
  /** Its JSON Pointer in the shared store, in panes that show the store. */
  pointer?: string;
  /** Its value, untruncated, and the name of the value, if it represents one. */
  value?: Captured;
  label?: string;
  /** Whether a difference starts here. */
  hunk?: boolean;
}>;

/** Creates a message line. */
export function textItem(key: string, line: Line): PaneItem {
  return { key, depth: 0, fold: 'leaf', draw: () => line };
}

/** Wraps untrusted text into lines of at most `width` cells. */
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

/** A labelled fact: `  model   claude-sonnet-5`. The value wraps with a hanging indent; each of its lines links to `link`. */
export function factItems(
  label: string,
  value: string,
  width: number,
  style?: StyleName,
  link?: string,
): readonly PaneItem[] {
  const column = 16;
  return wrap(safeText(value, { keepNewlines: true }), Math.max(8, width - column - 1)).map((line, i) =>
    textItem(`${label}/${i}`, [
      segment(` ${i === 0 ? label : ''}`.padEnd(column), 'dim'),
      link === undefined ? segment(line, style) : { ...segment(line, style), link },
    ]),
  );
}

/** A heading, preceded by an empty line unless it is the first. */
export function headingItems(key: string, text: string, isFirst: boolean): readonly PaneItem[] {
  const heading = textItem(key, [segment(` ${safeText(text)}`, 'heading')]);
  return isFirst ? [heading] : [textItem(`${key}/gap`, []), heading];
}
