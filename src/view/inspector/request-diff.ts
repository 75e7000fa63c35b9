/** Renders what a request changed from the previous request of its node. */

import { formatCount, formatElapsed, plural } from '../../lib/text/format.js';
import { safeText } from '../../lib/text/safe-text.js';
import type { TextPart } from '../../profile/diff/diff-words.js';
import { diffRequest, type RequestChange, type RequestDiff } from '../../profile/diff/diff-requests.js';
import type { RunState } from '../../profile/run/run-state.js';
import { isExpanded } from '../base/collapse.js';
import { segment, type Segment } from '../base/frame.js';
import { textItem, type PaneItem } from '../content/pane-item.js';
import { wrapSegments } from '../content/text-change.js';
import type { CallSpan } from '../spans/llm-calls.js';
import type { CallPane } from './llm-panes.js';

/** More changes than this are collapsed by default. */
const FEW = 3;

/** The summary line, with the changed places below it; nothing for the first request of a node. */
export function requestDiffItems(
  run: RunState,
  span: CallSpan,
  key: string,
  pane: CallPane,
): readonly PaneItem[] {
  const diff = diffRequest(run, span);
  if (!diff) return [];
  const since = `the request of this node at ${formatElapsed(diff.previous.startedAt)}`;
  const { changes } = diff;
  if (changes.length === 0) {
    const words = diff.isSame ? `The same as ${since}.` : `${differsUnseen(diff)} from ${since}.`;
    return [textItem(`${key}/since`, [segment(` ${words}`, 'dim')]), textItem(`${key}/since/gap`, [])];
  }
  const head = `${key}/since`;
  const isOpen = isExpanded(pane.folds, head, changes.length <= FEW, 0);
  const summary = [
    `${plural(changes.length, 'change')} since ${since}`,
    `first at byte ${formatCount(diff.firstByte)} of ${formatCount(diff.bytes)}`,
    ...(diff.toolsChanged ? ['the tools changed too'] : []),
  ];
  return [
    {
      key: head,
      depth: 0,
      fold: isOpen ? 'open' : 'folded',
      draw: () => [
        segment(` ${pane.glyphs[isOpen ? 'open' : 'folded']} `, 'dim'),
        segment(summary.join(` ${pane.glyphs.separator} `), 'changed'),
      ],
    },
    ...(isOpen ? changes.flatMap((each, i) => changeItems(each, i === 0, `${head}/${i}`, pane)) : []),
    textItem(`${head}/gap`, []),
  ];
}

function differsUnseen({ toolsChanged }: RequestDiff): string {
  return toolsChanged ? 'Only the tools differ' : 'Only a part that was not kept differs';
}

/** One changed place, before and after. The first byte that differs is marked on both lines. */
function changeItems(
  { byte, role, part, parts }: RequestChange,
  isFirst: boolean,
  key: string,
  pane: CallPane,
): readonly PaneItem[] {
  const place = `byte ${formatCount(byte)}, ${role === 'system' ? 'system prompt' : `part ${part}, ${role}`}`;
  const sides = (['removed', 'added'] as const).filter((side) => parts.some(({ kind }) => kind === side));
  const shared = isFirst ? sharedStart(parts) : 0;
  return [
    { ...textItem(key, [segment(`   ${safeText(place)}`, 'dim')]), depth: 1, hunk: true },
    ...sides.flatMap((side) => sideItems(parts, side, shared, isFirst, `${key}/${side}`, pane)),
  ];
}

function sideItems(
  parts: readonly TextPart[],
  side: 'removed' | 'added',
  shared: number,
  isFirst: boolean,
  key: string,
  { width, glyphs }: CallPane,
): readonly PaneItem[] {
  const own = parts.filter(({ kind }) => kind === 'same' || kind === side);
  const changed = own.findIndex(({ kind }) => kind === side);
  const text = own.map(({ text }) => text).join('');
  const body = own.flatMap(({ kind, text: piece }, i): Segment[] => {
    const shown = safeText(piece, { keepNewlines: true });
    if (kind === 'same') return [segment(shown, side)];
    const style = `${side}-word` as const;
    if (!isFirst || i !== changed) return [segment(shown, style)];
    const start = safeText(piece.slice(0, shared), { keepNewlines: true });
    return [
      ...(start === '' ? [] : [segment(start, side)]),
      segment(glyphs.selected, 'hint-key'),
      segment(safeText(piece.slice(shared), { keepNewlines: true }), style),
    ];
  });
  const mark = side === 'removed' ? ' -   ' : ' +   ';
  return wrapSegments(body, Math.max(8, width - mark.length - 1)).map((line, i) => ({
    ...textItem(`${key}/${i}`, [segment(i === 0 ? mark : '     ', side), ...line]),
    depth: 1,
    value: text,
  }));
}

/** The characters that the first removed and the first added text have in common: words are compared as units. */
function sharedStart(parts: readonly TextPart[]): number {
  const removed = parts.find(({ kind }) => kind === 'removed')?.text ?? '';
  const added = parts.find(({ kind }) => kind === 'added')?.text ?? '';
  const at = parts.findIndex(({ kind }) => kind !== 'same');
  if (parts[at]?.kind !== 'removed' || parts[at + 1]?.kind !== 'added') return 0;
  let shared = 0;
  while (shared < removed.length && shared < added.length && removed[shared] === added[shared]) shared++;
  return shared;
}
