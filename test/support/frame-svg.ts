/** Draws a frame of the screen as an SVG picture in the colours of the dark theme. */
import { textWidth } from '../../src/lib/text/text-width.js';
import type { Line, Segment } from '../../src/view/base/frame.js';
import type { Style } from '../../src/view/base/palettes.js';
import { stylesOf } from '../../src/view/base/theme.js';

const CELL = { width: 8.4, height: 18 };
const PADDING = 12;
const background = '#16181d';
const foreground = '#d7dae0';
const selection = '#44475a';
const styles = stylesOf('dark');

/** An SVG of the lines of a frame. Block elements become rectangles, so that bars have no gaps in any font. */
export function frameSvg(
  lines: readonly Line[],
  { columns, title }: { columns: number; title: string },
): string {
  const width = round(columns * CELL.width + 2 * PADDING);
  const height = lines.length * CELL.height + 2 * PADDING;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escape(title)}</title>`,
    `<rect width="100%" height="100%" rx="8" fill="${background}"/>`,
    `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" fill="${foreground}" xml:space="preserve">`,
    ...lines.flatMap((line, row) => lineSvg(line, row)),
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

function lineSvg(line: Line, row: number): string[] {
  const y = PADDING + row * CELL.height;
  let column = 0;
  return line.flatMap((segment) => {
    const x = PADDING + column * CELL.width;
    column += textWidth(segment.text);
    return segmentSvg(segment, x, y);
  });
}

function segmentSvg(
  { text, style: name, inverse: isInverse, selected }: Segment,
  x: number,
  y: number,
): string[] {
  const style: Style = name === undefined ? {} : styles[name];
  const swapped = Boolean(style.inverse) !== Boolean(isInverse);
  const paint = style.hex ?? (selected ? '#f8f8f2' : foreground);
  const [fill, back] = swapped ? [background, paint] : [paint, selected ? selection : undefined];
  const parts: string[] = [];
  if (back) parts.push(rect(x, y, textWidth(text) * CELL.width, CELL.height, back));
  for (const { piece, at } of pieces(text)) {
    const left = x + at * CELL.width;
    const block = blockOf(piece);
    if (block) {
      const size = textWidth(piece) * CELL.width;
      parts.push(
        block.kind === 'left'
          ? rect(left, y, size * block.part, CELL.height, fill)
          : rect(left, y + CELL.height * (1 - block.part), size, CELL.height * block.part, fill),
      );
    } else if (piece.trim() !== '') {
      const weight = style.bold ? ' font-weight="bold"' : '';
      const faint = style.dim ? ' opacity="0.6"' : '';
      const under = style.underline ? ' text-decoration="underline"' : '';
      const length = round(textWidth(piece) * CELL.width);
      parts.push(
        `<text x="${round(left)}" y="${round(y + 13.5)}" textLength="${length}" lengthAdjust="spacingAndGlyphs" fill="${fill}"${weight}${faint}${under}>${escape(piece)}</text>`,
      );
    }
  }
  return parts;
}

/** Splits a text: runs of one block element, and the text between them, trimmed. */
function pieces(text: string): { piece: string; at: number }[] {
  const found: { piece: string; at: number }[] = [];
  for (const match of text.matchAll(/([\u2580-\u259f])\1*|[^\s\u2580-\u259f]+(?: [^\s\u2580-\u259f]+)*/g))
    found.push({ piece: match[0], at: textWidth(text.slice(0, match.index)) });
  return found;
}

/** The part of its cell that a block element fills: eighths from the left, or from the bottom. */
function blockOf(piece: string): { kind: 'left' | 'bottom'; part: number } | undefined {
  const code = piece.codePointAt(0)!;
  if (code >= 0x2589 && code <= 0x258f) return { kind: 'left', part: (0x2590 - code) / 8 };
  return code >= 0x2581 && code <= 0x2588 ? { kind: 'bottom', part: (code - 0x2580) / 8 } : undefined;
}

function rect(x: number, y: number, width: number, height: number, fill: string): string {
  return `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" fill="${fill}"/>`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
