import type { Span } from '../../profile/run/run-state.js';

/** The marks a screen is drawn with. Every one is a single cell. */
export type Glyphs = Readonly<{
  status: Readonly<Record<Span['status'] | 'pending', string>>;
  /** The frames of the running mark; one frame alone stands still. */
  spinner: readonly string[];
  open: string;
  folded: string;
  rule: string;
  selected: string;
  tick: string;
  bullet: string;
  separator: string;
  path: string;
  none: string;
  /** A bar's left edge and right edge in eighths are drawn where this is true; whole cells otherwise. */
  eighths: boolean;
  full: string;
  tail: readonly [string, string];
  failed: string;
  /** The part of a gauge that is not full, and a place on a line. */
  empty: string;
  place: string;
  /** Something lies to the left or to the right of what is shown. */
  earlier: string;
  later: string;
  /** The two ends of a stretch, and which way a column is sorted. */
  brackets: readonly [string, string];
  sorted: readonly [string, string];
  /** An answer that was paid for and thrown away. */
  wasted: string;
  /** Eight heights of a column, lowest first; fewer where the glyphs have no parts of a cell. */
  heights: readonly string[];
  /** Marks a node at which the run pauses. */
  breakpoint: string;
  /** Marks a row on the critical path. */
  critical: string;
}>;

export type GlyphSet = 'unicode' | 'ascii';

/** The marks of a glyph set. */
export function glyphsOf(set: GlyphSet): Glyphs {
  return sets[set];
}

/** The mark of the column that a list is sorted by. By itself text begins with the first and numbers with the largest. */
export function sortMark(
  { reversed }: { reversed: boolean },
  beginsWithFirst: boolean,
  glyphs: Glyphs,
): string {
  return glyphs.sorted[reversed === beginsWithFirst ? 0 : 1];
}

/** Whether anything on the screen is to move, and whether anything goes on. */
export type Motion = Readonly<{
  reducedMotion: boolean;
  live: boolean;
  reading?: number | undefined;
  searching?: number | undefined;
}>;

/**
 * The mark of a status at a moment: a running one turns ten times a second, unless motion is reduced. What nobody runs any more
 * stands still, however its trace ends.
 */
export function statusGlyph(
  glyphs: Glyphs,
  status: Span['status'] | 'pending',
  now: number,
  { reducedMotion, live, reading, searching }: Motion,
): string {
  const isStill = reducedMotion || !(live || reading !== undefined || searching !== undefined);
  if (status !== 'running' || isStill) return glyphs.status[status];
  return glyphs.spinner[Math.floor(now / 100) % glyphs.spinner.length]!;
}

const sets: Readonly<Record<GlyphSet, Glyphs>> = {
  unicode: {
    status: { running: '◐', ok: '✓', failed: '✗', cancelled: '⊘', skipped: '↷', pending: '·' },
    spinner: [...'⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏'],
    open: '▾',
    folded: '▸',
    rule: '─',
    selected: '❯',
    tick: '│',
    bullet: '●',
    separator: '·',
    path: '▸',
    none: '–',
    eighths: true,
    earlier: '‹',
    later: '›',
    brackets: ['[', ']'],
    sorted: ['▼', '▲'],
    wasted: '↯',
    heights: [...'▁▂▃▄▅▆▇█'],
    full: '█',
    tail: ['▒', '▓'],
    failed: '▓',
    empty: '░',
    place: '◆',
    breakpoint: '◉',
    critical: '┃',
  },
  ascii: {
    status: { running: '*', ok: '+', failed: 'x', cancelled: '!', skipped: '~', pending: '.' },
    spinner: ['|', '/', '-', '\\'],
    open: 'v',
    folded: '>',
    rule: '-',
    selected: '>',
    tick: '|',
    bullet: '*',
    separator: '-',
    path: '>',
    none: '-',
    eighths: false,
    earlier: '<',
    later: '>',
    brackets: ['[', ']'],
    sorted: ['v', '^'],
    wasted: 'w',
    heights: ['#'],
    full: '#',
    tail: ['=', '-'],
    failed: 'x',
    empty: '.',
    place: 'O',
    breakpoint: '@',
    critical: ':',
  },
};
