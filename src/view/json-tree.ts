import { formatCount } from '../lib/format.js';
import { safeText } from '../lib/safe-text.js';
import { textWidth, truncate } from '../lib/text-width.js';
import { pointerOf, type Captured } from '../profile/snapshot.js';
import { isOpen, type Folds } from './folds.js';
import { segment, type Line } from './frame.js';
import type { Glyphs } from './glyphs.js';
import { shapeOf, sizeText, type Shape } from './json-shape.js';
import { textItems, type PaneItem } from './pane-item.js';
import type { StyleName } from './theme.js';

/** What a tree of JSON is drawn with. */
export type JsonOptions = Readonly<{
  /** Makes the keys of its items unique in the pane. */
  key: string;
  folds: Folds;
  width: number;
  /** Collections above this depth stand open unless they are long. */
  openDepth: number;
  /** The JSON Pointer of the value, where it stands in the store. */
  pointer?: string;
  depth?: number;
  /** The marks of what is open and what is folded. */
  glyphs: Pick<Glyphs, 'open' | 'folded'>;
  /** Drawn before every line: the `+ - ~` of a diff. */
  gutter?: Readonly<{ mark: string; style: StyleName }>;
}>;

/** A long collection stays folded until it is asked for. */
const longCollection = 100;

/** A captured value as a foldable tree, one item a line. Only what is open is walked. */
export function jsonItems(
  label: string | undefined,
  value: Captured,
  options: JsonOptions,
): readonly PaneItem[] {
  const items: PaneItem[] = [];
  place(items, label, false, value, options.key, options.pointer, options.depth ?? 0, options);
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
  const shape = shapeOf(value);
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
  const entries = [...shape.entries()];
  const byDefault = depth < options.openDepth && entries.length <= longCollection;
  const fold =
    entries.length === 0 ? 'leaf' : isOpen(options.folds, key, byDefault, depth) ? 'open' : 'folded';
  items.push({
    key,
    depth,
    fold,
    draw: () => [...prefix(fold), ...collectionHead(shape, fold, value)],
    ...at,
  });
  if (fold !== 'open') return;
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
    const step = pointerOf([entry.label]);
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

/** Text that does not fit on its line can be opened and then reads wrapped. */
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
  const fold = isOpen(options.folds, key, false, depth) ? 'open' : 'folded';
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
  if (fold === 'open') {
    const gutter = options.gutter ? 2 : 0;
    const lines = textItems(`${key}/text`, shape.text, options.width - gutter, {
      indent: 2 * depth + 6,
      style: 'json-string',
    });
    items.push(
      ...lines.map((line) => ({
        ...line,
        ...at,
        depth: depth + 1,
        draw: () => [...gutterOf(options), ...line.draw()],
      })),
    );
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
  return [segment(`${open}…${close}`), segment(` ${shape.note} · ${sizeText(value)}`, 'dim')];
}
