/** Measures, truncates, pads and wraps text in terminal cells. */
import stringWidth from 'string-width';
import { LruCache } from '../data/lru-cache.js';
import { createSegmenter } from './segmenter.js';

/** The width of `text` in terminal cells. ASCII and bar glyphs, nearly all text, take a fast path without a width table. */
export function textWidth(text: string): number {
  if (isNarrow(text)) return text.length;
  if (text.length <= 2) return widths.getOrCompute(text, stringWidth);
  if (text.length <= CHUNK_LENGTH) return stringWidth(text);
  return (text.match(CHUNK) ?? []).reduce((sum, piece) => sum + stringWidth(piece), 0);
}

/** The segmenter is quadratic in its input, so long text is measured and segmented in chunks, which split no surrogate pair. */
const CHUNK_LENGTH = 512;
const CHUNK = /[^]{0,511}[^\ud800-\udbff]|[^]{1,512}/g;

/** The widths of single characters: text is wrapped character by character, and a width table is slow. */
const widths = new LruCache<string, number>(50_000);

/** Truncates `text` to at most `width` cells, with `…` in place of the dropped end (or start). */
export function truncate(
  text: string,
  width: number,
  keep: 'start' | 'end' = 'start',
  ellipsis = '…',
): string {
  if (textWidth(text) <= width) return text;
  if (width <= 0) return '';
  const room = width - textWidth(ellipsis);
  if (room <= 0) return ellipsis.slice(0, width);
  const kept =
    keep === 'start'
      ? takeCells(graphemes(text), room)
      : takeCells(graphemes(text).toReversed(), room).toReversed();
  return keep === 'start' ? kept.join('') + ellipsis : ellipsis + kept.join('');
}

/** Pads or truncates `text` to exactly `width` cells. */
export function fit(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const cut = truncate(text, width);
  const fill = ' '.repeat(Math.max(0, width - textWidth(cut)));
  return align === 'left' ? cut + fill : fill + cut;
}

/** Wraps `text` into lines of at most `width` cells, at spaces where possible, which are dropped there. Newlines are kept. */
export function wrap(text: string, width: number): string[] {
  return text.split('\n').flatMap((line) => wrapLine(line, Math.max(1, width)));
}

function wrapLine(line: string, width: number): string[] {
  if (textWidth(line) <= width) return [line];
  const lines: string[] = [];
  let current: string[] = [];
  let cells = 0;
  let lastSpace = -1;
  for (const grapheme of graphemes(line)) {
    const size = textWidth(grapheme);
    if (grapheme === ' ' && lines.length > 0 && current.length === 0) continue;
    if (cells + size > width) {
      if (grapheme === ' ') {
        lines.push(current.join(''));
        [current, cells, lastSpace] = [[], 0, -1];
        continue;
      }
      const cut = lastSpace > 0 ? lastSpace : current.length;
      lines.push(current.slice(0, cut).join('').trimEnd());
      current = current.slice(lastSpace > 0 ? cut + 1 : cut);
      cells = current.reduce((sum, each) => sum + textWidth(each), 0);
      lastSpace = current.lastIndexOf(' ');
    }
    if (grapheme === ' ') lastSpace = current.length;
    current.push(grapheme);
    cells += size;
  }
  if (current.length > 0) lines.push(current.join(''));
  return lines;
}

function takeCells(pieces: string[], room: number): string[] {
  let cells = 0;
  const end = pieces.findIndex((piece) => (cells += textWidth(piece)) > room);
  return end === -1 ? pieces : pieces.slice(0, end);
}

const segmenter = createSegmenter('grapheme', 'en');

function graphemes(text: string): string[] {
  if (isAscii(text)) return text.split('');
  return (text.match(CHUNK) ?? []).flatMap((piece) =>
    Array.from(segmenter.segment(piece), ({ segment }) => segment),
  );
}

function isAscii(text: string): boolean {
  return /^[\u0020-\u007e]*$/.test(text);
}

/** Whether every character is a grapheme of its own, one cell wide: ASCII, punctuation, box drawing, blocks, braille, marks. */
function isNarrow(text: string): boolean {
  return /^[ -~·×\u2010-\u2027\u2190-\u2193\u2500-\u259f\u2800-\u28ff▲▸▼▾●◐✓✗❯↯]*$/.test(text);
}
