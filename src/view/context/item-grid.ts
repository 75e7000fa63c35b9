/** The items of a batch as a grid, labelled by value, with the distribution of their durations. */

import { formatDuration } from '../../lib/text/format.js';
import { safeText } from '../../lib/text/safe-text.js';
import { fit, truncate } from '../../lib/text/text-width.js';
import { listItems } from '../../profile/layout/span-outline.js';
import type { RunState, Span } from '../../profile/run/run-state.js';
import { computeDuration } from '../../profile/run/span-tree.js';
import { segment, type Line, type Segment } from '../base/frame.js';
import { statusGlyph, type Glyphs } from '../base/glyphs.js';
import { textItem, type PaneItem } from '../content/pane-item.js';
import { percentile } from '../spans/batch-stats.js';
import { statusStyle } from '../spans/span-style.js';

/** Sizes of the grid in cells, and the moment. */
export type GridShape = Readonly<{ columns: number; rows: number; now: number; glyphs: Glyphs }>;

const MOST_ITEMS = 2000;
const WIDEST_LABEL = 28;
/** Columns of the histogram. */
const BINS = 12;

/** The grid and the distribution of a batch; none for any other span. */
export function itemGrid(run: RunState, span: Span, shape: GridShape): readonly PaneItem[] {
  if (span.kind !== 'node') return [];
  // A frame of a very large batch looks at its newest items only.
  const items = listItems(run, span).slice(-MOST_ITEMS);
  if (items.length === 0) return [];
  const distribution = distributionLine(items, shape);
  const rows = Math.max(1, shape.rows - (distribution ? 1 : 0));
  return [
    ...gridLines(items, rows, shape).map((line, i) => textItem(`grid/${i}`, line)),
    ...(distribution ? [textItem('distribution', distribution)] : []),
  ];
}

function gridLines(items: readonly Span[], rows: number, shape: GridShape): readonly Line[] {
  const { columns } = shape;
  const digits = String(items.at(-1)?.of ?? items.length).length;
  const label = Math.min(
    WIDEST_LABEL,
    Math.max(4, ...items.slice(0, 200).map((item) => labelOf(item).length)),
  );
  // Number, glyph, label, time.
  const cell = digits + 3 + label + 1 + 7;
  const across = Math.max(1, Math.floor((columns - 1) / (cell + 2)));
  const shown = chooseItems(items, across * rows);
  const hidden = items.length - shown.length;
  const last = Math.max(...items.map(({ index }, i) => index ?? i)) + 1;
  const notStarted = (items[0]?.of ?? last) - last;
  const rest = [hidden > 0 ? `${hidden} more` : '', notStarted > 0 ? `${notStarted} not started` : ''].filter(
    Boolean,
  );
  const height = Math.ceil(shown.length / across);
  const lines = Array.from({ length: height }, (_, y): Line => {
    const cells: Segment[] = [segment(' ')];
    for (let x = 0; x * height + y < shown.length; x++)
      cells.push(...cellOf(shown[x * height + y]!, digits, label, shape), segment('  '));
    return cells;
  });
  if (rest.length === 0) return lines;
  return [...lines.slice(0, Math.max(1, rows - 1)), [segment(`   ${rest.join(', ')}`, 'dim')]];
}

/** Those that fit: failed and running ones before the newest of the others, in their order. */
function chooseItems(items: readonly Span[], room: number): readonly Span[] {
  if (items.length <= room) return items;
  const first = items.filter(({ status }) => status === 'failed' || status === 'running');
  const others = items.filter(({ status }) => status !== 'failed' && status !== 'running');
  const kept = new Set(
    [...first.slice(-room), ...others.slice(-Math.max(0, room - first.length))].slice(0, room),
  );
  return items.filter((item) => kept.has(item));
}

function cellOf(item: Span, digits: number, label: number, { now, glyphs }: GridShape): Segment[] {
  const ms = computeDuration(item, now);
  const glyph = statusGlyph(glyphs, item.status, now, { reducedMotion: true, live: false });
  const style = item.status === 'failed' ? 'failed' : undefined;
  return [
    segment(`${fit(String((item.index ?? 0) + 1), digits, 'right')} `, 'dim'),
    segment(`${glyph} `, statusStyle(item.status)),
    segment(fit(truncate(labelOf(item), label, 'end'), label), style),
    segment(fit(formatDuration(ms), 7, 'right'), 'dim'),
  ];
}

/** The value of an item, else its number. */
function labelOf({ label, index }: Span): string {
  return label === undefined ? `item ${(index ?? 0) + 1}` : safeText(label).replaceAll(/\s+/g, ' ');
}

/** `distribution 1.0s ▃▇█▆▂▁ 1.9s  p50 1.2s  p95 1.5s  slowest: notes/c.md 1.5s`; undefined for fewer than two finished items. */
function distributionLine(items: readonly Span[], { now, glyphs }: GridShape): Line | undefined {
  const timed = items
    .filter(({ status }) => status !== 'running')
    .map((item) => ({ item, ms: computeDuration(item, now) }))
    .toSorted((a, b) => a.ms - b.ms);
  const [least, most] = [timed[0], timed.at(-1)];
  if (!least || !most || timed.length < 2) return undefined;
  const times = timed.map(({ ms }) => ms);
  const counts = Array.from({ length: BINS }, () => 0);
  const width = Math.max(Number.MIN_VALUE, most.ms - least.ms);
  for (const ms of times) counts[Math.min(BINS - 1, Math.floor(((ms - least.ms) / width) * BINS))]!++;
  const highest = Math.max(...counts);
  const { heights } = glyphs;
  const bars = counts
    .map((count) => (count === 0 ? ' ' : heights[Math.ceil((count / highest) * heights.length) - 1]!))
    .join('');
  return [
    segment(' distribution ', 'dim'),
    segment(`${formatDuration(least.ms)} `),
    segment(bars, 'accent'),
    segment(` ${formatDuration(most.ms)}`),
    segment(
      `   p50 ${formatDuration(percentile(times, 0.5))}  p95 ${formatDuration(percentile(times, 0.95))}   slowest: `,
      'dim',
    ),
    segment(`${truncate(labelOf(most.item), WIDEST_LABEL, 'end')} ${formatDuration(most.ms)}`),
  ];
}
