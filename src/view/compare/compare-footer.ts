/** The footer of the comparison of two runs: key hints, the text being typed, or the toast. */

import { safeText } from '../../lib/text/safe-text.js';
import { clipLine, lineWidth, segment, spread, type Line } from '../base/frame.js';
import { fitHints, toHint, type Hint } from '../chrome/fit-hints.js';
import type { Binding } from '../keys/binding.js';
import { bindingsOf } from '../keys/key-bindings.js';
import { keyName } from '../keys/key-names.js';
import { compareRows, type Comparison } from './compare-rows.js';
import { compareScreen, type CompareState } from './compare-state.js';

/** Renders the footer. */
export function compareFooter(
  comparison: Comparison,
  compare: CompareState,
  { columns }: Readonly<{ columns: number }>,
): Line {
  const { look } = compare;
  if (compareScreen(compare) === 'search') {
    const typed = compare.screens.includes('difference') ? compare.pane.find : compare.filter;
    const help = `  ${keyName('enter', look.glyphs)} keep  Esc clear`;
    return clipLine(
      [segment(' /', 'hint-key'), segment(safeText(typed)), segment(' ', 'tab-active'), segment(help, 'dim')],
      columns,
    );
  }
  const right = stateWords(comparison, compare);
  if (compare.toast !== '') return spread([segment(` ${safeText(compare.toast)}`, 'accent')], right, columns);
  return spread(
    hintsThatFit(compare, columns - lineWidth(right) - 2).flatMap(({ line }) => line),
    right,
    columns,
  );
}

/** The binding of the hint at a cell of the footer. */
export function compareHintAt(
  x: number,
  comparison: Comparison,
  compare: CompareState,
  { columns }: Readonly<{ columns: number }>,
): Binding | undefined {
  if (compare.toast !== '' || compareScreen(compare) === 'search') return undefined;
  let end = 0;
  const room = columns - lineWidth(stateWords(comparison, compare)) - 2;
  return hintsThatFit(compare, room).find(({ line }) => x < (end += lineWidth(line)))?.binding;
}

function hintsThatFit(compare: CompareState, columns: number): readonly Hint[] {
  const screen = compareScreen(compare);
  const all = bindingsOf(compare.look.keys)
    .filter(({ screens }) => screens.includes(screen))
    .flatMap((binding) => toHint(binding, compare.look.glyphs) ?? []);
  return fitHints(all, columns);
}

function stateWords(comparison: Comparison, compare: CompareState): Line {
  const { filter } = compare;
  if (filter === '' || compare.screens.includes('difference')) return [];
  return [
    segment(`/${safeText(filter)}`, 'match'),
    segment(` ${compareRows(comparison, compare).length} `, 'dim'),
  ];
}
