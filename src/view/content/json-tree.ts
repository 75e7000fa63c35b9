/** Renders a captured value as a collapsible tree. */

import { formatCount } from '../../lib/text/format.js';
import { safeText } from '../../lib/text/safe-text.js';
import { textWidth, truncate } from '../../lib/text/text-width.js';
import { type Captured } from '../../trace/event/captured.js';
import { formatPointer } from '../../lib/data/json-pointer.js';
import type { BlobStore } from '../../trace/blobs/blob-store.js';
import { isExpanded, type CollapseState } from '../base/collapse.js';
import { segment, type Line } from '../base/frame.js';
import type { Glyphs } from '../base/glyphs.js';
import { classifyValue, sizeText, type Entry, type Shape } from './format-value.js';
import type { PaneItem } from './pane-item.js';
import { readableItems } from './readable.js';
import type { StyleName } from '../base/theme.js';

/** Options of a tree. */
export type JsonOptions = Readonly<{
  /** Prefix that makes item keys unique within the pane. */
  key: string;
  folds: CollapseState;
  width: number;
  /** Collections above this depth are expanded by default, unless long. */
  openDepth: number;
  /** The JSON Pointer of the value in the store. */
  pointer?: string;
  depth?: number;
  /** Whether texts are shown unformatted. */
  raw?: boolean;
  /** Glyphs of expanded and collapsed items. */
  glyphs: Pick<Glyphs, 'open' | 'folded'>;
  /** A prefix for every line: the `+ - ~` gutter of a diff. */
  gutter?: Readonly<{ mark: string; style: StyleName }>;
  /** The full values of truncated ones, if the run kept them. */
  values?: BlobStore | undefined;
}>;

/** Collections longer than this are collapsed by default. */
const longCollection = 100;
/** Above this many entries a collection expands in groups, and above this many characters a text does; each group is traversed only when expanded. */
const LONG_LIST = 5000;
const LIST_GROUP = 1000;
const LONG_TEXT = 200_000;
const TEXT_GROUP = 50_000;

/** Renders a captured value as a tree, one item per line. Collapsed parts are not traversed. */
export function jsonItems(
  label: string | undefined,
  value: Captured,
  options: JsonOptions,
): readonly PaneItem[] {
  const items: PaneItem[] = [];
  place(items, label, false, value, options.key, options.pointer, options.depth ?? 0, options);
  return items;
}

/**
 * Renders the fields of a record as sibling trees. Many fields are collapsed, very many are grouped: a value is not
 * inspected before its row is visible.
 */
export function fieldsItems(
  record: Readonly<Record<string, Captured>>,
  options: Omit<JsonOptions, 'openDepth' | 'depth'>,
): readonly PaneItem[] {
  const { key, pointer } = options;
  const items: PaneItem[] = [];
  const labels = Object.keys(record);
  const tree = { ...options, openDepth: labels.length > longCollection ? 0 : 1 };
  const placePart = (from: number, to: number, depth: number) => {
    const entries = labels.slice(from, to).map((label) => ({ label, isIndex: false, value: record[label]! }));
    placeEntries(items, entries, key, pointer, depth, tree);
  };
  if (labels.length <= LONG_LIST) placePart(0, labels.length, -1);
  else placeGroups(items, labels.length, LIST_GROUP, key, -1, tree, (from, to) => placePart(from, to, 0));
  return items;
}

function place(
  items: PaneItem[],
  label: string | undefined,
  isIndex: boolean,
  value: Captured,
  key: string,
  pointer: string | undefined,
  depth: number,
  options: JsonOptions,
): void {
  const shape = classifyValue(value, options.values);
  const prefix = prefixOf(label, isIndex, depth, options);
  const at = {
    value,
    ...(label === undefined ? {} : { label }),
    ...(pointer === undefined ? {} : { pointer }),
  };
  if (shape.kind === 'word') {
    items.push({
      key,
      depth,
      fold: 'leaf',
      draw: () => [...prefix('leaf'), segment(safeText(shape.text), shape.style)],
      ...at,
    });
    return;
  }
  if (shape.kind === 'text') {
    placeText(items, shape, prefix, key, depth, options, at);
    return;
  }
  const byDefault = depth < options.openDepth && shape.count <= longCollection;
  const fold =
    shape.count === 0 ? 'leaf' : isExpanded(options.folds, key, byDefault, depth) ? 'open' : 'folded';
  items.push({
    key,
    depth,
    fold,
    draw: () => [...prefix(fold), ...collectionHead(shape, fold, value)],
    ...at,
  });
  if (fold !== 'open') return;
  const entries = shape.entries();
  if (entries.length <= LONG_LIST) return placeEntries(items, entries, key, pointer, depth, options);
  placeGroups(items, entries.length, LIST_GROUP, key, depth, options, (from, to) =>
    placeEntries(items, entries.slice(from, to), key, pointer, depth + 1, options),
  );
}

