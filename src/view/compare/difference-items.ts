/** Renders the contents in which two runs differ as lines: removed and added ones with the changed words marked. */

import { align } from '../../profile/diff/align.js';
import type { ContentChange } from '../../insights/compare/compare-contents.js';
import { plural } from '../../lib/text/format.js';
import { safeText } from '../../lib/text/safe-text.js';
import { diffWords } from '../../profile/diff/diff-words.js';
import { isExpanded, type CollapseState } from '../base/collapse.js';
import { clipLine, lineWidth, segment, type Line } from '../base/frame.js';
import type { Glyphs } from '../base/glyphs.js';
import { memoizeLast } from '../base/memo.js';
import { textItem, type PaneItem } from '../content/pane-item.js';
import { wrapSegments } from '../content/text-change.js';
import { describeLength } from './describe-changes.js';

/** Unchanged lines that are shown around a change. */
const CONTEXT = 2;

export type DifferenceShape = Readonly<{
  width: number;
  folds: CollapseState;
  sideBySide: boolean;
  glyphs: Glyphs;
}>;

/** One collapsible item for each content, with its lines below it. */
export function differenceItems(
  changes: readonly ContentChange[],
  { width, folds, sideBySide, glyphs }: DifferenceShape,
): readonly PaneItem[] {
  return itemsOf(changes, width, folds, sideBySide, glyphs);
}

const itemsOf = memoizeLast(
  (
    changes: readonly ContentChange[],
    width: number,
    folds: CollapseState,
    sideBySide: boolean,
    glyphs: Glyphs,
  ): readonly PaneItem[] => {
    if (changes.length === 0)
      return [textItem('same', [segment(' Parameters, prompts, answers and outputs are the same.', 'dim')])];
    return changes.flatMap((change): readonly PaneItem[] => {
      const fold = isExpanded(folds, change.what, true, 0) ? 'open' : 'folded';
      const head: PaneItem = {
        key: change.what,
        depth: 0,
        fold,
        hunk: true,
        draw: () => [
          segment(` ${glyphs[fold]} `, 'dim'),
          segment(safeText(change.what), 'bold'),
          segment(`  ${describeLength(change)}`, 'dim'),
        ],
      };
      return fold === 'folded' ? [head] : [head, ...linesOf(change, width, sideBySide, glyphs)];
    });
  },
);

function linesOf(
  change: ContentChange,
  width: number,
  sideBySide: boolean,
  glyphs: Glyphs,
): readonly PaneItem[] {
  const { before, after } = change;
  const stretches = align(before, after);
  const half = (width - 3) >> 1;
  const lines = stretches.flatMap(({ isSame, before: [from, to], after: [start, end] }, i): Line[] => {
    if (isSame) {
      const same = before.slice(from, to);
      const shown = contextOf(same, i === 0, i === stretches.length - 1);
      return sideBySide
        ? besides(sameLines(shown, half), sameLines(shown, half), half, glyphs)
        : sameLines(shown, width);
    }
    const [removed, added] = [before.slice(from, to).join('\n'), after.slice(start, end).join('\n')];
    const parts = from === to || start === end ? undefined : diffWords(removed, added);
    const side = (kind: 'removed' | 'added', text: string, isNone: boolean, columns: number): Line[] => {
      if (isNone) return [];
      const pieces = parts?.filter((part) => part.kind === 'same' || part.kind === kind) ?? [
        { kind: 'same', text },
      ];
      const body = pieces.map((part) =>
        segment(
          safeText(part.text, { keepNewlines: true }),
          part.kind === 'same' ? kind : (`${kind}-word` as const),
        ),
      );
      const mark = kind === 'removed' ? '   - ' : '   + ';
      return wrapSegments(body, Math.max(8, columns - mark.length - 1)).map((line) => [
        segment(mark, kind),
        ...line,
      ]);
    };
    const columns = sideBySide ? half : width;
    const old = side('removed', removed, from === to, columns);
    const now = side('added', added, start === end, columns);
    return sideBySide ? besides(old, now, half, glyphs) : [...old, ...now];
  });
  return lines.map((line, i) => ({ ...textItem(`${change.what}/${i}`, line), depth: 1 }));
}

/** Lines that both runs have: those next to a change, and how many are left out. */
function contextOf(lines: readonly string[], isFirst: boolean, isLast: boolean): readonly string[] {
  const head = isFirst ? 0 : CONTEXT;
  const tail = isLast ? 0 : CONTEXT;
  const missing = lines.length - head - tail;
  if (missing <= 1) return lines;
  return [
    ...lines.slice(0, head),
    `… ${plural(missing, 'equal line')}`,
    ...(tail === 0 ? [] : lines.slice(-tail)),
  ];
}

function sameLines(lines: readonly string[], width: number): Line[] {
  return lines.flatMap((line) =>
    wrapSegments([segment(safeText(line), 'dim')], Math.max(8, width - 6)).map((each): Line => [
      segment('     '),
      ...each,
    ]),
  );
}

/** Two columns of lines. */
function besides(
  left: readonly Line[],
  right: readonly Line[],
  width: number,
  { tick }: Pick<Glyphs, 'tick'>,
): Line[] {
  return Array.from({ length: Math.max(left.length, right.length) }, (_, i): Line => {
    const line = clipLine(left[i] ?? [], width);
    return [
      ...line,
      segment(' '.repeat(Math.max(0, width - lineWidth(line)))),
      segment(` ${tick} `, 'rule'),
      ...clipLine(right[i] ?? [], width),
    ];
  });
}
