/** The confirmation dialog: its lines and its mouse targets. */

import { safeText } from '../../lib/text/safe-text.js';
import { wrap } from '../../lib/text/text-width.js';
import { segment, segmentAt, type Line } from '../base/frame.js';
import type { Dialog } from './ui-state.js';

/** Renders a dialog in place of the tree. Long text is truncated so that the choices stay visible. */
export function confirmLines(dialog: Dialog, choice: number, columns: number, rows: number): readonly Line[] {
  const text = dialog.lines.flatMap((line) => wrap(safeText(line, { keepNewlines: true }), columns - 4));
  const room = Math.max(1, rows - 4);
  const shown =
    text.length <= room ? text : [...text.slice(0, room - 1), `… ${text.length - room + 1} more lines`];
  return [
    [segment(`  ${safeText(dialog.title)}`, 'title')],
    [],
    ...shown.map((line): Line => [segment(`  ${line}`)]),
    [],
    [
      segment('  '),
      ...dialog.choices.flatMap(({ key, label }, i): Line => [
        segment(` ${key} ${safeText(label)} `, i === choice ? 'tab-active' : 'tab'),
        segment('  '),
      ]),
    ],
  ];
}

/** The key of the choice at a cell of the dialog. */
export function choiceAt(
  dialog: Dialog,
  { columns, rows, x, y }: Readonly<{ columns: number; rows: number; x: number; y: number }>,
): string | undefined {
  const lines = confirmLines(dialog, 0, columns, rows);
  // One margin cell, and one more after each choice.
  const at = segmentAt(lines.at(-1)!, x) - 1;
  return y === lines.length - 1 && at % 2 === 0 ? dialog.choices[at / 2]?.key : undefined;
}