function placeEntries(
  items: PaneItem[],
  entries: readonly Entry[],
  key: string,
  pointer: string | undefined,
  depth: number,
  options: JsonOptions,
): void {
  for (const entry of entries) {
    if ('gap' in entry) {
      items.push({
        key: `${key}/…`,
        depth: depth + 1,
        fold: 'leaf',
        draw: () => [
          ...prefixOf(undefined, false, depth + 1, options)('leaf'),
          segment(entry.gap, 'json-mark'),
        ],
      });
      continue;
    }
    const step = formatPointer([entry.label]);
    place(
      items,
      entry.label,
      entry.isIndex,
      entry.value,
      key + step,
      pointer === undefined ? undefined : pointer + step,
      depth + 1,
      options,
    );
  }
}

/** Splits long content into groups that stay collapsed, even under "expand all". */
function placeGroups(
  items: PaneItem[],
  size: number,
  group: number,
  key: string,
  depth: number,
  options: JsonOptions,
  placePart: (from: number, to: number) => void,
): void {
  for (let from = 0; from < size; from += group) {
    const to = Math.min(size, from + group);
    const groupKey = `${key}/${from}…`;
    const fold = options.folds.toggled.has(groupKey) ? 'open' : 'folded';
    const prefix = prefixOf(undefined, false, depth + 1, options);
    const range = `${formatCount(from)} … ${formatCount(to - 1)}`;
    items.push({
      key: groupKey,
      depth: depth + 1,
      fold,
      draw: () => [...prefix(fold), segment(range, 'dim')],
    });
    if (fold === 'open') placePart(from, to);
  }
}

/** Text that does not fit on its line can be expanded and is then wrapped. */
function placeText(
  items: PaneItem[],
  shape: Extract<Shape, { kind: 'text' }>,
  prefix: (fold: PaneItem['fold']) => Line,
  key: string,
  depth: number,
  options: JsonOptions,
  at: Pick<PaneItem, 'pointer' | 'value' | 'label'>,
): void {
  const room =
    options.width -
    textWidth(
      prefix('leaf')
        .map(({ text }) => text)
        .join(''),
    ) -
    2;
  const short =
    shape.note === '' &&
    shape.text.length <= room &&
    !shape.text.includes('\n') &&
    textWidth(safeText(shape.text)) <= room;
  if (short) {
    items.push({
      key,
      depth,
      fold: 'leaf',
      draw: () => [...prefix('leaf'), segment(`"${safeText(shape.text)}"`, 'json-string')],
      ...at,
    });
    return;
  }
  const fold = isExpanded(options.folds, key, false, depth) ? 'open' : 'folded';
  const note = shape.note || `${formatCount(shape.text.length)} characters`;
  items.push({
    key,
    depth,
    fold,
    draw: () => {
      const preview = truncate(
        safeText(shape.text.slice(0, room * 2)),
        Math.max(4, room - textWidth(note) - 1),
      );
      return [
        ...prefix(fold),
        ...(fold === 'folded' ? [segment(`"${preview}" `, 'json-string')] : []),
        segment(note, 'dim'),
      ];
    },
    ...at,
  });
  if (fold !== 'open') return;
  const text = shape.whole?.() ?? shape.text;
  if (text.length <= LONG_TEXT) return placeLines(items, text, `${key}/text`, depth, options, at);
  placeGroups(items, text.length, TEXT_GROUP, key, depth, options, (from, to) =>
    placeLines(items, text.slice(from, to), `${key}/text${from}`, depth + 1, options, at),
  );
}

function placeLines(
  items: PaneItem[],
  text: string,
  key: string,
  depth: number,
  options: JsonOptions,
  at: Pick<PaneItem, 'pointer' | 'value' | 'label'>,
): void {
  const gutter = options.gutter ? 2 : 0;
  const look = { indent: 2 * depth + 6, style: 'json-string', raw: options.raw } as const;
  for (const line of readableItems(key, text, options.width - gutter, look)) {
    const draw = () => [...gutterOf(options), ...line.draw()];
    items.push({ ...line, ...at, depth: depth + 1, draw });
  }
}

function prefixOf(
  label: string | undefined,
  isIndex: boolean,
  depth: number,
  options: JsonOptions,
): (fold: PaneItem['fold']) => Line {
  return (fold) => [
    ...gutterOf(options),
    segment(`${'  '.repeat(depth)} ${fold === 'leaf' ? ' ' : options.glyphs[fold]} `, 'dim'),
    ...(label === undefined
      ? []
      : [
          segment(truncate(safeText(label), Math.max(8, options.width >> 1)), isIndex ? 'dim' : 'json-key'),
          segment(': ', 'dim'),
        ]),
  ];
}

function gutterOf({ gutter }: JsonOptions): Line {
  return gutter ? [segment(` ${gutter.mark}`, gutter.style)] : [];
}

function collectionHead(
  shape: Extract<Shape, { kind: 'collection' }>,
  fold: PaneItem['fold'],
  value: Captured,
): Line {
  const [open, close] = shape.brackets.map((bracket) => safeText(bracket)) as [string, string];
  if (fold === 'leaf')
    return [segment(open + close), ...(shape.note.startsWith('0') ? [] : [segment(` ${shape.note}`, 'dim')])];
  if (fold === 'open') return [segment(open), segment(` ${shape.note}`, 'dim')];
  const size = shape.isKeptApart ? '' : ` · ${sizeText(value)}`;
  return [segment(`${open}…${close}`), segment(` ${shape.note}${size}`, 'dim')];
}
