/** Transliterates lines to ASCII for terminals and fonts without Unicode. */

import { createSegmenter } from '../../lib/text/segmenter.js';
import { textWidth } from '../../lib/text/text-width.js';
import type { Line } from './frame.js';

/** Transliterates a line to ASCII, preserving the width of every cell. */
export function asciiLine(line: Line): Line {
  if (line.every(({ text }) => isAscii(text))) return line;
  const known = translated.get(line);
  if (known) return known;
  const ascii = line.map((each) => ({ ...each, text: asciiText(each.text) }));
  translated.set(line, ascii);
  return ascii;
}

const translated = new WeakMap<Line, Line>();
const segmenter = createSegmenter('grapheme', 'en');

function asciiText(text: string): string {
  if (isAscii(text)) return text;
  return Array.from(segmenter.segment(text), ({ segment }) => asciiCells(segment)).join('');
}

function asciiCells(grapheme: string): string {
  if (isAscii(grapheme)) return grapheme;
  const width = textWidth(grapheme);
  const known = lookalikes[grapheme];
  if (known !== undefined && width === 1) return known;
  // Decompose accented letters and keep the base letter.
  const base = grapheme.normalize('NFD')[0]!;
  return width === 1 && isAscii(base) ? base : '?'.repeat(width);
}

function isAscii(text: string): boolean {
  return /^[\u0020-\u007e]*$/.test(text);
}

const lookalikes: Readonly<Record<string, string>> = {
  '…': '~',
  '·': '-',
  '×': 'x',
  '↻': '@',
  '≥': '>',
  '–': '-',
  '−': '-',
  Δ: 'd',
  '—': '-',
  '“': '"',
  '”': '"',
  '‘': "'",
  '’': "'",
  '•': '*',
  ƒ: 'f',
  '↺': '@',
  '→': '>',
  '←': '<',
  '↑': '^',
  '↓': 'v',
  '│': '|',
  '─': '-',
  '█': '#',
  '▸': '>',
  '▾': 'v',
  '●': '*',
  '✓': '+',
  '├': '+',
  '┤': '+',
  '┬': '+',
  '┴': '+',
  '┼': '+',
  '┌': '+',
  '┐': '+',
  '└': '+',
  '┘': '+',
  '╵': '|',
  '╷': '|',
  '╴': '-',
  '╶': '-',
  '‖': '|',
  '✗': 'x',
  '‹': '<',
  '›': '>',
};
