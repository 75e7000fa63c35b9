/** Glyph sets (Unicode and ASCII) and status glyphs. */

import type { Span } from '../../profile/run/run-state.js';

/** The glyphs of the screen. Each is one cell wide. */
export type Glyphs = Readonly<{
  status: Readonly<Record<Span['status'] | 'pending', string>>;
  /** Animation frames of the running glyph; a single frame is static. */
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
  /** Whether bar ends are rendered in eighths of a cell; full cells otherwise. */
  eighths: boolean;
  full: string;
  tail: readonly [string, string];
  failed: string;
  /** The empty part of a gauge, and a position on a line. */
  empty: string;
  place: string;
  /** Content continues to the left or right of the viewport. */
  earlier: string;
  later: string;
  /** The ends of a range, and the sort direction of a column. */
  brackets: readonly [string, string];
  sorted: readonly [string, string];
  /** A response that was paid for and discarded. */
  wasted: string;
  /** Column heights for sparklines, lowest first; fewer without partial blocks. */
  heights: readonly string[];
  /** A breakpoint. */
  breakpoint: string;
  /** Marks a row on the critical path. */
  critical: string;
  /** In place of the status: succeeded with a warning; sent its work back. */
  warning: string;
  repaired: string;
}>;

export type GlyphSet = 'unicode' | 'ascii';

/** The set of a setting: `auto` is ASCII on the Linux console, whose font has few glyphs, and in a locale that is not UTF-8. */
export function resolveGlyphs(setting: GlyphSet | 'auto', env: NodeJS.ProcessEnv): GlyphSet {
  if (setting !== 'auto') return setting;
  // The first of them that is set decides, as in setlocale(3); without any, the terminal decides, and almost all are UTF-8.
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '';
  const isUtf8 = locale === '' || /utf-?8/i.test(locale);
  return env['TERM'] === 'linux' || !isUtf8 ? 'ascii' : 'unicode';
}

/** Returns the glyphs of a set. */
export function glyphsOf(set: GlyphSet): Glyphs {
  return sets[set];
}

/** The sort indicator of a column. By default text sorts ascending and numbers descending. */
export function sortMark(
  { reversed }: { reversed: boolean },
  beginsWithFirst: boolean,
  glyphs: Glyphs,
): string {
  return glyphs.sorted[reversed === beginsWithFirst ? 0 : 1];
}

/** Whether animation is enabled, and whether the run is in progress. */
export type Motion = Readonly<{
  reducedMotion: boolean;
  live: boolean;
  reading?: number | undefined;
  searching?: number | undefined;
}>;

/** The glyph of a status at a moment. A running glyph animates at 10 Hz unless motion is reduced, and is static when the writer is gone. */
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
    warning: '⚠',
    repaired: '↻',
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
    warning: '?',
    repaired: '%',
  },
};
