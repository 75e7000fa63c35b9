/** The Diff pane: what a span changed in the store, as a tree. */
import { plural } from '../../lib/text/format.js';
import { safeText } from '../../lib/text/safe-text.js';
import { countDifferences, diffStores, type Difference, type Step } from '../../profile/diff/diff-values.js';
import { fullValueIfShort } from '../../profile/store/full-values.js';
import { type Captured } from '../../trace/event/captured.js';
import { type Snapshot } from '../../profile/store/folder-history.js';
import { formatPointer } from '../../lib/data/json-pointer.js';
import { isExpanded } from '../base/collapse.js';
import { clipLine, lineWidth, segment } from '../base/frame.js';
import type { Glyphs } from '../base/glyphs.js';
import { jsonItems, type JsonOptions } from '../content/json-tree.js';
import { textItem, type PaneItem } from '../content/pane-item.js';
import { textSideItems } from '../content/text-change.js';

/** Layout of a diff: unified or side by side. */
export type DiffOptions = Omit<JsonOptions, 'gutter' | 'glyphs'> &
  Readonly<{ glyphs: Pick<Glyphs, 'open' | 'folded' | 'tick'>; sideBySide?: boolean }>;

/** The JSON Pointers of a difference in the states before and after. */
type Place = Readonly<{ before: string; after: string; depth: number }>;

/**
 * Renders the changed paths between two states of the store as a tree. The gutter shows the kind of change: `+` added,
 * `-` removed, `~` changed inside; changed words are marked. Legible without colour.
 */
export function diffItems(before: Snapshot, after: Snapshot, options: DiffOptions): readonly PaneItem[] {
  const differences = diffStores(before, after, (value) => fullValueIfShort(value, options.values));
  if (differences.length === 0) return [textItem('same', [segment(' Nothing in the store changed.', 'dim')])];
  const items: PaneItem[] = [];
  const sideWidth = options.sideBySide ? (options.width - 3) >> 1 : options.width;
  place(differences, { before: '', after: '', depth: 0 });
  return [textItem('summary', [segment(` ${formatCounts(differences)}`, 'dim')]), ...items];

  function place(inside: readonly Difference[], { before, after, depth }: Place): void {
    for (const each of inside) {
      if (each.kind === 'truncated') {
        items.push(truncatedItem(options.key + after, each.count, depth));
        continue;
      }
      const at = {
        before: 'from' in each ? before + formatPointer([each.from]) : before,
        after: 'to' in each ? after + formatPointer([each.to]) : after,
        depth,
      };
      if (each.kind === 'inside') placeInside(each, at);
      else if (each.kind === 'changed') placeChanged(each, at);
      else if (each.kind === 'added') placeSides([], side('added', '+', each.to, each.after, at));
      else placeSides(side('removed', '-', each.from, each.before, at), []);
    }
  }

  function placeInside({ to, after, inside }: Extract<Difference, { kind: 'inside' }>, at: Place): void {
    const key = options.key + at.after;
    const fold = isExpanded(options.folds, key, true, at.depth) ? 'open' : 'folded';
    items.push({
      key,
      depth: at.depth,
      fold,
      pointer: at.after,
      value: after,
      draw: () => [
        segment(' ~', 'changed'),
        segment(`${'  '.repeat(at.depth)} ${options.glyphs[fold]} `, 'dim'),
        segment(safeText(String(to)), 'json-key'),
      ],
    });
    if (fold === 'open') place(inside, { ...at, depth: at.depth + 1 });
  }

  /** Both sides share a key, so that they expand together. */
  function placeChanged(change: Extract<Difference, { kind: 'changed' }>, at: Place): void {
    const { from, to, before, after, words: parts } = change;
    const [minus, plus] = options.sideBySide ? ['=', '='] : ['-', '+'];
    if (typeof before !== 'string' || typeof after !== 'string' || !parts)
      return placeSides(side('removed', minus, from, before, at), side('added', plus, to, after, at));
    const { depth } = at;
    const text = { parts, depth, width: sideWidth, folds: options.folds, glyphs: options.glyphs };
    const [old, now] = [keyOf('removed', minus, at), keyOf('added', plus, at)];
    placeSides(
      textSideItems({ ...text, ...old, label: String(from), side: 'removed', value: before }),
      textSideItems({ ...text, ...now, label: String(to), side: 'added', value: after }),
    );
  }

  function side(
    kind: 'added' | 'removed',
    mark: string,
    step: Step,
    value: Captured,
    at: Place,
  ): readonly PaneItem[] {
    return jsonItems(String(step), value, {
      ...options,
      ...keyOf(kind, mark, at),
      width: sideWidth,
      depth: at.depth,
      openDepth: at.depth + 1,
      gutter: { mark: kind === 'added' ? '+' : '-', style: kind },
    });
  }

  function keyOf(kind: 'added' | 'removed', mark: string, at: Place): { key: string; pointer: string } {
    const pointer = kind === 'added' ? at.after : at.before;
    return { key: options.key + mark + (mark === '=' ? at.after : pointer), pointer };
  }

  function placeSides(removed: readonly PaneItem[], added: readonly PaneItem[]): void {
    const both = options.sideBySide
      ? besides(removed, added, sideWidth, options.glyphs.tick)
      : [...removed, ...added];
    for (const [i, item] of both.entries()) items.push(i === 0 ? { ...item, hunk: true } : item);
  }
}

function formatCounts(differences: readonly Difference[]): string {
  const counts = countDifferences(differences);
  return (['added', 'removed', 'changed'] as const)
    .flatMap((kind) => (counts[kind] === 0 ? [] : [`${counts[kind]} ${kind}`]))
    .join(', ');
}

/** Shown in place of list elements that the preview omitted. */
function truncatedItem(key: string, count: number, depth: number): PaneItem {
  const text = `… ${plural(count, 'truncated item')} not compared`;
  return {
    key: `${key}/…`,
    depth,
    fold: 'leaf',
    draw: () => [segment(`  ${'  '.repeat(depth)}   `), segment(text, 'json-mark')],
  };
}

/** Merges two columns of items. */
function besides(
  left: readonly PaneItem[],
  right: readonly PaneItem[],
  width: number,
  tick: string,
): readonly PaneItem[] {
  return Array.from({ length: Math.max(left.length, right.length) }, (_, i): PaneItem => {
    const [old, now] = [left[i], right[i]];
    const main = old && (now === undefined || now.fold === 'leaf') ? old : now!;
    return {
      ...main,
      draw: () => {
        const line = clipLine(old?.draw() ?? [], width);
        return [
          ...line,
          segment(' '.repeat(width - lineWidth(line))),
          segment(` ${tick} `, 'rule'),
          ...clipLine(now?.draw() ?? [], width),
        ];
      },
    };
  });
}
