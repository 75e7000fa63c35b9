import { safeText } from '../../lib/text/safe-text.js';
import { haveSame, pointerOf, type Captured, type Snapshot } from '../../profile/store/snapshot.js';
import { cutHash, wholeUnlessLong } from '../../profile/store/full-values.js';
import { diffWords } from '../../profile/diff/diff-words.js';
import { isOpen } from '../base/collapse.js';
import { clipLine, lineWidth, segment } from '../base/frame.js';
import type { Glyphs } from '../base/glyphs.js';
import { jsonItems, type JsonOptions } from '../content/json-tree.js';
import { textItem, type PaneItem } from '../content/pane-item.js';
import { textSideItems } from '../content/text-change.js';

/** How a diff is drawn: as a tree, with the two states one below the other or side by side. */
export type DiffOptions = Omit<JsonOptions, 'gutter' | 'glyphs'> &
  Readonly<{ glyphs: Pick<Glyphs, 'open' | 'folded' | 'tick'>; sideBySide?: boolean }>;

/**
 * What changed between two states of the store, as a tree of the changed paths only. The gutter says how: `+` came,
 * `-` went, `~` has changes inside; within a changed text the words that differ are marked. It reads without colour.
 */
export function diffItems(before: Snapshot, after: Snapshot, options: DiffOptions): readonly PaneItem[] {
  const items: PaneItem[] = [];
  const counts = { added: 0, removed: 0, changed: 0 };
  const sideWidth = options.sideBySide ? (options.width - 3) >> 1 : options.width;
  compare(before, after, '', 0);
  if (items.length === 0) return [textItem('same', [segment(' Nothing in the store changed.', 'dim')])];
  const summary = [`${counts.added} added`, `${counts.removed} removed`, `${counts.changed} changed`].filter(
    (part) => !part.startsWith('0'),
  );
  return [textItem('summary', [segment(` ${summary.join(', ')}`, 'dim')]), ...items];

  function compare(left: Snapshot, right: Snapshot, path: string, depth: number): void {
    for (const key of unionKeys(left, right)) {
      if (haveSame(left, right, key)) continue;
      const at = path + pointerOf([key]);
      const [old, now] = [ownValue(left, key), ownValue(right, key)];
      if (old === undefined) {
        counts.added++;
        place([], side('added', key, now!, at, depth));
      } else if (now === undefined) {
        counts.removed++;
        place(side('removed', key, old, at, depth), []);
      } else if (!same(old, now)) inside(key, old, now, at, depth);
    }
  }

  function inside(key: string, before: Captured, after: Captured, at: string, depth: number): void {
    const [old, now] = [before, after].map((value) => wholeUnlessLong(value, options.values)) as [
      Captured,
      Captured,
    ];
    if ((old !== before || now !== after) && same(old, now)) return;
    const [left, right] = [plain(old), plain(now)];
    if (left && right) {
      const fold = isOpen(options.folds, options.key + at, true, depth) ? 'open' : 'folded';
      items.push({
        key: options.key + at,
        depth,
        fold,
        pointer: at,
        value: now,
        draw: () => [
          segment(' ~', 'changed'),
          segment(`${'  '.repeat(depth)} ${options.glyphs[fold]} `, 'dim'),
          segment(safeText(key), 'json-key'),
        ],
      });
      const kept = items.length;
      compare(left, right, at, depth + 1);
      if (fold === 'folded') items.length = kept;
      return;
    }
    counts.changed++;
    if (typeof old === 'string' && typeof now === 'string') {
      const parts = diffWords(old, now);
      const text = { label: key, parts, depth, width: sideWidth, folds: options.folds, pointer: at };
      place(
        textSideItems({ ...text, side: 'removed', key: keyOf('-', at), value: old, glyphs: options.glyphs }),
        textSideItems({ ...text, side: 'added', key: keyOf('+', at), value: now, glyphs: options.glyphs }),
      );
    } else {
      place(side('removed', key, before, at, depth), side('added', key, after, at, depth));
    }
  }

  function side(
    kind: 'added' | 'removed',
    key: string,
    value: Captured,
    at: string,
    depth: number,
  ): readonly PaneItem[] {
    const mark = kind === 'added' ? '+' : '-';
    return jsonItems(key, value, {
      ...options,
      width: sideWidth,
      key: keyOf(mark, at),
      depth,
      openDepth: depth + 1,
      pointer: at,
      gutter: { mark, style: kind },
    });
  }

  /** Side by side both are folded and opened together, so that they share their keys. */
  function keyOf(mark: string, at: string): string {
    return options.key + (options.sideBySide ? '=' : mark) + at;
  }

  function place(removed: readonly PaneItem[], added: readonly PaneItem[]): void {
    const both = options.sideBySide
      ? besides(removed, added, sideWidth, options.glyphs.tick)
      : [...removed, ...added];
    items.push(...both.map((item, i) => (i === 0 ? { ...item, hunk: true } : item)));
  }
}

/** Two columns of items as one. */
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

/** Keys in the order of the later state, those that went where they stood. */
function unionKeys(left: Snapshot, right: Snapshot): readonly string[] {
  const removed = Object.keys(left).filter((key) => !Object.hasOwn(right, key));
  return [...Object.keys(right), ...removed];
}

function ownValue(object: Snapshot, key: string): Captured | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Objects and arrays are compared entry by entry; everything else, marked forms included, as a whole. */
function plain(value: Captured): Snapshot | undefined {
  if (Array.isArray(value)) return Object.fromEntries((value as readonly Captured[]).entries());
  if (typeof value !== 'object' || value === null || Object.hasOwn(value, '$')) return undefined;
  return value as Snapshot;
}

function same(left: Captured, right: Captured): boolean {
  if (left === right) return true;
  const sha256 = cutHash(left);
  if (sha256 !== undefined && sha256 === cutHash(right)) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  const [a, b] = [Object.entries(left), Object.entries(right)];
  if (Array.isArray(left) !== Array.isArray(right) || a.length !== b.length) return false;
  return a.every(
    ([key, value]) => Object.hasOwn(right, key) && same(value as Captured, (right as Snapshot)[key]!),
  );
}
