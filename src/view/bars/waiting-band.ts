/** Renders the time in which a run waited for its user as a band of its own, apart from the bars of its work. */
import { formatDuration } from '../../lib/text/format.js';
import type { RunState } from '../../profile/run/run-state.js';
import { listWaitingIntervals } from '../../profile/run/waiting.js';
import type { Line, Segment } from '../base/frame.js';
import type { Glyphs } from '../base/glyphs.js';
import { placeOn, type Axis } from './axis.js';

/** The cells of an interval in which a run waited, from `first` to before `end`. */
export type Band = Readonly<{ first: number; end: number; ms: number }>;

/** The waiting intervals that fill at least one cell of a column of bars. */
export function listBands(run: RunState, now: number, axis: Axis, cells: number): readonly Band[] {
  return listWaitingIntervals(run, now).flatMap(({ from, to }) => {
    const first = Math.max(0, Math.ceil(placeOn(axis, from) * cells));
    const end = Math.min(cells, Math.floor(placeOn(axis, to) * cells));
    return end > first ? [{ first, end, ms: to - from }] : [];
  });
}

/** Replaces the cells of a line that lie in a band; with `labels`, they name what it is where there is room. */
export function drawBands(
  line: Line,
  bands: readonly Band[],
  glyphs: Glyphs,
  { labels = false }: { labels?: boolean } = {},
): Line {
  if (bands.length === 0) return line;
  const cells = line.flatMap((each): Segment[] => [...each.text].map((text) => ({ ...each, text })));
  for (const { first, end, ms } of bands) {
    const room = end - first;
    const label = labels
      ? (LABELS.find((word) => `${word} ${formatDuration(ms)}`.length + 2 <= room) ?? '')
      : '';
    const text = label === '' ? '' : ` ${label} ${formatDuration(ms)} `;
    const left = Math.floor((room - text.length) / 2);
    const drawn = glyphs.empty.repeat(left) + text + glyphs.empty.repeat(room - left - text.length);
    [...drawn].forEach((character, i) => {
      if (first + i < cells.length) cells[first + i] = { text: character, style: 'dim' };
    });
  }
  return joinCells(cells);
}

const LABELS = ['waiting for you', 'waiting'];

/** Joins neighbouring cells of the same look, so that a line has few segments. */
function joinCells(cells: readonly Segment[]): Line {
  const line: Segment[] = [];
  for (const cell of cells) {
    const last = line.at(-1);
    const isSame =
      last !== undefined &&
      last.style === cell.style &&
      last.inverse === cell.inverse &&
      last.selected === cell.selected;
    if (isSame) line[line.length - 1] = { ...last, text: last.text + cell.text };
    else line.push(cell);
  }
  return line;
}
