/** Renders one side of a changed text with the changed words marked. */

import { safeText } from '../../lib/text/safe-text.js';
import { textWidth, truncate } from '../../lib/text/text-width.js';
import type { TextPart } from '../../profile/diff/diff-words.js';
import { isExpanded, type CollapseState } from '../base/collapse.js';
import { lineWidth, segment, type Line, type Segment } from '../base/frame.js';
import type { Glyphs } from '../base/glyphs.js';
import type { PaneItem } from './pane-item.js';
import type { StyleName } from '../base/theme.js';

/** One side of a change: the text before or after. */
export type TextSide = Readonly<{
  side: 'removed' | 'added';
  key: string;
  label: string;
  parts: readonly TextPart[];
  depth: number;
  width: number;
  folds: CollapseState;
  pointer: string;
  value: string;
  glyphs: Pick<Glyphs, 'open' | 'folded'>;
}>;

/** Characters of context around a change while the rest is collapsed. */
const CONTEXT = 32;

/** Renders one side of a changed text, wrapped, with changed words marked. Long unchanged passages are collapsed until expanded. */
export function textSideItems(side: TextSide): readonly PaneItem[] {
  const { key, depth, pointer, value, label } = side;
  const own = side.parts.filter(({ kind }) => kind === 'same' || kind === side.side);
  const shortened = own.map((part, i) => shorten(part, i === 0, i === own.length - 1));
  const canOpen = shortened.some((part, i) => part !== own[i]);
  const fold = canOpen ? (isExpanded(side.folds, key, false, depth) ? 'open' : 'folded') : 'leaf';
  const head: Line = [
    segment(side.side === 'removed' ? ' -' : ' +', side.side),
    segment(`${'  '.repeat(depth)} ${fold === 'leaf' ? ' ' : side.glyphs[fold]} `, 'dim'),
    segment(truncate(safeText(label), Math.max(8, side.width >> 1)), 'json-key'),
    segment(': ', 'dim'),
  ];
  const indent = lineWidth(head);
  const lines = wrapSegments(
    [
      segment('"', side.side),
      ...(fold === 'folded' ? shortened : own).map((part) => pieceOf(part, side.side)),
      segment('"', side.side),
    ],
    Math.max(8, side.width - indent),
  );
  return lines.map((line, i) => ({
    key: i === 0 ? key : `${key}/${i}`,
    depth: i === 0 ? depth : depth + 1,
    fold: i === 0 ? fold : 'leaf',
    pointer,
    value,
    label,
    draw: () => (i === 0 ? [...head, ...line] : [segment(' '.repeat(indent)), ...line]),
  }));
}

/** Wraps segments into lines of at most `width` cells, at spaces where possible, which are dropped there; newlines start a new line. */
export function wrapSegments(segments: readonly Segment[], width: number): readonly Line[] {
  const lines: Segment[][] = [[]];
  let room = width;
  const breakLine = () => {
    lines.push([]);
    room = width;
  };
  for (const { text, ...look } of segments) {
    text.split('\n').forEach((paragraph, i) => {
      if (i > 0) breakLine();
      for (let rest = paragraph; rest !== '';) {
        const fitting = fittingStart(rest, room, width);
        const piece =
          fitting === '' && room === width ? [...rest][0]! : wholeWords(fitting, rest, room === width);
        if (piece !== '') lines.at(-1)!.push({ ...look, text: piece });
        rest = rest.slice(piece.length);
        room -= textWidth(piece);
        // A space at which a line is broken would indent the next one.
        if (rest !== '') rest = rest.replace(/^ +/, '');
        if (rest !== '') breakLine();
      }
    });
  }
  return lines;
}

/** The longest prefix of a text that fits into `room` cells. */
function fittingStart(text: string, room: number, width: number): string {
  // One character more, which may be a combining one.
  const ahead = text.slice(0, room + 1);
  if (/^[ -~]*$/.test(ahead)) return ahead.slice(0, room);
  // A line cannot hold more characters than this; scanning further would be quadratic.
  return truncate(text.slice(0, width * 8), room, 'start', '');
}

/** Cuts at a word boundary if that leaves anything. */
function wholeWords(fitting: string, rest: string, atStart: boolean): string {
  if (fitting.length === rest.length || /\s/.test(rest[fitting.length]!)) return fitting;
  const end = fitting.lastIndexOf(' ') + 1;
  return end > 0 || !atStart ? fitting.slice(0, end) : fitting;
}

function pieceOf({ kind, text }: TextPart, side: 'removed' | 'added'): Segment {
  const words: StyleName = side === 'removed' ? 'removed-word' : 'added-word';
  return segment(safeText(text, { keepNewlines: true }), kind === 'same' ? side : words);
}

/** Elides the middle of an unchanged passage; at the ends of the text, its far end. */
function shorten(part: TextPart, isFirst: boolean, isLast: boolean): TextPart {
  const { kind, text } = part;
  const kept = (isFirst ? 0 : CONTEXT) + (isLast ? 0 : CONTEXT);
  if (kind !== 'same' || text.length <= kept + 8) return part;
  const before = isFirst ? '' : text.slice(0, CONTEXT);
  const after = isLast ? '' : text.slice(text.length - CONTEXT);
  return { kind, text: `${before} … ${after}` };
}
